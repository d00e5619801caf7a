"""
Draw small schemas of keys: every action, deferrable or not, composite, shared columns, cycles.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

ACTIONS = ("CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "SET DEFAULT")
WHEN = ("", "DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED")
# The first values that a graph gives to knots.
DEFAULTS = (None, "20001", "20002", "20003")


@dataclass
class Table:
    """A table that is being drawn: its columns, each as it stands in CREATE TABLE."""

    name: str
    primary: tuple[str, ...]
    columns: dict[str, str] = field(default_factory=dict)


@st.composite
def key_schemas(draw, most_tables=3, most_keys=4):
    """
    Draw the statements that make such a schema, and shrink to few tables and keys.
    """
    tables = []
    for number in range(draw(st.integers(1, most_tables))):
        primary = draw(st.sampled_from([("id",), ("a", "b")]))
        columns = dict.fromkeys(primary, "int NOT NULL")
        if draw(st.booleans()):
            columns["u"] = draw(st.sampled_from(["int UNIQUE", "int NOT NULL UNIQUE"]))
        tables.append(Table(f"t{number}", primary, columns))
    keys = [_key(draw, tables, number) for number in range(draw(st.integers(1, most_keys)))]
    made = [
        f"CREATE TABLE {table.name} ("
        + ", ".join(f"{name} {told}" for name, told in table.columns.items())
        + f", PRIMARY KEY ({', '.join(table.primary)}))"
        for table in tables
    ]
    return [*made, *keys]


def _key(draw, tables, number):
    child, parent = draw(st.sampled_from(tables)), draw(st.sampled_from(tables))
    ways = [parent.primary, ("u",)] if "u" in parent.columns else [parent.primary]
    target = draw(st.sampled_from(ways))
    columns = [_column(draw, child, number, part) for part in target]
    if len({*columns}) < len(columns):
        columns = [_new(draw, child, f"k{number}_{part}") for part in target]
    match = " MATCH FULL" if len(columns) > 1 and draw(st.booleans()) else ""
    only = ""
    on_delete = draw(st.sampled_from(ACTIONS))
    if on_delete in ("SET NULL", "SET DEFAULT") and draw(st.booleans()):
        only = f" ({', '.join(draw(st.sets(st.sampled_from(sorted(columns)), min_size=1)))})"
    return (
        f"ALTER TABLE {child.name} ADD CONSTRAINT key{number} FOREIGN KEY ({', '.join(columns)})"
        f" REFERENCES {parent.name} ({', '.join(target)}){match}"
        f" ON DELETE {on_delete}{only} ON UPDATE {draw(st.sampled_from(ACTIONS))}"
        f" {draw(st.sampled_from(WHEN))}"
    )


def _column(draw, child, number, part):
    # Mostly a column of its own; else one that the table has already, which is then shared.
    if draw(st.integers(0, 3)):
        return _new(draw, child, f"k{number}_{part}")
    return draw(st.sampled_from(sorted(child.columns)))


def _new(draw, child, name):
    default = draw(st.sampled_from(DEFAULTS))
    child.columns[name] = " ".join(
        word
        for word in (
            "int",
            f"DEFAULT {default}" if default else "",
            draw(st.sampled_from(["", "", "NOT NULL"])),
            draw(st.sampled_from(["", "", "", "UNIQUE"])),
        )
        if word
    )
    return name
