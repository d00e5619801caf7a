"""pose: a database seems to have the size and the values that statistics describe."""

import dataclasses

import pytest

from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.plans import NotPosable, RelationStatistics, pose, read_statistics
from schemaproof.postgres import Databases, new_prefix
from schemaproof.scaling import with_heights
from tests.harness.fix_own_databases import built, planned
from tests.harness.plans.zoo import SCHEMA

FILLED = """
INSERT INTO people (name, mood, share, tags, words, body, during, seen, amount, flag, key, code)
SELECT 'name ' || n % 700, (enum_range(NULL::mood))[n % 3 + 1], n % 101,
    ARRAY['t' || n % 7, 't' || n % 31], to_tsvector('english', 'the cat ' || n % 90),
    jsonb_build_object('n', n % 50),
    tstzrange('2025-01-01'::timestamptz + n * interval '1 minute', NULL),
    CASE WHEN n % 10 > 0 THEN '2025-01-01'::timestamptz + n * interval '1 minute' END,
    n % 1000 / 7.0, n % 20 = 0, gen_random_uuid(), 'c' || n % 10
FROM generate_series(1, 20000) n;
INSERT INTO "Odd Schema"."Order Items"
SELECT n, n % 5000 + 1, 'item''s "' || n % 300 FROM generate_series(1, 30000) n;
VACUUM ANALYZE;
"""
QUERIES = (
    "SELECT * FROM people WHERE id = 7",
    "SELECT * FROM people WHERE mood = 'sad' ORDER BY seen DESC LIMIT 5",
    "SELECT * FROM people WHERE lower(name) = 'name 7'",
    "SELECT * FROM people WHERE flag AND seen > '2025-01-10'",
    "SELECT * FROM people WHERE seen > '2030-01-01'",
    "SELECT * FROM people WHERE seen IS NULL",
    "SELECT * FROM people WHERE words @@ 'cat & 7'::tsquery",
    "SELECT * FROM people WHERE during @> '2025-01-05'::timestamptz",
    "SELECT * FROM people WHERE key = '5c4e3a5c-4e3a-4c4e-8a5c-4e3a5c4e3a5c'",
    "SELECT * FROM people WHERE share < 10 AND amount > 100 AND code = 'c1 '",
    "SELECT max(id), min(seen) FROM people",
    "SELECT mood, count(*) FROM people GROUP BY mood",
    'SELECT * FROM people p JOIN "Odd Schema"."Order Items" i ON i.person_id = p.id '
    "WHERE p.share = 3",
    'SELECT "100%" FROM "Odd Schema"."Order Items" WHERE person_id = 77',
    'SELECT * FROM "Odd Schema"."Order Items" WHERE "100%" = \'item\'\'s "7\'',
)
PEOPLE = QualifiedName("public", "people")
SEGMENT_PAGES = 131_072


@pytest.fixture(scope="module")
def template(own_databases):
    """A template with the schema and no rows."""
    return built(own_databases, "posing", SCHEMA)


@pytest.fixture
def posed(own_databases, template):
    """A function that poses a copy of the template and returns it."""
    made = []

    def make(statistics):
        made.append(own_databases.copy(template, is_unread=True))
        pose(made[-1], own_databases, statistics)
        return made[-1]

    yield make
    for database in made:
        own_databases.drop(database)


def filled(database):
    with database.connect(autocommit=True) as connection:
        for statement in FILLED.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        return with_heights(read_statistics(connection), snapshot(connection))


def at(rows, pages, *, index="people_pkey", index_pages=2, height=0):
    table = RelationStatistics(
        relation=PEOPLE, is_index=False, rows=rows, pages=pages, all_visible=pages
    )
    tree = RelationStatistics(
        relation=QualifiedName("public", index), is_index=True, rows=rows, pages=index_pages,
        all_visible=0, height=height,
    )  # fmt: skip
    return {each.relation: each for each in (table, tree)}


def test_statistics_of_a_full_database_give_an_empty_one_the_same_plans(
    own_databases, template, posed
):
    """
    Node by node, to the last digit of cost: every type and method of index that is in the schema.
    """
    with own_databases.clone(template) as full:
        statistics = filled(full)
        expected = planned(full, QUERIES)

    assert planned(posed(statistics), QUERIES) == expected


