"""Berths, and who lay there when; the tide log is filled by the port authority"""

from alembic import op

revision = "d04b7e91c3aa"
down_revision = "8c1f0e5a2b71"


def upgrade():
    op.execute("CREATE SCHEMA quay")
    op.execute("""
        CREATE TABLE quay.berths (
            pier text,
            number smallint,
            depth_cm integer NOT NULL CONSTRAINT deep CHECK (depth_cm > 0),
            PRIMARY KEY (pier, number)
        )
    """)
    op.execute("""
        CREATE TABLE quay.calls (
            flag char(2),
            vessel integer,
            arrived date,
            departed date,
            pier text NOT NULL,
            berth smallint NOT NULL,
            PRIMARY KEY (flag, vessel, arrived),
            FOREIGN KEY (flag, vessel) REFERENCES fleet.vessels ON DELETE CASCADE,
            FOREIGN KEY (pier, berth) REFERENCES quay.berths ON DELETE RESTRICT,
            CONSTRAINT no_time_travel CHECK (departed >= arrived)
        )
    """)
    op.execute("CREATE INDEX calls_at_berth ON quay.calls (pier, berth)")
    op.execute(
        "CREATE TABLE quay.tide_log (at timestamptz PRIMARY KEY, height_cm integer NOT NULL)"
    )


def downgrade():
    op.execute("DROP TABLE quay.tide_log")
    op.execute("DROP TABLE quay.calls")
    op.execute("DROP TABLE quay.berths")
    op.execute("DROP SCHEMA quay")
