"""Who lies at which berth, and what it costs."""
