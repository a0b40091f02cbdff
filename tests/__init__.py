"""The tests: their names state the rules."""
