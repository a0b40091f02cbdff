"""What the README claims, as commands that print it."""
