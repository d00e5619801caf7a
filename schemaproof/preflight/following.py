"""
Follow what tables demand from one statement to the next, and tell each new demand.

What is compared is the state before a statement and after it: so a demand that a later statement of
the same revision takes back is seen, and it is known what was written before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from psycopg import sql

from schemaproof.catalog import QualifiedName, short_name
from schemaproof.preflight.constraints import Scope, brought
from schemaproof.preflight.conversions import Conversion, Untold
from schemaproof.preflight.demand import Demand
from schemaproof.preflight.limits import Column, Limits, Table
from schemaproof.preflight.questions import Convertible, RowsWhere
from schemaproof.preflight.source import Origin, Source, added
from schemaproof.preflight.work import Write


class Following:
    """
    The tables of a database that goes along a history.

    Attributes:
        start: What they demanded where the database to be asked is.
        now: What they demand now.
        written: What has written to each table, by OID.
    """

    def __init__(self, start: Limits, *, version: int) -> None:
        self.start = self.now = start
        self.version = version
        self.written: dict[int, list[Write]] = defaultdict(list)
        self._origins: dict[int, dict[int, Origin]] = {
            oid: {number: Origin(column=each.name) for number, each in table.columns.items()}
            for oid, table in start.tables.items()
        }

    def wrote(self, tables: Iterable[int], place: str, statement: str, *, updates: bool) -> None:
        """
        Take note of what writes to tables.

        Args:
            tables: Their OIDs.
            place: Where it is written.
            statement: Its text.
            updates: Whether it is an UPDATE, which sets no column that it does not name.
        """
        for oid in tables:
            table = self.now.tables.get(oid)
            named = {
                column.number
                for column in (table.columns.values() if table else ())
                if column.name.lower() in statement.lower()
            }
            self.written[oid].append(Write(place, frozenset(named) if updates else None))

    def step(self, after: Limits, statement: str, line: int | None) -> tuple[Demand, ...]:
        """
        Return what is demanded after a statement and was not before it.
        """
        before, self.now = self.now, after
        changed: set[tuple[int, int]] = set()
        found: list[Demand] = []
        for oid, table in after.tables.items():
            known = before.tables.get(oid)
            if known is None or oid not in self.start.tables:
                continue
            if table.is_partition and not known.is_partition:
                told = (
                    f"the bounds of {short_name(self.called_now(oid))}, which becomes a partition"
                )
                why = "what they demand of its rows is not asked here"
                found.append(replace(self.demand("PARTITION", table, "", told), why_not=why))
            if known.columns != table.columns:
                source = self.source(known)
                found.extend(self._of_columns(known, table, source, statement, changed))
        scope = Scope(limits=after, source=self._source_if_there, called=self._called)
        found.extend(brought(scope, before, changed))
        found.extend(self._of_domains(before))
        return tuple(
            replace(each, line=line, written=tuple(dict.fromkeys(self._written(each))))
            for each in self._told_once(found)
        )

    def _told_once(self, found: list[Demand]) -> Iterator[Demand]:
        # What is demanded of a partitioned table is demanded of each partition.
        tables = {table.name: table for table in self.start.tables.values()}
        whole = {(one.kind, one.name) for one in found if tables[one.table].is_partitioned}
        for one in found:
            if not (tables[one.table].is_partition and (one.kind, one.name) in whole):
                yield one

    def source(self, table: Table) -> Source:
        """
        Return from where the rows of a table are read, under the names that it gives them.
        """
        origins = self._origins[table.oid]
        return Source(
            table=self.called_now(table.oid),
            alias=table.name.name,
            columns=tuple((each.name, origins[number]) for number, each in table.columns.items()),
        )

    def _source_if_there(self, table: Table) -> Source | None:
        return self.source(table) if table.oid in self.start.tables else None

    def _called(self, table: Table) -> QualifiedName:
        # What is new has no name there.
        known = self.start.tables.get(table.oid)
        return table.name if known is None else known.name

    def _of_domains(self, before: Limits) -> Iterator[Demand]:
        domains = self.now.required.keys() - before.required.keys()
        for oid, table in self.now.tables.items() if domains else ():
            for column in table.columns.values() if oid in self.start.tables else ():
                known = before.tables[oid].columns.get(column.number)
                if column.type_oid in domains and known and known.type_oid == column.type_oid:
                    yield self.required(table, column)

    def called_now(self, oid: int) -> QualifiedName:
        """
        Return what a table is called in the database to be asked.
        """
        return self.start.tables[oid].name

    def _written(self, demand: Demand) -> Iterator[str]:
        for table in self.start.tables.values():
            if table.name not in (demand.table, demand.target):
                continue
            columns = demand.columns if table.name == demand.table else frozenset()
            for place, named in self.written[table.oid]:
                if not columns or named is None or named & columns:
                    yield place

    def _of_columns(
        self,
        before: Table,
        after: Table,
        source: Source,
        statement: str,
        changed: set[tuple[int, int]],
    ) -> Iterator[Demand]:
        origins = self._origins[after.oid]
        for number, column in after.columns.items():
            known = before.columns.get(number)
            if known is None:
                origins[number] = added(column)
            elif _is_of_another_type(known, column):
                changed.add((after.oid, number))
                yield from self._converted(after, source, known, column, statement)
            was_required = known is not None and known.is_required_of_all
            # What an added column is filled with is no NULL, or adding it fails without a row too.
            is_asked = origins[number].column is not None or origins[number].is_null
            if column.is_required_of_all and not was_required and is_asked:
                yield self.required(after, column)

    def required(self, table: Table, column: Column) -> Demand:
        """
        Return the demand that a column hold no NULL.
        """
        where = f"{short_name(self.called_now(table.oid))}.{column.name}"
        demand = self.demand("NOT NULL", table, column.name, f"NOT NULL of {where}")
        condition = sql.SQL("{} IS NULL").format(sql.Identifier(column.name))
        return replace(
            demand,
            question=RowsWhere(source=self.source(table), condition=condition),
            columns=frozenset({column.number}),
        )

    def _converted(
        self, table: Table, source: Source, before: Column, after: Column, statement: str
    ) -> Iterator[Demand]:
        origins = self._origins[table.oid]
        where = f"{short_name(self.called_now(table.oid))}.{before.name}"
        told = f"the type of {where}, {after.type} from {before.type}"
        demand = self.demand("TYPE", table, before.name, told)
        demand = replace(demand, columns=frozenset({before.number}))
        try:
            conversion = Conversion(
                source=source,
                before=before,
                after=after,
                labels=self.now.labels.get(after.type_oid),
                statement=statement,
            )
            question = conversion.refused(self.version)
        except Untold as why:
            yield replace(demand, why_not=str(why))
            origins[after.number] = replace(origins[after.number], is_known=False)
            return
        origins[after.number] = origins[after.number].cast(after.type)
        if isinstance(question, Convertible) and question.is_own_words:
            origins[after.number] = replace(origins[after.number], is_known=False)
        if question is not None:
            yield replace(demand, question=question)

    def demand(self, kind: str, table: Table, name: str, told: str) -> Demand:
        """
        Return a demand of a table that is there now, without its question.
        """
        return Demand(kind=kind, table=self.called_now(table.oid), name=name, told=told)


def _is_of_another_type(before: Column, after: Column) -> bool:
    # A type that got another name is the same; the same one may have another size.
    return before.type_oid != after.type_oid or (
        after.type_kind == "b" and before.type != after.type
    )
