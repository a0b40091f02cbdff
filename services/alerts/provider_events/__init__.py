"""What the providers of e-mail and texts say afterwards of the messages that they took."""
