"""
What nobody put to the test is listed, and nothing else.
"""

from __future__ import annotations

import pytest

from schemaproof.checks import all_checks
from schemaproof.coverage import not_covered
from schemaproof.selection import Selection
from tests.harness.miniature import miniature

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
        ("parents", "no check offers a NULL to id"),
        ("parents.parents_pk", "no check offers the primary key rows to take and to refuse"),
        ("t", "no check offers a NULL to g"),
        ("t", "no check reads the defaults of e, f"),
        ("t.apart", "no check offers the exclusion constraint rows to take and to refuse"),
        ("t.kept", "no check tries ON UPDATE CASCADE"),
        ("t.mine", "no check knows what the policy must do"),
        ("t.once", "no check offers the unique constraint rows to take and to refuse"),
        ("t.positive", "no check offers the check constraint rows to take and to refuse"),
        ("t.tr", "no check knows what the trigger must do"),
        ("t_partly", "no check offers the unique index rows to take and to refuse"),
        ("v", "no check knows what the view must do"),
        ("v.instead", "no check knows what the rule must do"),
    ]


def test_alembics_own_table_is_nobodys_promise(listed):
    """
    The table of the current revision is Alembic's to keep.
    """
    assert listed("") == []


def test_keys_that_no_check_reads_are_listed(listed):
    """
    Who declares queries learns that nothing looks at them yet.
    """
    assert listed("", "queries = 'c:D'\n") == [
        ("c:D", "no check explains the queries"),
    ]


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
