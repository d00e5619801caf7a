"""Say how a query is planned as its tables grow: to a person, to a program, to a browser."""

from schemaproof.report.plans.json import growth_to_json
from schemaproof.report.plans.page import growth_to_html
from schemaproof.report.plans.terminal import print_growth

__all__ = ["growth_to_html", "growth_to_json", "print_growth"]
