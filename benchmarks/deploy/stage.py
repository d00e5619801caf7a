"""
Set up what a release meets: a large database in use, and a project with one revision to come.

The server keeps what it has committed, as in production, and autovacuum runs. It is bound to the
first core together with its user; who looks at it, and the session that serves him, to the second.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.population import POPULATION
from schemaproof.catalog import QualifiedName, snapshot
from schemaproof.postgres import Connection, Database, Server
from schemaproof.postgres._durable import SETTINGS
from schemaproof.postgres._embedded import EMPTY_TEMPLATE, launch, url_of
from schemaproof.project import Project
from schemaproof.rows import RowMaker, load

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("models", "schemas", "migrations", "benchmarks", "alembic.ini", "pyproject.toml")
USED = {
    "shared_buffers": "1GB",
    "autovacuum": "on",
    "checkpoint_timeout": "5min",
    "max_wal_size": "8GB",
}
USER_CORE, LOOKER_CORE = 0, 1

# What is to come: rows that break it are among the faults.
NEXT = '''"""Require that the file of every image has a name."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE images ADD CONSTRAINT ck_images_filename_said"
                   " CHECK (filename <> '') NOT VALID")
        op.execute("ALTER TABLE images VALIDATE CONSTRAINT ck_images_filename_said")


def downgrade():
    op.drop_constraint("ck_images_filename_said", "images")
'''


@dataclass(frozen=True, kw_only=True)
class Stage:
    """
    A staging database, and the project of the release that is to be deployed on it.

    Attributes:
        database: The database.
        project: The project's folder.
        rows: How many rows the tables hold.
    """

    database: Database
    project: Path
    rows: int

    @property
    def url(self) -> str:
        """
        The database as `schemaproof staging` is told of it.
        """
        return self.database.url.render_as_string(hide_password=False)

    def connect(self) -> Connection:
        """
        Return a connection on which each statement is a transaction.
        """
        return self.database.connect(autocommit=True)


@contextlib.contextmanager
def staged(images: float, folder: Path) -> Iterator[Stage]:
    """
    Bring up a server and fill the migrated tables; afterwards nothing of it is left.

    Args:
        images: How many there are; the other tables are as large as they are with so many.
        folder: Where the project goes.
    """
    # What this process starts stays where it is.
    os.sched_setaffinity(0, {USER_CORE})
    lifeline, _ = launch(None, SETTINGS | USED)
    server = Server(
        url_of(lifeline), label="staging", empty_template=EMPTY_TEMPLATE, on_close=lifeline.close
    )
    with server:
        with server.connect(autocommit=True) as connection:
            connection.execute("CREATE DATABASE staging")
        database = Database(server, "staging")
        Project.load(ROOT).history.upgrade(database)
        yield Stage(database=database, project=_release(folder), rows=_fill(database, images))


def _release(folder: Path) -> Path:
    project = folder / "release"
    project.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, project / part)
    (project / "migrations" / "versions" / "2024-12-01-0900_filenames.py").write_text(NEXT)
    return project


def _fill(database: Database, images: float) -> int:
    with database.connect(autocommit=True) as connection:
        catalog = snapshot(connection)
        tables = {QualifiedName(table.schema, table.name) for table in catalog.tables}
        volumes = {name: one for name, one in POPULATION.at(images).items() if name in tables}
        for name, made in load(RowMaker(catalog=catalog, connection=connection), volumes).items():
            if made.obstacle is not None:
                raise SystemExit(f"{name}: {made.obstacle}")
        connection.execute("VACUUM ANALYZE")
    return sum(volume.rows for volume in volumes.values())
