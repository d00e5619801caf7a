"""learn_shape(): one table for each thing that a row may have to satisfy."""

import pytest
from psycopg import sql

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.rows import NoRowFound, RowMaker, Shapes, learn_shape

LONG = "x" * 63

SCHEMA = f"""
CREATE TYPE mood AS ENUM ('glad', 'so so', 'it''s sad');
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 40 AND 60);
CREATE DOMAIN identifier AS uuid;

CREATE TABLE listed (state text NOT NULL CHECK (state IN ('new', 'it''s old', 'a, b')));
CREATE TABLE defaulted (state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'old')));
CREATE TABLE optional (state text CHECK (state IN ('new', 'old')));
CREATE TABLE numbered (level int NOT NULL CHECK (level IN (3, 5, 7)));
CREATE TABLE ranged (level int NOT NULL CHECK (level >= 3 AND level <= 7));
CREATE TABLE moody (mood mood NOT NULL, before mood);
CREATE TABLE flagged (flag boolean NOT NULL);
CREATE TABLE plain (a int NOT NULL, b text NOT NULL, c text);
CREATE TABLE "Order Items" ("select" text NOT NULL CHECK ("select" IN ('a', 'b')), "{LONG}" int);

CREATE TABLE two (a int NOT NULL, b int NOT NULL, CHECK (a < b), CHECK (a > 5));
CREATE TABLE either (a int, b int, CHECK (num_nonnulls(a, b) = 1));
CREATE TABLE ordered (started timestamptz NOT NULL, ended timestamptz NOT NULL,
    CHECK (ended > started));
CREATE TABLE short (code char(2) NOT NULL CHECK (length(code) = 2), name varchar(3) NOT NULL);
CREATE TABLE exact (price numeric(4, 2) NOT NULL CHECK (price > 0));
CREATE TABLE json_of (keywords jsonb NOT NULL
    CHECK (jsonb_typeof(keywords) = 'array' AND jsonb_array_length(keywords) > 0));
CREATE TABLE typed (
    a int[] NOT NULL, m mood[] NOT NULL, r int4range NOT NULL, s tstzrange NOT NULL,
    i inet NOT NULL, b bytea NOT NULL, d date NOT NULL, t time NOT NULL, v interval NOT NULL,
    f float8 NOT NULL, u uuid NOT NULL, j json NOT NULL, x bit(3) NOT NULL, ts tsvector NOT NULL
);
CREATE TABLE domains (e email NOT NULL, p percent NOT NULL, i identifier NOT NULL);
CREATE TABLE generated (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE generated_checked (
    a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 150),
    c text, d text GENERATED ALWAYS AS (c || 'x') STORED NOT NULL
);
CREATE DOMAIN given AS int NOT NULL;
CREATE TABLE given_by_domain (g given);
CREATE TABLE identified (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial);

CREATE TABLE formed (
    card char(4) NOT NULL UNIQUE CHECK (card ~ '^[0-9]{{4}}$'),
    sku text NOT NULL UNIQUE CHECK (sku ~ '^[A-Z]{{3}}-[0-9]{{5}}$')
);
CREATE TABLE "by %" (id serial, "at" timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (id, "at"))
    PARTITION BY RANGE ("at");
CREATE TABLE in_1999 PARTITION OF "by %" FOR VALUES FROM ('1999-01-01') TO ('2000-01-01');
CREATE TABLE by_time (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at);
CREATE TABLE time_1999 PARTITION OF by_time FOR VALUES FROM ('1999-01-01') TO ('2000-01-01');
CREATE TABLE by_both (kind text NOT NULL, n int NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE both_far PARTITION OF by_both FOR VALUES IN ('far off') PARTITION BY RANGE (n);
CREATE TABLE both_far_high PARTITION OF both_far FOR VALUES FROM (7000) TO (8000);
CREATE TABLE by_hash (id uuid PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE by_nothing (n int) PARTITION BY LIST (n);
CREATE TABLE excluding (during tstzrange NOT NULL, EXCLUDE USING gist (during WITH &&));
CREATE TABLE rare (n int NOT NULL,
    code text NOT NULL CHECK (code ~ '^zq[0-9]+$' AND length(code) = 3 * 3));
CREATE TABLE impossible (n int NOT NULL, CONSTRAINT no_such CHECK (n > 0 AND n < 0));

CREATE TABLE coded (code text NOT NULL UNIQUE, pair_a int NOT NULL, pair_b int NOT NULL,
    UNIQUE (pair_a, pair_b));
CREATE TABLE keyed_by_domain (id identifier PRIMARY KEY);
CREATE TABLE lower_coded (code text NOT NULL);
CREATE UNIQUE INDEX lower_code ON lower_coded (lower(code));
"""


@pytest.fixture(scope="module")
def database(schema_databases):
    with schema_databases.clone() as clone:
        with clone.connect(autocommit=True) as connection:
            connection.execute(SCHEMA)
        yield clone


