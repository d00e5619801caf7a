"""
Say of which tables there is no sample, and of which there is one all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.errors import SchemaproofError
from schemaproof.plans import Plan, Statistics


class NoSample(SchemaproofError):
    """
    No row was found that a table takes, so that nobody can say what many of them look like.

    Attributes:
        refused: Why, for each such table, as a rule in the words of the server.
        statistics: What is known of the other tables.
    """

    def __init__(self, refused: Mapping[QualifiedName, str], statistics: Statistics) -> None:
        self.refused, self.statistics = refused, statistics
        (table, told), *others = refused.items()
        more = f" (and so it is with {len(others)} more tables)" if others else ""
        super().__init__(
            f"needs a row of {short_name(table)} to know what many of them look like; none that "
            f"was tried is taken: {told}{more}: mend what the population says of it, or declare a "
            "hint in [[tool.schemaproof.hints]]"
        )

    def check(self, plan: Plan) -> None:
        """
        See that a plan reads none of the tables that have no sample.

        Raises:
            NoSample: It reads some.
        """
        refused = {table: told for table, told in self.refused.items() if table in plan.read}
        if refused:
            raise NoSample(refused, self.statistics)
