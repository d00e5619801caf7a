"""Foreign keys and the relationships that follow them."""
