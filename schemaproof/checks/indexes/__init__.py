"""Indexes that are there and should not be, or the other way round."""
