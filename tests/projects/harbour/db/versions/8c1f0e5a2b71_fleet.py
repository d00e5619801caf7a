"""Owners and their vessels"""

from alembic import op

revision = "8c1f0e5a2b71"
down_revision = None


def upgrade():
    op.execute("CREATE SCHEMA fleet")
    op.execute("CREATE TYPE fleet.kind AS ENUM ('cargo', 'ferry', 'tug')")
    op.execute("""
        CREATE TABLE fleet.owners (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            name text NOT NULL UNIQUE
        )
    """)
    op.execute("""
        CREATE TABLE fleet.vessels (
            flag char(2),
            number integer,
            owner_id uuid NOT NULL REFERENCES fleet.owners ON DELETE RESTRICT,
            kind fleet.kind NOT NULL,
            PRIMARY KEY (flag, number)
        )
    """)
    op.execute("CREATE INDEX vessels_of_owner ON fleet.vessels (owner_id)")


def downgrade():
    op.execute("DROP TABLE fleet.vessels")
    op.execute("DROP TABLE fleet.owners")
    op.execute("DROP TYPE fleet.kind")
    op.execute("DROP SCHEMA fleet")
