"""Territories, structures, members, roles, partners, and how people sign in."""
