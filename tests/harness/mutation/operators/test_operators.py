"""
Each operator breaks what it says, on a real server, and nothing beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import schemaproof.mutation.operators  # noqa: F401 - imported for what it registers
from schemaproof.catalog import Difference, Follower, difference
from schemaproof.mutation.choice import Choice
from schemaproof.mutation.making import made_of
from schemaproof.mutation.migrations.scratch import Refused, applied
from schemaproof.mutation.mutant import OPERATORS, Mutant, operator
from schemaproof.postgres import Databases, Server
from tests.harness.mutation.operators.everything import SAMPLES, SCHEMA, SINCE


@dataclass(frozen=True, kw_only=True)
class Tried:
    """
    A mutant and what the server made of it.

    Attributes:
        mutant: The mutant.
        refusal: What the server said, if it did not take it.
        changed: What then differed from the original: kind, name and facet.
    """

    mutant: Mutant
    refusal: str | None = None
    changed: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def tried(schema_databases: Databases) -> dict[str, list[Tried]]:
    """
    Every mutant of the schema that has one of everything, by operator.

    Lives for this file; the database is dropped when it is made.
    """
    with (
        schema_databases.clone() as database,
        database.connect(autocommit=True) as connection,
    ):
        connection.execute(SCHEMA)
        follower = Follower()
        original = follower.snapshot(connection)
        found: dict[str, list[Tried]] = defaultdict(list)
        for mutant in made_of(original, Choice()):
            try:
                with applied(mutant, connection):
                    changed = difference(original, follower.forked().snapshot(connection))
            except Refused as error:
                found[mutant.operator].append(Tried(mutant=mutant, refusal=str(error)))
                continue
            found[mutant.operator].append(Tried(mutant=mutant, changed=(*map(_told, changed),)))
        assert difference(original, Follower().snapshot(connection)) == ()
    return found


def test_every_operator_has_a_sample():
    assert SAMPLES.keys() == OPERATORS.keys()


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_operator_breaks_what_it_says(name, tried, schema_server: Server):
    """
    The sample is among its mutants, and the catalogue then differs in exactly that.
    """
    where, detail, changed = SAMPLES[name]
    if schema_server.version // 10000 < SINCE.get(name, 0):
        assert all(one.refusal for one in tried[name])
        return

    found = {(one.mutant.where, one.mutant.detail): one for one in tried[name]}

    assert (where, detail) in found, sorted(found)
    assert found[where, detail].refusal is None
    assert found[where, detail].changed == changed


def test_every_mutant_that_is_taken_changes_the_catalogue(tried):
    """
    Here none is equivalent, and none is a change that a snapshot does not see.
    """
    silent = [str(one.mutant) for one in _all(tried) if one.refusal is None and not one.changed]

    assert silent == []


def test_what_the_server_refuses_is_sql_all_the_same(tried):
    refusals = {one.refusal for one in _all(tried) if one.refusal is not None}

    assert len(refusals) >= 5
    assert not [told for told in refusals if "syntax error" in told]


def test_two_operators_of_one_name_are_refused():
    with pytest.raises(ValueError, match="'check/drop' is registered twice"):
        operator("check/drop")(lambda _: iter(()))


def _told(one: Difference) -> str:
    facet = f": {one.facet}" if one.facet else ""
    return f"{one.kind} {one.identity.removeprefix('public.')}{facet}"


def _all(tried: dict[str, list[Tried]]) -> Iterator[Tried]:
    return (one for several in tried.values() for one in several)
