"""The 48-hour chain, and every delivery to a person or a partner."""
