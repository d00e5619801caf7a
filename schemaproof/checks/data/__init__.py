"""Whether the rows that are there are what everybody takes them for."""
