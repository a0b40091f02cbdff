"""The pages and the JSON API of alerts."""
