"""
What nobody put to the test is listed, and nothing else.
"""

from __future__ import annotations

import pytest

from schemaproof.checks import all_checks
from schemaproof.coverage import NothingThere, not_covered, refuse_nothing
from schemaproof.selection import Selection
from tests.harness.miniature import NO_MODELS, miniature

SCHEMA = """
CREATE TABLE parents (id int CONSTRAINT parents_pk PRIMARY KEY);
CREATE TABLE t (
    a int CONSTRAINT positive CHECK (a > 0),
    b int CONSTRAINT once UNIQUE,
    c int CONSTRAINT kept REFERENCES parents ON UPDATE CASCADE,
    d int CONSTRAINT left_alone REFERENCES parents ON DELETE CASCADE,
    e int DEFAULT 1,
    f int GENERATED ALWAYS AS (a * 2) STORED,
    g int NOT NULL,
    CONSTRAINT apart EXCLUDE USING btree (a WITH =)
);
CREATE UNIQUE INDEX t_partly ON t (a) WHERE b IS NULL;
CREATE INDEX t_plain ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION fn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fn();
CREATE POLICY mine ON t USING (a = 1);
CREATE RULE instead AS ON DELETE TO v DO INSTEAD NOTHING;
CREATE STATISTICS of_columns ON a, b FROM t;
CREATE STATISTICS of_sums ON (a + b) FROM t;
"""

ELSEWHERE = """
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER away FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE far (a int NOT NULL CONSTRAINT far_positive CHECK (a > 0)) SERVER away;
"""


@pytest.fixture
def listed(tmp_path, bench):
    """
    A function that returns what is not covered of a project with one revision and more keys.
    """

    def listing(schema: str, keys: str = "") -> list[tuple[str, str]]:
        root = miniature(tmp_path, revisions=[schema])
        with (root / "pyproject.toml").open("a") as file:
            file.write(keys)
        subject = bench(root).subject
        subject.base = "HEAD"
        return sorted((one.where, one.why) for one in not_covered(subject, all_checks()))

    return listing


def test_every_promise_that_no_check_executes_is_listed(listed):
    """
    Also what has no declaration of its meaning: code, views, policies.
    """
    assert listed(SCHEMA) == [
        ("fn()", "no check knows what the function must do"),
        ("of_sums", "no check plans with what ANALYZE finds of expressions"),
        ("t", "no check reads the defaults of e, f"),
        ("t.kept", "no check tries ON UPDATE CASCADE"),
        ("t.mine", "no check knows what the policy must do"),
        ("t.tr", "no check knows what the trigger must do"),
        ("v", "no check knows what the view must do"),
        ("v.instead", "no check knows what the rule must do"),
    ]


def test_what_another_server_would_have_to_keep_is_listed(listed):
    """
    PostgreSQL asks none of a foreign table's constraints, so that no row can show that they hold.
    """
    assert listed(ELSEWHERE) == [
        ("far", "no check offers a NULL to a"),
        ("far.far_positive", "no check offers the check constraint rows to take and to refuse"),
    ]


def test_alembics_own_table_is_nobodys_promise(listed):
    """
    The table of the current revision is Alembic's to keep.
    """
    assert listed("") == []


def test_blocks_that_nobody_counts_are_listed_with_their_check(tmp_path, bench):
    """
    How many blocks a run touches only a run can tell: that of a thorough proof.
    """
    queries = 'QUERIES = [Query(name="one", statement="SELECT 1", buffers=4)]'
    subject = bench(miniature(tmp_path, queries=queries)).subject
    subject.base = "HEAD"

    assert [*not_covered(subject, all_checks())] == []
    listed = {one.where: one.why for one in not_covered(subject, Selection().choose())}
    assert listed["indexes/within-buffers"] == "not chosen; it runs with --thorough"


def test_what_is_left_out_is_listed(tmp_path, bench):
    """
    A check that was not chosen covers nothing, nor does one that runs only when asked for.
    """
    subject = bench(miniature(tmp_path)).subject
    subject.base = "HEAD"
    chosen = Selection(skip=("indexes",)).choose()

    listed = {one.where: one.why for one in not_covered(subject, chosen)}

    thorough = [check.name for check in all_checks() if check.is_thorough]
    indexes = [check.name for check in all_checks() if check.family == "indexes"]
    assert [*listed] == sorted({*thorough, *indexes})
    assert listed["indexes/redundant-index"] == "not chosen"
    assert listed["history/gives-up-on-locks"] == "not chosen; it runs with --thorough"


@pytest.mark.parametrize(
    "revisions",
    [
        pytest.param([], id="no revision"),
        pytest.param(["", "SELECT 1"], id="revisions without an object"),
        pytest.param(["CREATE SCHEMA other; CREATE EXTENSION hstore"], id="only a schema"),
    ],
)
def test_a_subject_without_anything_is_refused(tmp_path, bench, revisions):
    """
    What is needed, what was found, and the reason that it mostly has.
    """
    subject = bench(miniature(tmp_path, revisions=revisions)).subject

    with pytest.raises(NothingThere, match="needs a table; found none in") as raised:
        refuse_nothing(subject)

    told = str(raised.value)
    assert subject.project.metadata_name in told
    assert f"the {len(revisions)} revisions of {subject.project.alembic}" in told
    assert "name a module that imports the models" in told


IMPORTED_LATE = "\nfrom sqlalchemy import Table; Table('late', target_metadata)\n"


@pytest.mark.parametrize(
    ("schema", "models", "env"),
    [
        pytest.param("CREATE TABLE t (id int)", "", "", id="a table in the migrations"),
        pytest.param("CREATE TYPE mood AS ENUM ('sad')", "", "", id="a type"),
        pytest.param("CREATE VIEW v AS SELECT 1 AS n", "", "", id="a view"),
        pytest.param("", "Table('t', Base.metadata, Column('id', Integer))", "", id="a model"),
        pytest.param("", "", IMPORTED_LATE, id="a model that env.py imports"),
        pytest.param("SELECT 1/0", "", "", id="a migration that raises"),
        pytest.param("", "1 / 0", "", id="models that raise"),
    ],
)
def test_a_subject_with_anything_is_taken(tmp_path, bench, schema, models, env):
    """
    Also where something else is wrong, and a violation says so.
    """
    root = miniature(tmp_path, models=f"{NO_MODELS}\n{models}\n", revisions=[schema])
    (module,) = root.glob("models_*.py")
    file = root / "migrations" / "env.py"
    text = file.read_text()
    named = f"import {module.stem}; target_metadata = {module.stem}.Base.metadata{env}"
    assert "target_metadata = None" in text
    if env:
        file.write_text(text.replace("target_metadata = None", named))

    refuse_nothing(bench(root).subject)
