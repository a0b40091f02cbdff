"""What webhooks go by, out and in: addresses that may be called, keys that are kept sealed, signatures."""
