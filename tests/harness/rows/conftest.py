"""
Name the fixtures of the tests of rows.
"""

from tests.harness.rows.fix_field import lay

__all__ = ["lay"]
