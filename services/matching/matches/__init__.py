"""A job at risk and an opening brought together, from the proposal to what became of it: consents, checklists, identities."""
