"""drift/models-match-migrations: the op calls that it proposes, carried out."""

import json
import re

import pytest

from tests.harness.checks.drift.test_models_match_migrations import HISTORY, MODELS
from tests.harness.miniature import miniature

CHECK = "drift/models-match-migrations"

CHANGES = {
    "foreign key action": "ALTER TABLE orders DROP CONSTRAINT fk_orders_customer;"
    "ALTER TABLE orders ADD CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id)"
    " REFERENCES customers",
    "foreign key": "ALTER TABLE orders DROP CONSTRAINT fk_orders_customer",
    "foreign key too many": "ALTER TABLE orders ADD CONSTRAINT more FOREIGN KEY (customer_id)"
    " REFERENCES customers",
    "check": "ALTER TABLE orders DROP CONSTRAINT ck_orders_total",
    "check expression": "ALTER TABLE orders DROP CONSTRAINT ck_orders_total;"
    "ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total > 0)",
    "check too many": "ALTER TABLE orders ADD CONSTRAINT more CHECK (total < 9)",
    "not valid": "ALTER TABLE orders DROP CONSTRAINT ck_orders_total;"
    "ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total >= 0) NOT VALID",
    "unique": "ALTER TABLE orders DROP CONSTRAINT uq_orders_number",
    "index": "DROP INDEX ix_orders_customer",
    "index predicate": "DROP INDEX ix_orders_open; CREATE INDEX ix_orders_open ON orders (total)",
    "index too many": 'CREATE INDEX "Too Many" ON orders (total)',
    "column": "ALTER TABLE customers DROP COLUMN email",
    "column too many": "ALTER TABLE orders ADD COLUMN note text",
    "column type": "ALTER TABLE customers ALTER email TYPE text",
    "column type, of another kind": "ALTER TABLE customers ALTER nick TYPE int USING 1",
    "column nullable": "ALTER TABLE customers ALTER email DROP NOT NULL",
    "column not nullable": "ALTER TABLE customers ALTER nick SET NOT NULL",
    "column default": "ALTER TABLE orders ALTER state SET DEFAULT 'done'",
    "column default gone": "ALTER TABLE orders ALTER state DROP DEFAULT",
    "column default too many": "ALTER TABLE customers ALTER email SET DEFAULT 'x'",
    "column comment": "COMMENT ON COLUMN orders.total IS 'sum'",
    "table comment": "COMMENT ON TABLE customers IS NULL",
    "table comment too many": "COMMENT ON TABLE orders IS 'what is bought'",
    "table too many": 'CREATE TABLE "Order Items" (id int)',
    "trigger": "DROP TRIGGER orders_stamp ON orders",
    "trigger disabled": "ALTER TABLE orders DISABLE TRIGGER orders_stamp",
    "trigger too many": "CREATE TRIGGER more AFTER INSERT ON orders EXECUTE FUNCTION stamp()",
    "function": "CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN OLD; END'",
    "function too many": "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "enum label": "ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('glad');"
    "ALTER TABLE customers ALTER mood TYPE mood USING mood::text::mood; DROP TYPE old",
    "enum label in front": "ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('sad');"
    "ALTER TABLE customers ALTER mood TYPE mood USING mood::text::mood; DROP TYPE old",
    "enum too many": "CREATE TYPE more AS ENUM ('a')",
    "view too many": "CREATE VIEW more AS SELECT id FROM orders",
    "enum label too many": "ALTER TYPE mood ADD VALUE 'cross'",
    "enum labels in another order": "ALTER TYPE mood RENAME TO old;"
    "CREATE TYPE mood AS ENUM ('sad', 'glad');"
    "ALTER TABLE customers ALTER mood TYPE mood USING mood::text::mood; DROP TYPE old",
    "privileges": "GRANT SELECT, UPDATE ON orders TO PUBLIC",
    "column privileges": "GRANT UPDATE (total) ON orders TO pg_monitor WITH GRANT OPTION",
    "row security": "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
    "policy too many": "CREATE POLICY more ON orders USING (total > 0)",
    "storage parameter": "ALTER TABLE orders SET (fillfactor = 70)",
    "foreign key's own triggers": "ALTER TABLE orders DISABLE TRIGGER ALL;"
    "ALTER TABLE orders ENABLE TRIGGER orders_stamp",
    "sequence": "ALTER SEQUENCE orders_id_seq INCREMENT 5",
    "identity": "ALTER TABLE orders ALTER id SET GENERATED ALWAYS",
    "generated expression": "ALTER TABLE orders DROP tax;"
    "ALTER TABLE orders ADD tax numeric(10,2) NOT NULL GENERATED ALWAYS AS (total * 0.3) STORED",
    "schema too many, with a table in it": 'CREATE SCHEMA "My Shop";'
    'CREATE TABLE "My Shop".t (id int)',
    "collation too many": "CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'C')",
    "publication too many": "CREATE PUBLICATION p FOR TABLE orders",
    "foreign server too many": "CREATE FOREIGN DATA WRAPPER w;"
    "CREATE SERVER s FOREIGN DATA WRAPPER w",
    "default privileges": "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    " GRANT SELECT ON TABLES TO PUBLIC",
}

