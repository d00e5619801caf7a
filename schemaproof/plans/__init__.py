"""
Ask PostgreSQL how it would run a statement.
"""

from schemaproof.plans.explain import Plan, explain

__all__ = ["Plan", "explain"]
