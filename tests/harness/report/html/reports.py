"""
Make reports to be shown: of a real catalogue, with every status and every kind of key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from schemaproof.catalog import Catalog, ForeignKey, snapshot
from schemaproof.checks import Check, Location, Violation, all_checks
from schemaproof.configuration import Waiver
from schemaproof.history import Revision
from schemaproof.postgres import Databases
from schemaproof.report import Background, Claim, NotCovered, Place, Proof, Report
from schemaproof.scaling import Flip, Growth
from tests.harness.fix_own_databases import built
from tests.harness.report.plans.growths import at, growth, node

CHECKS: dict[str, Check] = {check.name: check for check in all_checks()}
ROOT = Path("/home/somebody/project")

END = "</script><script>evil = 1</script>"
ATTRIBUTE = "\" onfocus='evil = 2' autofocus x=\""
EMOJI = "📦 orders & parts"
LONG = "a_table_whose_name_takes_up_every_one_of_the_63_bytes_there_are"
BACKWARDS = "הזמנות"
TEMPLATE = "{{ 7 * 7 }} ${7 * 7} <!-- %s"
NAMES = (END, ATTRIBUTE, EMOJI, LONG, BACKWARDS, TEMPLATE)


def quoted(name: str) -> str:
    """
    Return a name as SQL has it, whatever it is made of.
    """
    return '"' + name.replace('"', '""') + '"'


def _hostile() -> Iterator[str]:
    parent = quoted(END)
    yield f"CREATE TABLE {parent} (id bigint PRIMARY KEY, {quoted(TEMPLATE)} text NOT NULL)"
    for name, action in zip(
        NAMES[1:], ("CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "SET DEFAULT"), strict=True
    ):
        yield (
            f"CREATE TABLE {quoted(name)} (id bigint PRIMARY KEY, {quoted(name)} bigint DEFAULT 1"
            f" REFERENCES {parent} ON DELETE {action})"
        )
    yield f"COMMENT ON TABLE {parent} IS '<b>bold</b> & \"quoted\"'"
    yield f"COMMENT ON COLUMN {parent}.id IS '{END}'"


def _tree() -> Iterator[str]:
    yield "CREATE TABLE people (id bigint PRIMARY KEY, boss bigint REFERENCES people)"
    yield (
        "CREATE TABLE orders (id bigint PRIMARY KEY, number text NOT NULL UNIQUE,"
        " total integer NOT NULL CHECK (total >= 0),"
        " person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE)"
    )
    yield (
        "CREATE TABLE lines (id bigint PRIMARY KEY,"
        " order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,"
        " editor_id bigint REFERENCES people ON DELETE SET NULL,"
        " keeper_id bigint REFERENCES people ON DELETE RESTRICT,"
        " tester_id bigint REFERENCES people ON DELETE SET DEFAULT)"
    )
    yield "CREATE INDEX ix_lines_order_id ON lines (order_id)"
    yield "CREATE TABLE settings (name text PRIMARY KEY, value text)"
    yield "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"


def _catalog(databases: Databases, label: str, statements: Iterator[str]) -> Catalog:
    database = built(databases, label, *statements)
    with databases.copied(database) as copy, copy.connect() as connection:
        return snapshot(connection)


def hostile_catalog(databases: Databases) -> Catalog:
    """
    Return tables whose names try to be anything but names.
    """
    return _catalog(databases, "hostile", _hostile())


def tree_catalog(databases: Databases) -> Catalog:
    """
    Return a few tables with keys of every kind, one of them to itself, and a table that has none.
    """
    return _catalog(databases, "tree", _tree())


def broken(where: str, words: str = "found", **more: object) -> Violation:
    """
    Return a violation.
    """
    return Violation(where=where, found=words, because="because", fix="mend", **more)  # type: ignore[arg-type]


def proof(check: str, target: str = "", **more: object) -> Proof:
    """
    Return what became of a claim of that check.
    """
    return Proof(claim=Claim(check=CHECKS[check], target=target), **more)  # type: ignore[arg-type]


def of_keys(
    catalog: Catalog, judge: Callable[[ForeignKey], Proof]
) -> tuple[tuple[Proof, ...], dict[str, Place]]:
    """
    Return what is said of every key, and where that is.
    """
    proofs, places = [], {}
    for key in catalog.foreign_keys:
        found = judge(key)
        proofs.append(found)
        places[f"{found.claim}"] = Place(table=key.table, kind=key.kind, identity=key.identity)
    return tuple(proofs), places


def deleted(key: ForeignKey, **more: object) -> Proof:
    """
    Return what was seen when a parent was deleted.
    """
    name = f"{key.table.name}.{key.columns[0]}"
    return proof("references/on-delete-behaves", name, **{"seen": (f"{END} {name}",), **more})


def a_growth(name: str = "an author's books") -> Growth:
    """
    Return a query with one plan at a thousand rows and another at a million.
    """
    small = node("Seq Scan", relation_name="books", alias="books", cost=12.0)
    large = node("Index Scan", relation_name="books", alias="books", index_name="ix_a", cost=830.0)
    flip = Flip(below=at(1e3, small), above=at(1e6, large))
    return growth(at(1e3, small), at(1e6, large), flips=(flip,), name=name, statement=name)


def hostile_report(catalog: Catalog) -> Report:
    """
    Return a report in which whatever can hold a name holds one that means harm.
    """
    proofs, places = of_keys(catalog, deleted)
    waiver = Waiver(check="references/on-delete-behaves", where=END, reason=END)
    location = Location(file=ROOT / f"models/{END}.py", line=3)
    more = (
        proof(
            "history/blocking-locks",
            END,
            violations=(broken(END, END, location=location, revision=END),),
            waivers=(None,),
        ),
        proof("history/single-head", violations=(broken(ATTRIBUTE, END),), waivers=(waiver,)),
        proof("indexes/seq-scan-at-scale", END, seen=(END,)),
        proof("constraints/check-refuses", END, skipped=END),
    )
    revision = Revision(id=END, parents=(), path=ROOT / "migrations/1.py", summary=END)
    return Report(
        proofs=tuple(sorted((*proofs, *more), key=lambda one: str(one.claim))),
        not_covered=(NotCovered(where=END, why=ATTRIBUTE),),
        revisions=(END,),
        environment={"postgresql": END},
        background=Background(
            name=END,
            catalog=catalog,
            places=places,
            revisions=(revision,),
            growths=(a_growth(END),),
            checklist=f"# {END}\n\n- {END} `history/single-head`\n",
        ),
    )


def tree_report(catalog: Catalog) -> Report:
    """
    Return a report with claims of every status.
    """

    def judge(key: ForeignKey) -> Proof:
        match key.columns[0]:
            case "order_id":
                return deleted(key, violations=(broken("lines.order_id"),), waivers=(None,))
            case "boss":
                return deleted(key, skipped="no row could be made")
            case _:
                return deleted(key, seen=(f"{key.on_delete} seen",))

    proofs, places = of_keys(catalog, judge)
    waiver = Waiver(check="indexes/redundant-index", where="ix_lines_order_id", reason="asked for")
    more = (
        proof("history/blocking-locks", "0001", seen=("no lock",), brief="none"),
        proof("history/single-head", seen=("2 revisions end in 0002",)),
        proof(
            "indexes/redundant-index",
            "ix_lines_order_id",
            violations=(broken("ix_lines_order_id"),),
            waivers=(waiver,),
        ),
        proof("indexes/seq-scan-at-scale", "an author's books", seen=("reads by ix_a",)),
    )
    revisions = tuple(
        Revision(id=name, parents=parents, path=ROOT / f"m/{name}.py", summary=f"Make {name}.")
        for name, parents in (("0001", ()), ("0002", ("0001",)))
    )
    return Report(
        proofs=tuple(sorted((*proofs, *more), key=lambda one: str(one.claim))),
        not_covered=(NotCovered(where="settings", why="no check reads the defaults of value"),),
        revisions=("0001", "0002"),
        environment={"postgresql": "PostgreSQL 18.6 (embedded)", "python": "3.11"},
        background=Background(
            name="shop",
            catalog=catalog,
            places=places,
            revisions=revisions,
            growths=(a_growth(),),
            checklist="# Keys\n\n- one head `history/single-head`\n- tested elsewhere\n",
        ),
    )
