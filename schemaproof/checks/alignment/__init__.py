"""Pydantic schemas and the tables that they stand for."""
