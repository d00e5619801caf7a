"""
Add the CHECK constraints, not yet validated.

What: one constraint for each enumeration, range and JSON shape. From here on every new or changed
row is checked; the rows that are there already are not.
Why: only the application refused such values, and raw SQL and workers write past it. Adding a
constraint NOT VALID reads no row; the next revision validates it without blocking anybody.
Lock: ACCESS EXCLUSIVE on six tables, each in a transaction of its own: reads and writes of that one
wait for a moment (the catalogue changes, no row is read). In one transaction for all it would meet
an insert, which locks the child before the parent, in a deadlock. So does the downgrade.
Previous release: runs unchanged as long as it writes only what the API accepts; any other write,
also an update of an old row that breaks a constraint, is refused with SQLSTATE 23514.

Revision ID: 0003
Revises: 0002
"""

from itertools import groupby
from operator import itemgetter

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NOT_A_STRING = "'strict $[*] ? (@.type() <> \"string\")'"
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
    """Add the constraints for new rows, table by table."""
    with op.get_context().autocommit_block():
        for table, checks in groupby(CHECKS, key=itemgetter(0)):
            # A run that gave up has done some tables, and nothing of it is in alembic_version.
            commands = (
                f"DROP CONSTRAINT IF EXISTS {name}, "
                f"ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID"
                for _, name, condition in checks
            )
            op.execute(f"ALTER TABLE {table} {', '.join(commands)}")


def downgrade() -> None:
    """Drop the constraints, table by table."""
    with op.get_context().autocommit_block():
        for table, checks in groupby(reversed(CHECKS), key=itemgetter(0)):
            # As above: a run that gave up has done some tables.
            commands = (f"DROP CONSTRAINT IF EXISTS {name}" for _, name, _ in checks)
            op.execute(f"ALTER TABLE {table} {', '.join(commands)}")
