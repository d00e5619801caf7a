"""Migrate by an asynchronous engine; the port authority's tide log is not ours to compare."""

import asyncio

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from harbour.settings import dsn
from harbour.tables import metadata

NOT_OURS = {"tide_log"}


def include_object(thing, name, kind, reflected, compare_to):
    table = thing if kind == "table" else getattr(thing, "table", None)
    return getattr(table, "name", None) not in NOT_OURS


def migrate(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_object=include_object,
        version_table="harbour_version",
    )
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = create_async_engine(dsn())
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