GIVEN_MODELS = MODELS.replace(
    "    email: Mapped[str] = mapped_column(String(255))\n",
    "    email: Mapped[str] = mapped_column(String(255))\n"
    "    nick: Mapped[str | None]\n"
    "    mood: Mapped[str | None] = mapped_column(ENUM('glad', 'sad', name='mood'))\n",
)
GIVEN_HISTORY = HISTORY + (
    "CREATE TYPE mood AS ENUM ('glad', 'sad');"
    "ALTER TABLE customers ADD COLUMN nick varchar, ADD COLUMN mood mood;"
)


@pytest.mark.parametrize("case", CHANGES)
def test_what_is_proposed_ends_the_drift(tmp_path, bench, case):
    """
    Put into a revision as they stand, the calls give the migrations what the models have.
    """
    revisions = [GIVEN_HISTORY, CHANGES[case]]
    (tmp_path / "drifted").mkdir()
    drifted = bench(miniature(tmp_path / "drifted", models=GIVEN_MODELS, revisions=revisions))
    fixes = [found.fix for found in drifted.violations(CHECK)]
    assert fixes
    calls = [re.fullmatch(r"Add a revision with (op\..*), or .*\.", fix) for fix in fixes]

    body = "python:from sqlalchemy.dialects import postgresql\n"
    body += "\n".join(call.group(1) for call in calls)
    (tmp_path / "mended").mkdir()
    mended = bench(
        miniature(tmp_path / "mended", models=GIVEN_MODELS, revisions=[*revisions, body])
    )

    assert [(each.where, each.found, each.fix) for each in mended.violations(CHECK)] == []


def test_a_colon_in_a_statement_is_no_parameter(tmp_path, bench):
    """
    What looks like a parameter to SQLAlchemy, or to the driver, comes through as it stands.
    """
    body = (
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT ' :name %s 100% a::b \"x\"' $$"
    )
    models = (
        MODELS + f"event.listen(Base.metadata, 'after_create', DDL({body.replace('%', '%%')!r}))\n"
    )
    (tmp_path / "drifted").mkdir()
    drifted = bench(miniature(tmp_path / "drifted", models=models, revisions=[HISTORY]))
    (found,) = drifted.violations(CHECK)
    call = re.fullmatch(r"Add a revision with (op\..*), or .*\.", found.fix).group(1)

    (tmp_path / "mended").mkdir()
    revisions = [HISTORY, f"python:{call}"]
    mended = bench(miniature(tmp_path / "mended", models=models, revisions=revisions))

    assert mended.violations(CHECK) == []


def test_a_table_is_proposed_with_an_ellipsis(tmp_path, bench):
    """
    What is too long for a line is not written out.
    """
    project = bench(miniature(tmp_path, models=MODELS, revisions=["SELECT 1"]))

    fixes = {found.where: found.fix for found in project.violations(CHECK)}

    assert fixes["orders"].startswith('Add a revision with op.create_table("orders", …), or remove')


@pytest.mark.parametrize(
    ("column", "written"),
    [
        pytest.param("a numeric(10,2)", "sa.Numeric(10, 2)", id="numeric"),
        pytest.param("a varchar", "sa.String()", id="no length"),
        pytest.param("a timestamptz", "sa.DateTime(timezone=True)", id="timestamptz"),
        pytest.param("a int[]", None, id="array: no type of SQLAlchemy's is known here"),
        pytest.param('a text COLLATE "C"', None, id="collation"),
    ],
)
def test_a_column_is_proposed_with_its_type(tmp_path, bench, column, written):
    """
    Where the type has a name in SQLAlchemy the operation is used, else the statement itself.
    """
    models = (
        "class Base(DeclarativeBase):\n    pass\n"
        "Table('t', Base.metadata, Column('id', Integer))\n"
        "event.listen(Base.metadata, 'after_create', "
        f"DDL({f'ALTER TABLE t ADD COLUMN {column}'!r}))\n"
    )
    project = bench(miniature(tmp_path, models=models, revisions=["CREATE TABLE t (id int)"]))

    (found,) = project.violations(CHECK)

    if written is None:
        statement = f"ALTER TABLE public.t ADD COLUMN {column.replace('int[', 'integer[')}"
        assert f"op.execute({json.dumps(statement)})" in found.fix
    else:
        assert f'op.add_column("t", sa.Column("a", {written}))' in found.fix


@pytest.mark.parametrize("models", ["", "Table('t', Base.metadata, Column('id', Integer))"])
def test_models_that_nobody_imported_are_asked_for(tmp_path, bench, models):
    """
    Where there is no model at all, that is the likelier mistake.
    """
    models = f"class Base(DeclarativeBase):\n    pass\n\n{models}"
    schema = "CREATE TABLE t (id int); CREATE TABLE u (id int)"
    found = bench(miniature(tmp_path, models=models, revisions=[schema])).violations(CHECK)

    last = found[-1]
    assert (last.where, last.found) == ("u", "table is in the migrations but not in the models")
    assert last.fix.endswith("imports the models.") == (len(found) == 2)
