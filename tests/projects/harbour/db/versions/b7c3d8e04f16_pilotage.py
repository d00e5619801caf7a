"""Who brings a vessel in"""

from alembic import op

revision = "b7c3d8e04f16"
down_revision = "51e6a9d2f80c"


def upgrade():
    op.execute("CREATE TYPE quay.pilotage AS ENUM ('none', 'pilot', 'remote')")
    op.execute("ALTER TABLE quay.calls ADD pilotage quay.pilotage NOT NULL DEFAULT 'none'")


def downgrade():
    op.execute("ALTER TABLE quay.calls DROP pilotage")
