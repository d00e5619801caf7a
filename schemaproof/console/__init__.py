"""What the commands have in common, and those of them that are more than a few lines."""
