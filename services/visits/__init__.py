"""Visits to enterprises and the needs that come out of them."""
