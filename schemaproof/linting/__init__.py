"""
Read the statements that revisions really sent with squawk, a linter for SQL.
"""

from schemaproof.linting.lint import Hazard, Lint, Linted
from schemaproof.linting.rules import RULES, Rule
from schemaproof.linting.squawk import MINIMUM, SquawkFailed

__all__ = ["MINIMUM", "RULES", "Hazard", "Lint", "Linted", "Rule", "SquawkFailed"]
