"""
Look at a database that others use, and change nothing in it.
"""

from schemaproof.staging.export import exported
from schemaproof.staging.session import NotReadOnly, read_only

__all__ = ["NotReadOnly", "exported", "read_only"]
