"""Write a report as one page for a browser."""

from schemaproof.report.html.page import to_html

__all__ = ["to_html"]
