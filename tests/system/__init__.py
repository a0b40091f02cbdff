"""Journeys through the whole system, as people and partners live them."""
