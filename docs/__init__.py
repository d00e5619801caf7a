"""What the pages beside it are generated from, and measured by."""
