"""
Know of what the rows of one table are made: what is declared of them, what must differ, what hangs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from psycopg import sql

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.rows.fresh import varied_columns
from schemaproof.rows.parentage import Parentage, heeded_keys
from schemaproof.rows.volume import Volume


@dataclass(frozen=True, kw_only=True)
class Makeup:
    """
    Of what rows are made, whatever their number.

    Attributes:
        columns: Those that a row is given a value for.
        varied: The names of those that every row has a value of its own for.
        parentage: The parents that rows hang from.
        volume: How many rows there are to be, and how they are spread.
    """

    columns: tuple[Column, ...]
    varied: frozenset[str]
    parentage: Parentage
    volume: Volume

    @classmethod
    def of(
        cls, table: QualifiedName, catalog: Catalog, volume: Volume, foreseen: Catalog | None = None
    ) -> Makeup:
        """
        Return the makeup of a table's rows.

        Args:
            table: The table.
            catalog: What the database contains.
            volume: How many rows there are to be, and how they are spread.
            foreseen: What the database will contain later; its foreign keys are heeded too.
        """
        heeded = [*heeded_keys(table, catalog, foreseen or catalog)]
        fixed = {name for key in heeded for name in key.columns}
        unique, paired = varied_columns(table, catalog, fixed)
        return cls(
            columns=tuple(each for each in catalog.columns_of(table) if each.generated is None),
            varied=frozenset({*unique, *volume.varied}),
            parentage=Parentage(heeded, paired, volume),
            volume=volume,
        )

    def value(
        self, column: Column, text: str | None, differing: Callable[[Column, str], sql.Composable]
    ) -> sql.Composable:
        """
        Return the value of a column that no parent and no counter gives, in row ``n``.

        Args:
            column: The column.
            text: Its value in a row that the table took.
            differing: Makes one for each row of that.
        """
        declared = self.volume.value_of(column)
        if declared is not None:
            return declared
        if column.name in self.varied and text is not None:
            return differing(column, text)
        return sql.SQL("{}::{}").format(sql.Literal(text), sql.SQL(column.type))
