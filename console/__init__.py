"""The operators' command, `vigie`: one module a subcommand, found by its name."""