@pytest.fixture(scope="module")
def catalog(database):
    with database.connect() as connection:
        return snapshot(connection)


@pytest.fixture
def connection(database):
    with database.connect() as opened:
        yield opened
        opened.rollback()


def named(table):
    return QualifiedName("public", table)


@pytest.mark.parametrize(
    ("table", "states"),
    [
        pytest.param("listed", {"state": ("new", "it's old", "a, b")}, id="IN"),
        pytest.param("defaulted", {"state": ("new", "old")}, id="with a default"),
        pytest.param("optional", {"state": ("new", "old")}, id="nullable"),
        pytest.param("numbered", {"level": ("3", "5", "7")}, id="numbers"),
        pytest.param(
            "moody",
            {"mood": ("glad", "so so", "it's sad"), "before": ("glad", "so so", "it's sad")},
            id="enum type",
        ),
        pytest.param("flagged", {"flag": ("false", "true")}, id="boolean"),
        pytest.param("plain", {}, id="none"),
        pytest.param("Order Items", {"select": ("a", "b")}, id="exotic name"),
    ],
)
def test_enumerations_are_found(catalog, connection, table, states):
    """
    A column that takes some words and refuses strangers is enumerated; its words are its states.
    """
    found = learn_shape(named(table), catalog, connection).states

    assert {name: set(values) for name, values in found.items()} == {
        name: set(values) for name, values in states.items()
    }


@pytest.mark.parametrize(
    "table",
    [
        *("listed", "numbered", "ranged", "moody", "plain", "Order Items", "two", "either"),
        *("ordered", "short", "exact", "json_of", "typed", "domains", "generated", "identified"),
        *("coded", "keyed_by_domain", "lower_coded", "generated_checked", "given_by_domain"),
        *("formed", "by %", "by_time", "by_both", "excluding"),
    ],
)
def test_a_row_of_the_shape_is_taken(catalog, connection, table):
    """
    Whatever the types and CHECKs demand, the table takes the row: twice, unique keys included.
    """
    maker = RowMaker(catalog=catalog, connection=connection)

    first, second = maker.insert(named(table)), maker.insert(named(table))

    count = connection.execute(
        sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    ).fetchone()
    assert count == (2,)
    assert first.values.keys() == second.values.keys()


def test_an_impossible_check_is_named(catalog, connection):
    """
    Where no row is possible, the constraint that refused the last one is named.
    """
    with pytest.raises(NoRowFound, match="constraint no_such") as caught:
        learn_shape(named("impossible"), catalog, connection)

    assert caught.value.table == named("impossible")


def test_a_table_without_partitions_takes_nothing(catalog, connection):
    """
    That is what is told, before a row is offered.
    """
    with pytest.raises(NoRowFound, match="a partition: it has none"):
        learn_shape(named("by_nothing"), catalog, connection)


def test_each_hash_has_its_partition(catalog, connection):
    """
    What a column is when it is hashed is no matter, as long as all remainders are there.
    """
    maker = RowMaker(catalog=catalog, connection=connection)

    assert maker.insert(named("by_hash")).values["id"] is not None


def test_a_range_is_not_an_enumeration(catalog, connection):
    """
    A column that takes its constants' neighbours as well is bounded, not enumerated.
    """
    shape = learn_shape(named("ranged"), catalog, connection)

    assert 3 <= int(shape.values["level"]) <= 7


def test_what_fills_itself_is_left_to_itself(catalog, connection):
    """
    Defaults, identities, generated columns and NULLs are not given.
    """
    values = {
        table: learn_shape(named(table), catalog, connection).values
        for table in ("defaulted", "optional", "generated", "identified")
    }

    assert values == {
        "defaulted": {},
        "optional": {},
        "generated": {"a": "1"},
        "identified": {},
    }


def test_a_hint_is_taken_at_its_word(catalog, connection):
    """
    What the search does not find may be told, and what the table has not is ignored.
    """
    with pytest.raises(NoRowFound):
        learn_shape(named("rare"), catalog, connection)

    hint = {"code": "zq1234567", "gone": "x"}
    shape = learn_shape(named("rare"), catalog, connection, hint=hint)

    assert shape.values == {"code": "zq1234567", "n": "1"}


def test_shapes_hand_hints_on(catalog, connection):
    """
    Who shares shapes shares what a project says of its rows.
    """
    shapes = Shapes({named("rare"): {"code": "zq1234567"}})

    made = RowMaker(catalog=catalog, connection=connection, shapes=shapes).insert(named("rare"))

    assert made.values["code"] == "zq1234567"


def test_the_search_leaves_nothing_behind(catalog, connection):
    """
    The twin is gone, and the table is as empty as it was.
    """
    learn_shape(named("two"), catalog, connection)

    assert connection.execute("SELECT to_regclass('pg_temp.twin')").fetchone() == (None,)
    assert connection.execute("SELECT count(*) FROM two").fetchone() == (0,)
