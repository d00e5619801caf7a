"""
What the project's own filters leave to others is no drift; everything else still is.
"""

from __future__ import annotations

import pytest

from schemaproof.scope import BadFilter
from tests.harness.adoption.everything import everything, of_status, trouble
from tests.harness.adoption.projects import HISTORY, NOTES, notes
from tests.harness.miniature import Step

ENV = """
from alembic import context
from sqlalchemy import *
config = context.config

{filters}

with create_engine(config.get_main_option("sqlalchemy.url"), poolclass=NullPool).connect() as one:
    context.configure(connection=one, target_metadata=METADATA, {options})
    with context.begin_transaction():
        context.run_migrations()
"""
DRIFT = "drift/models-match-migrations"

BY_OBJECT = """
def include_object(object, name, type_, reflected, compare_to):
    {body}
"""
BY_NAME = """
def include_name(name, type_, parent_names):
    {body}
"""


def write(folder, *, by_object=None, by_name=None, options="", revisions=(), models=NOTES):
    filters = BY_OBJECT.format(body=by_object) if by_object else ""
    filters += BY_NAME.format(body=by_name) if by_name else ""
    options += ", include_object=include_object" if by_object else ""
    options += ", include_name=include_name" if by_name else ""
    root = notes(folder, models=models, revisions=[*HISTORY, *revisions])
    (module,) = root.glob("models_*.py")
    env = ENV.format(filters=filters, options=options.removeprefix(", "))
    env = env.replace("METADATA", f"__import__({module.stem!r}).Base.metadata")
    (root / "migrations" / "env.py").write_text(env)
    return root


OTHERS = Step(
    up="CREATE TYPE their_mood AS ENUM ('good', 'bad'); "
    "CREATE TABLE their_things (id serial PRIMARY KEY, mood their_mood, many their_mood[], "
    "other_id int REFERENCES their_things); "
    "CREATE INDEX their_index ON their_things (other_id); "
    "CREATE FUNCTION their_trigger() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'; "
    "CREATE TRIGGER their_trigger BEFORE UPDATE ON their_things FOR EACH ROW "
    "EXECUTE FUNCTION their_trigger()",
    down="DROP TABLE their_things; DROP FUNCTION their_trigger(); DROP TYPE their_mood",
)
THEIR_SCHEMA = Step(
    up='CREATE SCHEMA "Their Own"; CREATE TABLE "Their Own"."select" (id int PRIMARY KEY)',
    down='DROP TABLE "Their Own"."select"; DROP SCHEMA "Their Own"',
)

LEAVE_OUT = {
    "a table by its name, with all that serves it": {
        "by_object": "return not (type_ == 'table' and name.startswith('their_'))",
        "revisions": [OTHERS],
    },
    "what is in the database alone": {
        "by_object": "return not (reflected and compare_to is None)",
        "revisions": [OTHERS],
    },
    "a table by the name filter": {
        "by_name": "return type_ != 'table' or name in context.config.attributes or "
        "name in METADATA.tables",
        "revisions": [OTHERS],
    },
    "a table that the configuration names": {
        "by_object": "return not (type_ == 'table' and "
        "name in config.get_section('filters')['tables'].split(','))",
        "revisions": [OTHERS],
    },
    "a schema by the name filter": {
        "by_name": "return type_ != 'schema' or name is None",
        "options": "include_schemas=True",
        "revisions": [THEIR_SCHEMA],
    },
    "a schema by its objects": {
        "by_object": "return type_ != 'table' or object.schema != 'Their Own'",
        "options": "include_schemas=True",
        "revisions": [THEIR_SCHEMA],
    },
    "a column": {
        "by_object": "return not (type_ == 'column' and name == 'legacy')",
        "revisions": [
            Step(
                up="ALTER TABLE notes ADD legacy text",
                down="ALTER TABLE notes DROP legacy",
            )
        ],
    },
    "an index, one of an expression too": {
        "by_object": "return not (type_ == 'index' and object.table.name == 'notes' and reflected)",
        "revisions": [
            Step(
                up="CREATE INDEX a ON notes (body); CREATE INDEX b ON notes (lower(body))",
                down="DROP INDEX a; DROP INDEX b",
            )
        ],
    },
    "a unique constraint and a key": {
        "by_object": "return type_ not in ('unique_constraint', 'foreign_key_constraint')",
        "revisions": [
            Step(
                up="ALTER TABLE notes ADD CONSTRAINT u UNIQUE (body); "
                "ALTER TABLE notes ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES authors "
                "ON DELETE CASCADE",
                down="ALTER TABLE notes DROP CONSTRAINT f; ALTER TABLE notes DROP CONSTRAINT u",
            )
        ],
    },
    "a table that the models say is none": {
        "by_object": "return not (type_ == 'table' and object.info.get('is_view'))",
        "models": NOTES
        + """
class Recent(Base):
    __tablename__ = "recent"
    __table_args__ = {"info": {"is_view": True}}
    id: Mapped[int] = mapped_column(primary_key=True)
""",
        "revisions": [
            Step(up="CREATE VIEW recent AS SELECT id FROM notes", down="DROP VIEW recent")
        ],
    },
    "a difference of an object that both have": {
        "by_object": "return not (type_ == 'column' and name == 'body' and compare_to is not None)",
        "revisions": [
            Step(
                up="ALTER TABLE notes ALTER body TYPE varchar(90)",
                down="ALTER TABLE notes ALTER body TYPE text",
            )
        ],
    },
}


