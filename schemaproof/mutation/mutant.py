"""
Say what a mutant is: one thing that a schema promises, broken on purpose.

An operator is a generator that looks at a catalogue and yields a mutant for each place where it can
break something. It only writes SQL: whether that can be done is for the server to say, and what it
refuses is not a mutant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from schemaproof.catalog import Catalog, CatalogObject, QualifiedName, Table

Side = Literal["migrations", "alike", "history", "schemas"]
SIDES: tuple[Side, ...] = get_args(Side)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """
    One thing broken.

    Attributes:
        operator: ``family/name`` of what made it.
        where: The object, as a violation names it, e.g. ``projects.user_id``.
        detail: What was done to it, e.g. ``CASCADE becomes NO ACTION``.
        sql: What does it to a database; several statements are parted by semicolons.
        table: The table that the object belongs to, if it belongs to one.
        is_respelt: Whether it only writes an expression anew, which PostgreSQL may read as before.
            Any other mutant that leaves no trace in the catalogue was overlooked there.
        shows_in: Where it can be seen beyond the catalogue: in what ``rows`` are taken and left,
            in ``plans`` alone, or in ``nothing`` that the owner does.
        side: What was broken: the ``migrations`` alone, models and migrations ``alike``,
            a revision of the ``history``, or one of the Pydantic ``schemas``.
    """

    operator: str = ""
    where: str
    detail: str
    sql: str
    table: QualifiedName | None = None
    is_respelt: bool = False
    shows_in: Literal["rows", "plans", "nothing"] = "rows"
    side: Side = "migrations"

    @property
    def family(self) -> str:
        """
        The part of the operator's name before the slash.
        """
        return self.operator.partition("/")[0]

    @property
    def is_gone(self) -> bool:
        """
        Whether the object is dropped.
        """
        return self.operator.endswith("/drop")

    @property
    def key(self) -> tuple[str, str, str, str]:
        """
        By what mutants are sorted.
        """
        return (self.side, self.operator, self.where, self.detail)

    def __str__(self) -> str:
        return f"{self.operator} {self.where}: {self.detail}"


Operator = Callable[[Catalog], Iterator[Mutant]]

OPERATORS: dict[str, Operator] = {}


def operator(name: str) -> Callable[[Operator], Operator]:
    """
    Register a generator of mutants as the operator ``name``, which the mutants then bear.

    Args:
        name: ``family/name``.

    Raises:
        ValueError: The name is taken.
    """

    def register(function: Operator) -> Operator:
        def named(catalog: Catalog) -> Iterator[Mutant]:
            yield from (replace(mutant, operator=name) for mutant in function(catalog))

        if name in OPERATORS:
            raise ValueError(f"operator {name!r} is registered twice")
        OPERATORS[name] = named
        return named

    return register


def broken(it: CatalogObject, detail: str, *statements: str) -> Mutant:
    """
    Return the mutant that ``statements`` make of an object.
    """
    table = it.qualified_name if isinstance(it, Table) else it.home
    return Mutant(where=place(it), detail=detail, sql=";\n".join(statements), table=table)


def place(it: CatalogObject) -> str:
    """
    Return an object's name, as reports have it.
    """
    return it.identity.removeprefix("public.")
