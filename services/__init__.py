"""One folder a service; they meet only in events and on pages."""
