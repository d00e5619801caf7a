"""Constraints, enums, domains and triggers: what they take and what they refuse."""
