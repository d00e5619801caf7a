"""
Plant what goes wrong with a database in use, one at a time, and mend it again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    Something wrong with a database.

    Attributes:
        name: What it is.
        plant: What makes it.
        mend: What ends it.
        check: The check that must tell.
        where: What must be named by it.
    """

    name: str
    plant: str
    mend: str
    check: str
    where: str


WITHOUT_TRIGGERS = "SET session_replication_role = replica; {}; RESET session_replication_role"
ORPHAN = (
    "INSERT INTO export_jobs (crawl_job_id, user_id, name)"
    " SELECT -1, id, 'lost' FROM profiles LIMIT 3"
)

FAULTS = (
    Fault(
        name="orphan rows",
        plant=WITHOUT_TRIGGERS.format(
            "ALTER TABLE export_jobs DROP CONSTRAINT fk_export_jobs_crawl_job_id_crawl_jobs;"
            f" {ORPHAN}; ALTER TABLE export_jobs ADD CONSTRAINT"
            " fk_export_jobs_crawl_job_id_crawl_jobs FOREIGN KEY (crawl_job_id)"
            " REFERENCES crawl_jobs (id) ON DELETE CASCADE NOT VALID"
        ),
        mend="DELETE FROM export_jobs WHERE crawl_job_id = -1;"
        " ALTER TABLE export_jobs VALIDATE CONSTRAINT fk_export_jobs_crawl_job_id_crawl_jobs",
        check="data/orphans",
        where="export_jobs",
    ),
    Fault(
        name="invalid index",
        plant="UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = 'ix_projects_created_at'::regclass",
        mend="UPDATE pg_index SET indisvalid = true"
        " WHERE indexrelid = 'ix_projects_created_at'::regclass",
        check="indexes/invalid-index",
        where="ix_projects_created_at",
    ),
    Fault(
        name="disabled trigger",
        plant="ALTER TABLE profiles DISABLE TRIGGER tr_profiles_delete_guard",
        mend="ALTER TABLE profiles ENABLE TRIGGER tr_profiles_delete_guard",
        check="constraints/trigger-enabled",
        where="tr_profiles_delete_guard",
    ),
    Fault(
        name="wrong stamp",
        plant="UPDATE alembic_version SET version_num = '0003'",
        mend="UPDATE alembic_version SET version_num = '0005'",
        check="deploy/stamp-is-true",
        where="",
    ),
    Fault(
        name="missing index",
        plant="DROP INDEX ix_export_jobs_crawl_job_id",
        mend="CREATE INDEX ix_export_jobs_crawl_job_id ON export_jobs (crawl_job_id)",
        check="references/fk-without-index",
        where="export_jobs.crawl_job_id",
    ),
    Fault(
        name="exhausted sequence",
        plant="SELECT setval('images_id_seq', 9223372036854775800)",
        mend="SELECT setval('images_id_seq', (SELECT max(id) FROM images))",
        check="health/integer-key-headroom",
        where="images",
    ),
    Fault(
        name="rows that break the next revision",
        plant="UPDATE images SET filename = '' WHERE id IN (SELECT id FROM images LIMIT 3)",
        mend="UPDATE images SET filename = '000123456.jpg' WHERE filename = ''",
        check="deploy/revision-fits-data",
        where="0006",
    ),
)
