"""
The indexes: thirteen that came with the tables, seven that came later, and the query of each.

Primary keys have an index too; they are not counted here.
"""

from dataclasses import dataclass

A_USER = "'6f2c1a52-9d0e-4a57-8a3e-1f0f6f0c9d11'"


@dataclass(frozen=True, kw_only=True)
class Index:
    """
    One index.

    Attributes:
        name: Its name.
        table: The table it is on.
        columns: Its columns, in order.
        query: What it is there for; SQL that may use it.
        condition: Columns that the index itself, and no filter, must look up.
        sorts: Whether it must give the order, so that nothing is sorted.
        is_unique: Whether it refuses a second row with the same value.
        is_initial: Whether the first migration made it.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    query: str
    condition: tuple[str, ...] = ()
    sorts: bool = False
    is_unique: bool = False
    is_initial: bool = True


def _lookup(table: str, column: str, value: str) -> Index:
    return Index(
        name=f"ix_{table}_{column}",
        table=table,
        columns=(column,),
        query=f"SELECT * FROM {table} WHERE {column} = {value}",
        condition=(column,),
    )


def _newest_first(table: str, column: str, *, is_initial: bool) -> Index:
    return Index(
        name=f"ix_{table}_{column}",
        table=table,
        columns=(column,),
        query=f'SELECT * FROM {table} ORDER BY "{column}" DESC LIMIT 50',
        sorts=True,
        is_initial=is_initial,
    )


INDEXES = (
    Index(
        name="uq_profiles_email",
        table="profiles",
        columns=("email",),
        query="SELECT * FROM profiles WHERE email = 'ada@example.org'",
        condition=("email",),
        is_unique=True,
    ),
    _lookup("projects", "user_id", A_USER),
    _lookup("crawl_jobs", "project_id", "1"),
    _lookup("crawl_jobs", "status", "'running'"),
    _lookup("images", "crawl_job_id", "1"),
    _lookup("activity_logs", "user_id", A_USER),
    _newest_first("activity_logs", "timestamp", is_initial=True),
    _lookup("validation_jobs", "status", "'running'"),
    _lookup("validation_jobs", "crawl_job_id", "1"),
    _lookup("export_jobs", "status", "'running'"),
    _lookup("export_jobs", "user_id", A_USER),
    _lookup("export_jobs", "crawl_job_id", "1"),
    Index(
        name="ix_crawl_jobs_project_id_status",
        table="crawl_jobs",
        columns=("project_id", "status"),
        query="SELECT * FROM crawl_jobs WHERE project_id = 1 AND status = 'running'",
        condition=("project_id", "status"),
    ),
    _newest_first("profiles", "created_at", is_initial=False),
    _newest_first("projects", "created_at", is_initial=False),
    _newest_first("crawl_jobs", "created_at", is_initial=False),
    _newest_first("validation_jobs", "created_at", is_initial=False),
    _newest_first("export_jobs", "created_at", is_initial=False),
    Index(
        name="ix_activity_logs_user_id_timestamp",
        table="activity_logs",
        columns=("user_id", "timestamp"),
        query=(
            f"SELECT * FROM activity_logs WHERE user_id = {A_USER}"
            ' ORDER BY "timestamp" DESC LIMIT 50'
        ),
        condition=("user_id",),
        sorts=True,
        is_initial=False,
    ),
    Index(
        name="ix_export_jobs_user_id_status",
        table="export_jobs",
        columns=("user_id", "status"),
        query=f"SELECT * FROM export_jobs WHERE user_id = {A_USER} AND status = 'running'",
        condition=("user_id", "status"),
        is_initial=False,
    ),
)
