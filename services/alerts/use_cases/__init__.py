"""What is done with an alert: read, decide, write, announce; each takes what it works with."""
