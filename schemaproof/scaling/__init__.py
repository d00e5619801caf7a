"""
Know what the planner would know of tables that are larger than any that are there.
"""

from schemaproof.scaling.sizes import NoSample, Sizes

__all__ = ["NoSample", "Sizes"]
