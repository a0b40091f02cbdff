"""Stands where the application's own `shared` is, to see which one a function gets."""
