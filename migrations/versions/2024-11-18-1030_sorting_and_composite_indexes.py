"""
Index created_at, and the two composite lookups.

What: an index on created_at of profiles, projects, crawl_jobs, validation_jobs and export_jobs; on
activity_logs (user_id, timestamp); on export_jobs (user_id, status).
Why: lists are sorted by age, a user's activity is read newest first, and a user's exports are
filtered by status.
Lock: SHARE UPDATE EXCLUSIVE on one table at a time, for as long as the build takes: reads and
writes go on; another index build, VACUUM, ANALYZE and ALTER TABLE on that table wait. Each build
also waits for the transactions that were running when it began.
Previous release: runs unchanged; its writes keep seven more indexes up to date.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_profiles_created_at", "profiles", ["created_at"]),
    ("ix_projects_created_at", "projects", ["created_at"]),
    ("ix_crawl_jobs_created_at", "crawl_jobs", ["created_at"]),
    ("ix_validation_jobs_created_at", "validation_jobs", ["created_at"]),
    ("ix_export_jobs_created_at", "export_jobs", ["created_at"]),
    ("ix_activity_logs_user_id_timestamp", "activity_logs", ["user_id", "timestamp"]),
    ("ix_export_jobs_user_id_status", "export_jobs", ["user_id", "status"]),
)


def upgrade() -> None:
    """Build the indexes one by one, beside readers and writers."""
    with op.get_context().autocommit_block():
        _lift_timeouts()
        for name, table, columns in INDEXES:
            # A build that was interrupted leaves an INVALID index of this name, which costs every
            # write and serves no read; and nothing of a half-done run is in alembic_version.
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            op.create_index(name, table, columns, postgresql_concurrently=True)
        _restore_timeouts()


def downgrade() -> None:
    """Drop the indexes one by one, beside readers and writers."""
    with op.get_context().autocommit_block():
        _lift_timeouts()
        for name, table, _ in reversed(INDEXES):
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        _restore_timeouts()


def _lift_timeouts() -> None:
    # A concurrent build blocks nobody while it scans or waits, so it may take its time; the bound
    # on waiting is there for a transaction that somebody forgot to end.
    for name, value in (("statement_timeout", "0"), ("lock_timeout", "15min")):
        op.execute(f"SELECT set_config('migrations.{name}', current_setting('{name}'), false)")
        op.execute(f"SET {name} = '{value}'")


def _restore_timeouts() -> None:
    # Not RESET: in the script that --sql writes, the limits are plain SETs.
    for name in ("statement_timeout", "lock_timeout"):
        op.execute(f"SELECT set_config('{name}', current_setting('migrations.{name}'), false)")
