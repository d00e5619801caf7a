"""
Learn what a row of a table looks like, by offering rows until the server takes one.

The rows are offered to a temporary twin of the table, which has its types, its NOT NULLs and its
CHECKs, but no keys and no triggers. The server names the constraint that refuses, so the search
moves only the columns which that constraint reads.

Source: https://www.postgresql.org/docs/current/sql-createtable.html (LIKE … INCLUDING CONSTRAINTS)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
from psycopg import sql

from schemaproof.catalog import Catalog, Column, QualifiedName
from schemaproof.postgres import Connection
from schemaproof.rows.candidates import (
    candidates,
    checks_on,
    constants,
    constants_in,
    is_counted,
    made_from,
    takes_null,
)
from schemaproof.rows.partitions import bounds, partitioned_by
from schemaproof.rows.shapes import NoRowFound, Shape, Values
from schemaproof.rows.statements import bare_relation, listed, name, value

BOUNDS = "schemaproof_bounds"
# More than any honest CHECK needs, and still under a second.
MOST_OFFERS = 2000


def learn_shape(
    table: QualifiedName,
    catalog: Catalog,
    connection: Connection,
    *,
    with_states: bool = True,
    hint: Values | None = None,
) -> Shape:
    """
    Return the shape of ``table``'s rows; nothing of the search stays in the database.

    The states take most of the time: every text that a CHECK speaks of is offered for them.

    Args:
        table: The table.
        catalog: What the connection's database contains.
        connection: Where a twin of the table may be made.
        with_states: Whether to learn the states of enumerated columns too.
        hint: Values that the row is to have, for what a search does not find.

    Raises:
        NoRowFound: The search was exhausted.
    """
    with connection.transaction(force_rollback=True):
        search = _Search(table, catalog, connection, hint or {})
        values = search.first_accepted()
        states = {
            column.name: accepted
            for column in (search.columns if with_states else ())
            if (accepted := search.states(column, values))
        }
        return Shape(table=table, values=search.required(values), states=states)


class _Search:
    def __init__(
        self, table: QualifiedName, catalog: Catalog, connection: Connection, hint: Values
    ) -> None:
        self.table, self.catalog, self.connection = table, catalog, connection
        self.hint = hint
        self.columns = [column for column in catalog.columns_of(table) if column.generated is None]
        connection.execute(
            sql.SQL(
                "CREATE TEMP TABLE twin (LIKE {} INCLUDING CONSTRAINTS INCLUDING GENERATED)"
                " ON COMMIT DROP"
            ).format(bare_relation(table))
        )
        self.deciding = frozenset(partitioned_by(table, catalog))
        self.bounds = self._bounded() if self.deciding else ""
        self.seen_in = {
            column.name: {column.name, *(made.name for made in made_from(column, catalog))}
            for column in self.columns
        }
        self.domains = {column.name: self._domain(column) for column in self.columns}

    def _bounded(self) -> str:
        found = bounds(self.table, self.connection)
        if found is None:
            raise NoRowFound(self.table, "a partition: it has none")
        statement = sql.SQL("ALTER TABLE pg_temp.twin ADD CONSTRAINT {} CHECK ({})")
        self.connection.execute(statement.format(sql.Identifier(BOUNDS), sql.SQL(found)))
        return found

    def first_accepted(self) -> Values:
        values: Values = {name: domain[0] for name, domain in self.domains.items()}
        ways: dict[frozenset[str], Iterator[tuple[str | None, ...]]] = {}
        for _ in range(MOST_OFFERS):
            refusal = self._offer(values)
            if refusal is None:
                return values
            name = refusal.diag.constraint_name
            columns = frozenset(self._columns_of(name or refusal.diag.column_name))
            if not columns:
                raise NoRowFound(self.table, str(refusal).strip())
            # Constraints that share columns must be satisfied together.
            sharing = [group for group in ways if group & columns]
            group = columns.union(*sharing)
            ordered = [column for column in self.domains if column in group]
            if group not in ways:
                for part in sharing:
                    del ways[part]
                ways[group] = itertools.product(*(self.domains[column] for column in ordered))
            chosen = next(ways[group], None)
            if chosen is None:
                break
            values.update(zip(ordered, chosen, strict=True))
        by = "its partitions" if name == BOUNDS else f"constraint {name or refusal}"
        raise NoRowFound(self.table, by)

    def states(self, column: Column, values: Values) -> tuple[str, ...]:
        if column.type_name == "bool":
            return ("false", "true")
        enumerated = column.type_kind == "enum"
        spoken_of = self.domains[column.name] if enumerated else constants(column, self.catalog)
        if not spoken_of:
            return ()
        accepted = tuple(
            text
            for text in spoken_of
            if text is not None
            and text in self.domains[column.name]
            and self._offer({**values, column.name: text}) is None
        )
        # A column is enumerated if some words are welcome and a stranger is not.
        strangers = [text for text in self.domains[column.name] if text not in spoken_of and text]
        if enumerated or (len(accepted) > 1 and self._all_refused(column, values, strangers)):
            return accepted
        return ()

    def required(self, values: Values) -> Values:
        return {
            column.name: values[column.name]
            for column in self.columns
            if values[column.name] is not None
            and (column.name in self.hint or not self._fills_itself(column))
        }

    def _all_refused(self, column: Column, values: Values, texts: list[str]) -> bool:
        offers = [self._offer({**values, column.name: text}) for text in texts]
        return bool(offers) and all(refusal is not None for refusal in offers)

    def _domain(self, column: Column) -> tuple[str | None, ...]:
        if column.name in self.hint:
            return (self.hint[column.name],)
        is_optional = takes_null(column, self.catalog)
        spoken_of = (
            bool(checks_on(column, self.catalog))
            or column.type_kind == "enum"
            or column.name in self.deciding
            or any(not made.is_nullable for made in made_from(column, self.catalog))
        )
        if is_optional and not spoken_of and column.type_name != "bool":
            return (None,)
        proposed = candidates(column, self.catalog)
        if column.name in self.deciding:
            proposed = tuple(dict.fromkeys([*constants_in(self.bounds), *proposed]))
        castable = self._castable(column, proposed)
        if is_optional or self._fills_itself(column):
            return (None, *castable)
        if not castable:
            raise NoRowFound(self.table, f"column {column.name} of type {column.type}")
        return castable

    def _fills_itself(self, column: Column) -> bool:
        if column.name in self.deciding:
            # A default like now() may lead to where no partition is.
            return is_counted(column)
        return column.default is not None or column.identity_generation is not None

    def _castable(self, column: Column, texts: tuple[str, ...]) -> tuple[str, ...]:
        cast = sql.SQL("({})::text").format(value(column.type))
        try:
            with self.connection.transaction():
                query = sql.SQL("SELECT {}").format(listed([cast] * len(texts)))
                row = self.connection.execute(query, texts).fetchone() or ()
        except (psycopg.DataError, psycopg.IntegrityError):  # the latter is a domain's CHECK
            # One text spoils the query; each alone shows which.
            alone = [(text,) for text in texts] if len(texts) > 1 else []
            return tuple(text for one in alone for text in self._castable(column, one))
        # varchar(n) cuts off what an INSERT would refuse.
        cuts = "char" in column.type
        return tuple(
            text for text, got in zip(texts, row, strict=True) if not cuts or len(got) >= len(text)
        )

    def _columns_of(self, refusing: str | None) -> set[str]:
        # A constraint reads columns, and a generated column that is NOT NULL is one itself.
        if refusing == BOUNDS:
            return {name for name in self.deciding if name in self.seen_in}
        read = next(
            (
                found.columns
                for found in self.catalog.constraints_of(self.table)
                if found.name == refusing
            ),
            (refusing,),
        )
        return {name for name, seen_in in self.seen_in.items() if not seen_in.isdisjoint(read)}

    def _offer(self, values: Values) -> psycopg.Error | None:
        given = {
            column: values[column.name]
            for column in self.columns
            if values[column.name] is not None or not self._fills_itself(column)
        }
        # A twin has no identity, so what would fill itself is given its first candidate.
        for column in self.columns:
            if column not in given and not column.is_nullable:
                given[column] = next(text for text in self.domains[column.name] if text is not None)
        statement = sql.SQL("INSERT INTO pg_temp.twin ({}) VALUES ({})").format(
            listed(name(column.name) for column in given),
            listed(value(column.type) for column in given),
        )
        try:
            with self.connection.transaction():
                self.connection.execute(statement, list(given.values()))
        except psycopg.Error as error:
            return error
        return None