@pytest.mark.parametrize("what", LEAVE_OUT)
def test_what_is_left_out_is_no_drift(what, tmp_path, bench):
    root = write(tmp_path, **LEAVE_OUT[what])
    ini = root / "alembic.ini"
    ini.write_text(ini.read_text() + "\n[filters]\ntables = spatial,their_things\n")

    proof = bench(root).proof(DRIFT)

    assert [found.where for found in proof.violations] == []
    assert "left out by env.py's own filters" in proof.seen[0]


@pytest.mark.parametrize("what", LEAVE_OUT)
def test_without_the_filter_it_is(what, tmp_path, bench):
    kept = {"models", "revisions"}
    options = {key: value for key, value in LEAVE_OUT[what].items() if key in kept}

    assert bench(write(tmp_path, **options)).violations(DRIFT)


def test_what_is_not_left_out_is_drift_all_the_same(tmp_path, bench):
    """
    A filter for one table hides neither a neighbour, nor a function that others call too.
    """
    shared = Step(
        up="CREATE TABLE neighbours (id int); CREATE TRIGGER t BEFORE INSERT ON neighbours "
        "FOR EACH ROW EXECUTE FUNCTION their_trigger()",
        down="DROP TABLE neighbours",
    )
    filter_ = "return not (type_ == 'table' and name == 'their_things')"
    root = write(tmp_path, by_object=filter_, revisions=[OTHERS, shared])

    assert [found.where for found in bench(root).violations(DRIFT)] == [
        "neighbours",
        "their_trigger()",
    ]


def test_a_project_with_others_tables_is_clean_under_every_check(tmp_path, bench):
    filter_ = "return not (type_ == 'table' and name.startswith('their_'))"
    others = Step(
        up="CREATE TABLE their_things (id int PRIMARY KEY)", down="DROP TABLE their_things"
    )
    root = write(tmp_path, by_object=filter_, revisions=[others])

    assert trouble(everything(bench(root))) == {}


def test_a_model_that_others_migrate_makes_no_claim(tmp_path, bench):
    """
    Its table is not in the database of this history, and neither are its keys.
    """
    models = (
        NOTES
        + """
class Foreign(Base):
    __tablename__ = "foreigners"
    __table_args__ = {"info": {"is_foreign": True}}
    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"), index=True)
"""
    )
    root = write(tmp_path, by_object="return not getattr(object, 'info', {}).get('is_foreign')",
                 models=models)  # fmt: skip

    report = everything(bench(root))

    assert of_status(report, "violated") == {}
    assert not any("foreigners" in str(proof.claim) for proof in report.proofs)


def test_a_filter_that_raises_is_told_so(tmp_path, bench):
    root = write(tmp_path, by_object="raise KeyError(name)", revisions=[OTHERS])

    with pytest.raises(BadFilter, match=r"include_object .* raised KeyError: 'their_things'"):
        bench(root).proof(DRIFT)


def test_what_others_keep_is_offered_no_rows(tmp_path, bench):
    """
    Their constraints make no claim here, and are listed as not covered.
    """
    filter_ = "return not (type_ == 'table' and name.startswith('their_'))"
    others = Step(
        up="CREATE TABLE their_things (id int PRIMARY KEY, n int CONSTRAINT their_n CHECK (true))",
        down="DROP TABLE their_things",
    )
    root = write(tmp_path, by_object=filter_, revisions=[others])

    report = everything(bench(root))

    claims = [str(one.claim) for one in report.proofs if "constraints/" in str(one.claim)]
    assert claims
    assert not any("their_" in one for one in claims)
    assert {one.where for one in report.not_covered} >= {"their_things", "their_things.their_n"}
