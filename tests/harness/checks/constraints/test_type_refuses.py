"""constraints/type-refuses: enums and domains, with what they take and what they refuse."""

import psycopg
import pytest

from tests.harness.miniature import miniature

CHECK = "constraints/type-refuses"

LONG = "x" * 63

SCHEMA = f"""
CREATE TYPE mood AS ENUM ('glad', 'so so', 'it''s sad');
CREATE TYPE cased AS ENUM ('ON', 'on');
CREATE TYPE "{LONG}" AS ENUM ('{LONG}');
CREATE TYPE empty_one AS ENUM ();

CREATE DOMAIN email AS text CONSTRAINT email_form CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE DOMAIN percent AS int NOT NULL CONSTRAINT percent_range CHECK (VALUE BETWEEN 40 AND 60)
    CONSTRAINT "Not %s" CHECK (VALUE <> 50);
CREATE DOMAIN code AS varchar(5) CONSTRAINT code_long CHECK (length(VALUE) >= 2);
CREATE DOMAIN identifier AS uuid;
CREATE DOMAIN "Odd Name" AS int CHECK (VALUE > 3);
CREATE DOMAIN settings AS jsonb CONSTRAINT settings_object CHECK (jsonb_typeof(VALUE) = 'object');

CREATE DOMAIN null_in_list AS text CONSTRAINT any_text CHECK (VALUE IN ('a', NULL));
CREATE DOMAIN always AS text CONSTRAINT always_true CHECK (VALUE = 'a' OR true);
CREATE DOMAIN rare AS int CONSTRAINT never_tried CHECK (VALUE <> 123457 * 3);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    return bench_for_module(miniature(tmp_path_factory.mktemp("types"), revisions=[SCHEMA]))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("mood", ["takes its 3 labels, refuses 7 others with 22P02"], id="enum"),
        pytest.param(
            "cased", ["takes its 2 labels, refuses 3 others with 22P02"], id="enum, two cases"
        ),
        pytest.param(LONG, ["takes its 1 labels, refuses 3 others with 22P02"], id="63 bytes"),
        pytest.param(
            "percent",
            [
                "23502 for NULL",
                "Not %s takes 49 and 51, refuses 50 with 23514",
                "percent_range takes 40 and 60, refuses 39 and 61 with 23514",
            ],
            id="domain with NOT NULL and two checks",
        ),
        pytest.param("identifier", ["promises no more than uuid"], id="domain without a check"),
        pytest.param(
            "Odd Name", ["Odd Name_check takes 4, refuses 3 with 23514"], id="exotic name"
        ),
    ],
)
def test_a_type_that_keeps_its_word_is_proved(project, name, seen):
    """
    The evidence is what each of its promises took and refused.
    """
    proof = project.proof(CHECK, name)

    assert (proof.status, proof.violations) == ("proved", ())
    assert [*proof.seen] == seen


@pytest.mark.parametrize(
    ("name", "check", "example"),
    [
        pytest.param("email", "email_form", "takes 'a@b.example'", id="regular expression"),
        pytest.param("code", "code_long", "refuses ", id="length"),
        pytest.param("settings", "settings_object", "refuses '[]'", id="JSON"),
    ],
)
def test_values_are_found_for_every_kind_of_check(project, name, check, example):
    """
    A value that is taken and one that is refused, both shown.
    """
    (seen,) = project.proof(CHECK, name).seen

    assert seen.startswith(f"{check} takes ")
    assert example in seen


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("empty_one", "it has no labels: no value can be stored", id="no labels"),
        pytest.param(
            "null_in_list",
            "no value can break any_text: CHECK ((VALUE = ANY (ARRAY['a'::text, NULL::text])))",
            id="NULL in a list",
        ),
        pytest.param(
            "always",
            "no value can break always_true: CHECK (((VALUE = 'a'::text) OR true))",
            id="always true",
        ),
    ],
)
def test_a_type_that_refuses_or_takes_nothing_is_a_violation(project, name, found):
    """
    Such a type promises what it does not keep.
    """
    (violation,) = project.proof(CHECK, name).violations

    assert (violation.where, violation.found) == (name, found)


def test_what_the_search_does_not_break_is_named(project):
    """
    A check that no candidate breaks is neither proved nor violated.
    """
    proof = project.proof(CHECK, "rare")

    assert proof.status == "skipped"
    assert "refused by never_tried of rare" in proof.skipped


def test_a_text_that_is_no_label_and_is_taken_is_a_violation(tmp_path, bench):
    """
    A domain over an enum changes nothing of that: the labels alone are taken.
    """
    ddl = "CREATE TYPE mood AS ENUM ('glad'); CREATE DOMAIN good AS mood CHECK (VALUE = 'glad');"
    project = bench(miniature(tmp_path, revisions=[ddl]))

    assert project.violations(CHECK) == []


def test_the_harm_is_real(project):
    """
    The list with a NULL in it takes a stranger, which the same list without it refuses.
    """
    with project.connection() as connection:
        taken = connection.execute("SELECT 'stranger'::null_in_list").fetchone()
        connection.execute("CREATE DOMAIN good AS text CHECK (VALUE IN ('a'))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("SELECT 'stranger'::good")

    assert taken == ("stranger",)
