"""
Name the fixtures of the tests of the page.
"""

from tests.harness.report.html.fix_pages import opened, pages

__all__ = ["opened", "pages"]
