"""Execute every promise that a database schema makes, on a real PostgreSQL."""

from schemaproof.errors import SchemaproofError

__all__ = ["SchemaproofError"]
