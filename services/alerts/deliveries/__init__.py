"""From one notice to its recipients: rounds, deliveries, each carried once and followed until its end."""
