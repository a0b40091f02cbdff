"""Who goes where: an exact capacitated transport, its integer prices, and the certificate that nothing better exists."""
