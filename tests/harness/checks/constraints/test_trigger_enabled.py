"""constraints/trigger-enabled: triggers that fire, and triggers that were told not to."""

import pytest

from tests.harness.miniature import miniature

CHECK = "constraints/trigger-enabled"

LONG = "x" * 63

SCHEMA = f"""
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TABLE t (a int);
CREATE TRIGGER plain BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER always_on AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE t ENABLE ALWAYS TRIGGER always_on;
CREATE TRIGGER elsewhere AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE t ENABLE REPLICA TRIGGER elsewhere;
CREATE TRIGGER off_and_on AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE t DISABLE TRIGGER off_and_on;
ALTER TABLE t ENABLE TRIGGER off_and_on;

CREATE TABLE silent (a int);
CREATE TRIGGER guard BEFORE INSERT OR DELETE ON silent FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE silent DISABLE TRIGGER guard;

CREATE TABLE parted (k int) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TRIGGER keep BEFORE INSERT ON parted FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE parted_1 DISABLE TRIGGER keep;

CREATE TABLE "Order Items" (a int);
CREATE TRIGGER "{LONG}" BEFORE INSERT ON "Order Items" FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE "Order Items" DISABLE TRIGGER "{LONG}";
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("triggers"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("trigger", "seen"),
    [
        pytest.param("t.plain", "fires in ordinary sessions", id="as it was made"),
        pytest.param("t.always_on", "fires in every session", id="ALWAYS"),
        pytest.param(
            "t.elsewhere", "fires where changes are replicated, as it was told", id="REPLICA"
        ),
        pytest.param("t.off_and_on", "fires in ordinary sessions", id="enabled again"),
    ],
)
def test_a_trigger_that_fires_is_proved(project, trigger, seen):
    """
    Enabled in whatever way, it does what somebody asked of it.
    """
    assert project.proof(CHECK, trigger).seen == (seen,)


@pytest.mark.parametrize(
    ("trigger", "where", "found"),
    [
        pytest.param(
            "silent.guard",
            "silent.guard",
            "the trigger is disabled: INSERT or DELETE on silent does not call public.refuse()",
            id="table",
        ),
        pytest.param(
            "parted.keep",
            "parted_1.keep",
            "the trigger is disabled: INSERT on parted_1 does not call public.refuse()",
            id="one partition",
        ),
        pytest.param(
            f"Order Items.{LONG}",
            f"Order Items.{LONG}",
            "the trigger is disabled: INSERT on Order Items does not call public.refuse()",
            id="exotic name",
        ),
    ],
)
def test_a_disabled_trigger_is_a_violation(project, trigger, where, found):
    """
    The violation says what does not call which function any more.
    """
    (violation,) = project.proof(CHECK, trigger).violations

    assert (violation.where, violation.found) == (where, found)


def test_the_harm_is_real(project):
    """
    The guard refuses nothing while it is disabled, and refuses once it is enabled as told.
    """
    (violation,) = project.proof(CHECK, "silent.guard").violations
    statement = violation.fix.partition(": ")[2].partition(", or")[0]
    with project.connection() as connection:
        connection.execute("INSERT INTO silent VALUES (1)")
        connection.execute(statement)
        with pytest.raises(Exception, match="no"):
            connection.execute("INSERT INTO silent VALUES (2)")
        rows = connection.execute("SELECT a FROM silent").fetchall()

    assert rows == [(1,)]
