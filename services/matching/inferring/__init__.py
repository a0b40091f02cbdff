"""Passerelles that no table says: ranked by what official ones look like, always told apart from these."""
