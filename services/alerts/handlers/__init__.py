"""One Lambda entry point a file: wiring only."""
