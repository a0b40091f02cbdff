"""Programmes of visits: what a structure commits to, whom it means to see, and how far it is."""
