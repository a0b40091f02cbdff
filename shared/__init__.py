"""The kernel that every service stands on: it knows no service."""
