"""
Write a project with as many revisions as wanted: small ones, as most are, and models that match.

Every table comes in four revisions: the table, a column, an index on it, a default. None of them
blocks anybody for long, on the way up or down.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

PYPROJECT = """
[tool.schemaproof]
metadata = "generated_models:Base.metadata"
alembic = "alembic.ini"
url_env = ["DATABASE_URL"]
"""

INI = """
[alembic]
script_location = migrations
prepend_sys_path = .
"""

ENV = """
import os
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from generated_models import Base

connectable = context.config.attributes.get("connection") or create_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
)
with connectable.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
"""

HEAD = """
from sqlalchemy import BigInteger, Identity, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass
"""

REVISION = '''"""Step {number}."""

import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = {before}


def upgrade():
    {up}


def downgrade():
    {down}
'''

# For each of a table's four revisions: what goes up, what comes down.
STEPS = (
    (
        'op.create_table("{table}", sa.Column("id", sa.BigInteger, sa.Identity(), '
        'primary_key=True), sa.Column("name", sa.String(80), nullable=False))',
        'op.drop_table("{table}")',
    ),
    (
        'op.add_column("{table}", sa.Column("size", sa.Integer))',
        'op.drop_column("{table}", "size")',
    ),
    (
        "with op.get_context().autocommit_block():\n        "
        'op.create_index("ix_{table}_size", "{table}", ["size"], postgresql_concurrently=True)',
        'op.drop_index("ix_{table}_size")',
    ),
    (
        'op.alter_column("{table}", "size", server_default="0")',
        'op.alter_column("{table}", "size", server_default=None)',
    ),
)


def write_history(folder: Path, revisions: int) -> None:
    """
    Write the project into a new folder.
    """
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "generated_models.py").write_text(HEAD + "".join(_models(revisions)))
    for number in range(1, revisions + 1):
        table = f"item_{(number - 1) // len(STEPS):03}"
        up, down = (text.format(table=table) for text in STEPS[(number - 1) % len(STEPS)])
        before = None if number == 1 else f"{number - 1:04}"
        text = REVISION.format(number=number, before=repr(before), up=up, down=down)
        (versions / f"{number:04}_step.py").write_text(text)


def _models(revisions: int) -> Iterator[str]:
    for first in range(0, revisions, len(STEPS)):
        table, steps = f"item_{first // len(STEPS):03}", revisions - first
        yield f"\n\nclass Item{first // len(STEPS)}(Base):\n"
        yield f'    __tablename__ = "{table}"\n'
        if steps > 2:
            yield f'    __table_args__ = (Index("ix_{table}_size", "size"),)\n'
        yield "    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)\n"
        yield "    name: Mapped[str] = mapped_column(String(80))\n"
        if steps > 1:
            default = ', server_default="0"' if steps > 3 else ""
            yield f"    size: Mapped[int | None] = mapped_column(Integer{default})\n"
