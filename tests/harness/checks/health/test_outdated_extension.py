"""health/outdated-extension: extensions that the server has a newer version of."""

import psycopg
import pytest

from tests.harness.checks.health.patients import examined, patient, revised

CHECK = "health/outdated-extension"

OLD = "CREATE EXTENSION hstore VERSION '1.4'"


def test_an_extension_that_was_left_behind_is_reported_until_it_is_updated(own_databases):
    """
    The harm is real: what a later version brought is not there, and after the fix it is.
    """
    with patient(own_databases, "extension", OLD) as connection:
        (violation,) = examined(CHECK, connection).violations.values()
        with pytest.raises(psycopg.errors.DatatypeMismatch):
            connection.execute("SELECT ('a=>1'::hstore)['a']")
        revised(connection, violation.fix)
        found = connection.execute("SELECT ('a=>1'::hstore)['a']").fetchone()
        after = examined(CHECK, connection)

    assert violation.where == "hstore"
    assert violation.found.startswith("version 1.4 is installed, the server has 1.")
    assert found == ("1",)
    assert (after.violations, after.seen) == ({}, ("2 extensions, as new as the server's",))


def test_one_that_is_as_new_as_the_server_is_silent(own_databases):
    """
    Whatever other versions lie beside it.
    """
    with patient(own_databases, "new extension", "CREATE EXTENSION hstore") as connection:
        assert examined(CHECK, connection).violations == {}
