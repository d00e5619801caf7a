"""
${message}.

What: TODO one sentence on what the schema has afterwards.
Why: TODO what needs it.
Lock: TODO each lock with what it stops, e.g. "ACCESS EXCLUSIVE on images: its reads and writes
wait, for a moment (the catalogue changes, no row is read)".
Previous release: TODO can the release before this one run on the new schema, and why.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

# House rules; delete this comment when they hold.
# - Import nothing from models/: a migration is history and must not move when a model does.
# - Name every constraint and index in full, as the naming convention would.
# - Indexes on tables in use: CONCURRENTLY, in op.get_context().autocommit_block(), dropped first
#   in case a broken build left one behind.
# - Constraints on tables in use: NOT VALID here, VALIDATE CONSTRAINT in the next revision.
# - Only statements that block nobody lift statement_timeout.
# - downgrade() restores the catalogue to the last object: `schemaproof verify` runs up, down, up.

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Make the change."""
    ${upgrades if upgrades else 'raise NotImplementedError("write the change")'}


def downgrade() -> None:
    """Undo it, to the last object."""
    ${downgrades if downgrades else 'raise NotImplementedError("write the way back")'}
