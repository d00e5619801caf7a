"""Whether the next deploy goes well on the database that is there."""
