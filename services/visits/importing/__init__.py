"""Importing enterprises: from a file of SIRENE, or of the territory, to the register."""
