"""What recipients read, and the signed links in it."""
