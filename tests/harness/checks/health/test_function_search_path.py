"""health/function-search-path: functions that lend their owner's rights, and who takes them."""

import pytest

from tests.harness.checks.health.patients import EXOTIC, examined, patient, revised, statement

CHECK = "health/function-search-path"

QUOTED = EXOTIC.replace('"', '""')
BODY = "RETURNS bool LANGUAGE sql SECURITY DEFINER"
SQL = "AS 'SELECT EXISTS (SELECT FROM admins WHERE name = current_user OR name = $1)'"
SCHEMA = f"""
CREATE SCHEMA shop;
CREATE TABLE shop.admins (name text);
REVOKE ALL ON shop.admins FROM PUBLIC;
GRANT USAGE ON SCHEMA shop TO PUBLIC;
CREATE SCHEMA anybodys;
GRANT ALL ON SCHEMA anybodys TO PUBLIC;
SET search_path = shop;
CREATE FUNCTION shop.bare(text) {BODY} {SQL};
CREATE FUNCTION shop.no_temp(text) {BODY} SET search_path = shop {SQL};
CREATE FUNCTION shop.temp_first(text) {BODY} SET search_path = pg_temp, shop {SQL};
CREATE FUNCTION shop.theirs(text) {BODY} SET search_path = anybodys, shop, pg_temp {SQL};
CREATE FUNCTION shop."{QUOTED}"(text) {BODY} {SQL};
CREATE FUNCTION shop.granted(text) {BODY} {SQL};
REVOKE EXECUTE ON FUNCTION shop.granted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.granted TO pg_monitor;
CREATE FUNCTION shop.guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
AS 'BEGIN PERFORM name FROM admins; RETURN NEW; END';
REVOKE EXECUTE ON FUNCTION shop.guard FROM PUBLIC;
CREATE PROCEDURE shop.act() LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN DELETE FROM admins; END';

CREATE FUNCTION shop.safe(text) {BODY} SET search_path = pg_catalog, shop, pg_temp {SQL};
CREATE FUNCTION shop.empty(text) {BODY} SET search_path = ''
AS 'SELECT EXISTS (SELECT FROM shop.admins)';
CREATE FUNCTION shop.system(text) {BODY} SET search_path = pg_catalog AS 'SELECT true';
CREATE FUNCTION shop.own(text) {BODY} {SQL};
REVOKE EXECUTE ON FUNCTION shop.own FROM PUBLIC;
CREATE FUNCTION shop.invoker(text) RETURNS bool LANGUAGE sql {SQL};
CREATE FUNCTION shop.bound() {BODY}
BEGIN ATOMIC SELECT EXISTS (SELECT FROM admins WHERE name = 'me'); END;
CREATE FUNCTION shop.returned() {BODY} RETURN EXISTS (SELECT FROM admins);
RESET search_path;
"""
LOUD = {
    "shop.bare(text)": "has no search_path of its own",
    "shop.no_temp(text)": "since its search_path does not name pg_temp",
    "shop.temp_first(text)": "looks among temporary tables before its own",
    "shop.theirs(text)": "looks in anybodys, where everybody may create",
    f'shop."{QUOTED}"(text)': "has no search_path of its own",
    "shop.granted(text)": "has no search_path of its own",
    "shop.guard()": "has no search_path of its own",
    "shop.act()": "has no search_path of its own",
}
# What an attacker sends before the call: a path of his own, or a temporary table.
TEMPORARY = (
    "CREATE TEMP TABLE admins AS SELECT 'me'::text AS name; GRANT SELECT ON admins TO PUBLIC"
)
ATTACKS = {
    "bare": "SET search_path = anybodys",
    "no_temp": TEMPORARY,
    "temp_first": TEMPORARY,
    "theirs": "SELECT 1",
}
EVERYTHING = f"{TEMPORARY}; SET search_path = pg_temp, anybodys"


@pytest.fixture(scope="module")
def connection(own_databases):
    """Lives for the module; every test leaves it as it was."""
    with patient(own_databases, "functions", SCHEMA) as connection:
        yield connection


def test_what_looks_where_others_say_is_reported_and_nothing_else(connection):
    """
    Not what nobody else may run, what was bound when it was made, or what lends no rights.
    """
    violations = examined(CHECK, connection).violations

    assert {*violations} == {*LOUD}
    for where, found in LOUD.items():
        assert found in violations[where].found


def is_admin(connection, role, function, attack):
    """Whether a role that attacks is told that it is an administrator."""
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE ROLE {role}; SET ROLE {role}".encode())
        connection.execute("CREATE TABLE anybodys.admins AS SELECT 'me'::text AS name")
        connection.execute("GRANT SELECT ON anybodys.admins TO PUBLIC")
        connection.execute(attack.encode())
        return connection.execute(f"SELECT shop.{function}('me')".encode()).fetchone()[0]


@pytest.mark.parametrize(("function", "attack"), ATTACKS.items())
def test_the_harm_is_real_and_the_fix_ends_it(connection, own_databases, function, attack):
    """
    A role that may not even read the list of administrators makes itself one, until it is mended.
    """
    role = f"{own_databases.prefix}_attacker"
    violation = examined(CHECK, connection).violations[f"shop.{function}(text)"]

    with connection.transaction(force_rollback=True):
        before = is_admin(connection, role, function, attack)
        connection.execute(statement(violation.fix).encode())
        after = is_admin(connection, role, function, EVERYTHING)

    assert (before, after) == (True, False)


def test_what_is_silent_is_not_deceived(connection, own_databases):
    """
    Neither by a path nor by a temporary table.
    """
    role = f"{own_databases.prefix}_attacker"

    assert is_admin(connection, role, "safe", EVERYTHING) is False


def test_the_fix_runs_as_a_revision(own_databases):
    """
    Also for a procedure, and for a name that needs quotes.
    """
    with patient(own_databases, "revised functions", SCHEMA) as connection:
        for violation in examined(CHECK, connection).violations.values():
            revised(connection, violation.fix)
        after = examined(CHECK, connection)

    assert after.violations == {}
    assert after.seen[0].startswith("14 functions of 15 run with their owner's rights")
