"""
What Pydantic schemas and tables make of each other: fields beside columns, payloads, rows.

Whoever imports this does not import Pydantic; ``exchange`` does, and is for projects with schemas.
"""

from schemaproof.alignment.declared import Alignment, Role, read_alignments

__all__ = ["Alignment", "Role", "read_alignments"]
