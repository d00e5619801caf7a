"""What docs/SCALING.md says that partitions do to keys, tried on the migrated schema."""

import uuid

import psycopg
import pytest

ACTIVITY = """
ALTER TABLE activity_logs RENAME TO activity_before;
CREATE TABLE activity_logs (LIKE activity_before INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp);
CREATE TABLE activity_2025 PARTITION OF activity_logs
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE activity_rest PARTITION OF activity_logs DEFAULT;
ALTER TABLE activity_logs ADD FOREIGN KEY (user_id) REFERENCES profiles ON DELETE SET NULL
"""
IMAGES = """
ALTER TABLE images RENAME TO images_before;
CREATE TABLE images (LIKE images_before INCLUDING DEFAULTS) PARTITION BY HASH (crawl_job_id);
CREATE TABLE images_0 PARTITION OF images FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE images_1 PARTITION OF images FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE images ADD FOREIGN KEY (crawl_job_id) REFERENCES crawl_jobs ON DELETE CASCADE
"""


@pytest.fixture
def parted(raw):
    """A function that puts partitions in the place of a table; undone after the test."""

    def run(statements):
        for statement in statements.split(";"):
            raw.execute(statement)

    return run


@pytest.mark.parametrize(
    ("statements", "table", "taken"),
    [
        pytest.param(ACTIVITY, "activity_logs", "id, timestamp", id="by month"),
        pytest.param(IMAGES, "images", "crawl_job_id, id", id="by job"),
    ],
)
def test_a_primary_key_contains_what_parts_the_table(raw, parted, statements, table, taken):
    """
    The identifier alone is refused; together with the partition key it is taken.
    """
    parted(statements)

    with pytest.raises(psycopg.errors.FeatureNotSupported), raw.transaction():
        raw.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
    raw.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({taken})")


def test_set_null_works_over_partitions(raw, parted):
    """
    Deleting a profile takes it out of its activity in every partition.
    """
    parted(ACTIVITY)
    user = uuid.uuid4()
    raw.execute("INSERT INTO profiles (id, email) VALUES (%s, 'ada@example.org')", [user])
    raw.execute(
        "INSERT INTO activity_logs (id, user_id, action, timestamp) VALUES"
        " (1, %(user)s, 'came', '2025-05-05'), (2, %(user)s, 'went', '2024-05-05')",
        {"user": user},
    )

    raw.execute("DELETE FROM profiles WHERE id = %s", [user])

    left = raw.execute("SELECT tableoid::regclass::text, user_id FROM activity_logs ORDER BY id")
    assert left.fetchall() == [("activity_2025", None), ("activity_rest", None)]


def test_a_cascade_asks_one_partition(raw, parted):
    """
    Where the key is what parts the table, the server knows which to look into.
    """
    parted(IMAGES)
    raw.execute("SET LOCAL enable_seqscan = off")

    plan = raw.execute(
        "EXPLAIN (FORMAT JSON) DELETE FROM images WHERE crawl_job_id = 7"
    ).fetchone()[0]

    assert len({name for name in ("images_0", "images_1") if name in str(plan)}) == 1
