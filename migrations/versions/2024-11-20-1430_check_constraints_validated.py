"""
Validate the CHECK constraints.

What: every row that was there before the constraints is known to satisfy them.
Why: a constraint that is not valid promises nothing about old rows, and the planner does not use
it.
Lock: SHARE UPDATE EXCLUSIVE on six tables, one after the other, until the revision commits: reads
and writes go on; index builds, VACUUM and ALTER TABLE on them wait. The downgrade takes ACCESS
EXCLUSIVE on the same tables, each in a transaction of its own, which blocks its reads and writes
for a moment (no row is read); in one for all it would meet an insert in a deadlock.
Previous release: runs unchanged; nothing that it may write differs from the revision before.

If a row breaks a constraint, nothing is changed: the error (SQLSTATE 23514) names the constraint;
find the rows with the condition below under NOT (...), mend them, and run it again.

Revision ID: 0004
Revises: 0003
"""

from itertools import groupby
from operator import itemgetter

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NOT_A_STRING = "'strict $[*] ? (@.type() <> \"string\")'"
# Written out again: PostgreSQL knows no way back to NOT VALID but adding the constraint anew.
CHECKS = (
    ("profiles", "ck_profiles_role_known", "role IN ('user', 'admin', 'moderator')"),
    ("projects", "ck_projects_status_known", "status IN ('active', 'archived', 'deleted')"),
    (
        "crawl_jobs",
        "ck_crawl_jobs_keywords_strings",
        (
            "jsonb_typeof(keywords) = 'array' AND keywords <> '[]' AND NOT jsonb_path_exists("
            f"keywords, {NOT_A_STRING}, silent => true)"
        ),
    ),
    ("crawl_jobs", "ck_crawl_jobs_max_images_min", "max_images >= 1"),
    (
        "crawl_jobs",
        "ck_crawl_jobs_status_known",
        "status IN ('pending', 'running', 'completed', 'failed', 'cancelled')",
    ),
    ("crawl_jobs", "ck_crawl_jobs_progress_range", "progress BETWEEN 0 AND 100"),
    ("crawl_jobs", "ck_crawl_jobs_total_images_min", "total_images >= 0"),
    ("crawl_jobs", "ck_crawl_jobs_downloaded_images_min", "downloaded_images >= 0"),
    ("crawl_jobs", "ck_crawl_jobs_valid_images_min", "valid_images >= 0"),
    ("crawl_jobs", "ck_crawl_jobs_total_chunks_min", "total_chunks >= 0"),
    ("crawl_jobs", "ck_crawl_jobs_active_chunks_min", "active_chunks >= 0"),
    ("crawl_jobs", "ck_crawl_jobs_completed_chunks_min", "completed_chunks >= 0"),
    ("crawl_jobs", "ck_crawl_jobs_failed_chunks_min", "failed_chunks >= 0"),
    (
        "crawl_jobs",
        "ck_crawl_jobs_task_ids_strings",
        (
            "jsonb_typeof(task_ids) = 'array' AND NOT jsonb_path_exists("
            f"task_ids, {NOT_A_STRING}, silent => true)"
        ),
    ),
    ("images", "ck_images_width_min", "width >= 1"),
    ("images", "ck_images_height_min", "height >= 1"),
    ("images", "ck_images_file_size_min", "file_size >= 0"),
    (
        "validation_jobs",
        "ck_validation_jobs_status_known",
        "status IN ('pending', 'running', 'completed', 'failed')",
    ),
    ("validation_jobs", "ck_validation_jobs_progress_range", "progress BETWEEN 0 AND 100"),
    ("validation_jobs", "ck_validation_jobs_total_images_min", "total_images >= 0"),
    ("validation_jobs", "ck_validation_jobs_validated_images_min", "validated_images >= 0"),
    ("validation_jobs", "ck_validation_jobs_invalid_images_min", "invalid_images >= 0"),
    (
        "validation_jobs",
        "ck_validation_jobs_validation_rules_object",
        "jsonb_typeof(validation_rules) = 'object'",
    ),
    (
        "export_jobs",
        "ck_export_jobs_status_known",
        "status IN ('pending', 'running', 'completed', 'failed')",
    ),
    ("export_jobs", "ck_export_jobs_progress_range", "progress BETWEEN 0 AND 100"),
    (
        "export_jobs",
        "ck_export_jobs_format_known",
        "format IN ('zip', 'tar', 'tar.gz', 'csv', 'json')",
    ),
    ("export_jobs", "ck_export_jobs_total_images_min", "total_images >= 0"),
    ("export_jobs", "ck_export_jobs_exported_images_min", "exported_images >= 0"),
    ("export_jobs", "ck_export_jobs_file_size_min", "file_size >= 0"),
    (
        "export_jobs",
        "ck_export_jobs_export_options_object",
        "jsonb_typeof(export_options) = 'object'",
    ),
)


def upgrade() -> None:
    """Check the old rows, beside readers and writers."""
    # A validation blocks neither of them, so it may take its time.
    op.execute("SET LOCAL statement_timeout = 0")
    for table, name, _ in CHECKS:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    """Forget that the old rows were checked; new rows stay checked."""
    with op.get_context().autocommit_block():
        for table, checks in groupby(reversed(CHECKS), key=itemgetter(0)):
            commands = (
                f"DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID"
                for _, name, condition in checks
            )
            op.execute(f"ALTER TABLE {table} {', '.join(commands)}")