def test_a_billion_rows_take_no_disk(posed):
    """
    The files are as long as they seem, in several segments, and hold next to nothing.
    """
    database = posed(at(1e9, 20 * SEGMENT_PAGES + 7))

    (plan,) = planned(database, ["SELECT * FROM people"])
    with database.connect() as connection:
        size, path = connection.execute(
            "SELECT pg_relation_size('people'), pg_relation_filepath('people')"
        ).fetchone()
        segments = connection.execute(
            "SELECT count(*) FROM pg_ls_dir(regexp_replace(%(path)s, '/[^/]*$', '')) AS file"
            " WHERE file LIKE regexp_replace(%(path)s, '.*/', '') || '.%%'",
            {"path": path},
        ).fetchone()[0]
        (used,) = connection.execute(
            "SELECT sum((pg_stat_file(%s || n)).size) FROM unnest(ARRAY['', '.20']) n", [path]
        ).fetchone()
    assert plan.rows == 1_000_000_000
    assert size == (20 * SEGMENT_PAGES + 7) * 8192
    assert segments == 20
    assert used == (SEGMENT_PAGES + 7) * 8192


@pytest.mark.parametrize("height", [0, 1, 2, 3, 4])
def test_a_tree_has_the_height_that_it_is_given(posed, height):
    """
    The server reads it in the index itself, and each level makes a look-up dearer.
    """
    database = posed(at(1e6, 10_000, index_pages=3_000, height=height))

    with database.connect(autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        found = connection.execute("SELECT level, fastlevel FROM bt_metap('people_pkey')")
        assert found.fetchone() == (height, height)


def test_a_gin_index_has_as_many_entries_as_its_size_lets_the_planner_suppose(
    own_databases, template, posed
):
    """
    It says in its first page how many it has; that stays empty, and the cost is off by a few parts.
    """
    query = ["SELECT * FROM people WHERE tags @> '{t3}'"]
    with own_databases.clone(template) as full:
        statistics = filled(full)
        (expected,) = planned(full, query)

    (plan,) = planned(posed(statistics), query)

    assert (plan.shape, plan.rows) == (expected.shape, expected.rows)
    assert plan.total_cost == pytest.approx(expected.total_cost, rel=0.02)


@pytest.mark.parametrize("height", [0, 2])
def test_the_planner_finds_no_least_row_and_keeps_to_the_statistics(posed, height):
    """
    It goes down the tree for the least and the greatest value, and finds an empty leaf.
    """
    database = posed(at(1e6, 10_000, index_pages=3_000, height=height))

    with database.connect() as connection:
        assert connection.execute("SELECT min(id), max(id) FROM people").fetchone() == (None, None)


def test_what_the_statistics_do_not_name_stays_as_it_is(posed):
    """
    A name that the database does not have is passed over.
    """
    statistics = at(1e6, 10_000)
    stranger = dataclasses.replace(
        statistics[PEOPLE], relation=QualifiedName("public", "strangers")
    )

    database = posed({**statistics, stranger.relation: stranger})

    people, items = planned(
        database, ["SELECT * FROM people", 'SELECT * FROM "Odd Schema"."Order Items"']
    )
    assert people.rows == 1_000_000
    assert items.rows < 10_000


def test_a_database_that_the_run_did_not_make_is_left_alone(own_databases, template, schema_server):
    """
    The error says which, and nothing was written.
    """
    strangers = Databases(schema_server, prefix=new_prefix())
    with (
        strangers.clone() as database,
        pytest.raises(NotPosable, match=f"found '{database.name}'"),
    ):
        pose(database, own_databases, at(1e9, 10))
    strangers.close()


def test_who_is_no_superuser_is_told_what_is_needed(own_databases, template, schema_server):
    """
    The server's refusal becomes one sentence.
    """
    name = f"{own_databases.prefix}_weak"
    with own_databases.clone(template) as database, database.connect(autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name}")
        try:
            weak = Databases(_Weak(schema_server, name), prefix=own_databases.prefix)
            own = dataclasses.replace(database, server=weak.server)
            with pytest.raises(NotPosable, match=r"needs a superuser.*permission denied"):
                pose(own, weak, at(1e9, 10))
        finally:
            admin.execute(f"DROP ROLE {name}")


class _Weak:
    """The run's server, as a role sees it that may nearly nothing."""

    def __init__(self, server, role):
        self._server, self._role = server, role

    def connect(self, name=None, *, autocommit=True):
        connection = self._server.connect(name, autocommit=autocommit)
        connection.execute(f"SET SESSION AUTHORIZATION {self._role}")
        return connection
