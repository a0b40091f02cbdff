"""The partners' webhook endpoints: their addresses, their keys, whether they take anything for now."""
