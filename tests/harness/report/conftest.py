"""
Name the fixtures of the tests of reports.
"""

from tests.harness.report.fix_browser import browser

__all__ = ["browser"]
