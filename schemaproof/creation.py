"""
Make in an empty database what the models declare.

Models use types and functions of extensions, but seldom declare the extensions: the migrations make
them. So models that the server refuses are offered to it again, with the extensions that the
migrations have made.

Source: https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.MetaData.create_all
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from schemaproof.catalog import Extension
from schemaproof.loading import ModelsBroken
from schemaproof.postgres import Database
from schemaproof.project import Project


def create_all(
    project: Project, database: Database, extensions: Callable[[], Collection[Extension]]
) -> None:
    """
    Create all tables of the project's metadata.

    Args:
        project: The project.
        database: An empty database.
        extensions: Asked for what the migrations have made, if the server refuses the models.

    Raises:
        ModelsBroken: The models raised, or the server refused what they declare.
    """
    project.metadata  # noqa: B018 - models that cannot be imported say so themselves
    engine = create_engine(database.url, poolclass=NullPool)
    try:
        _make(project, engine)
    except Exception as error:  # the server's, SQLAlchemy's compiler's, or a DDL event's own
        # Whatever an extension brings is something that is not known without it.
        asked = extensions() if isinstance(error, ProgrammingError) else ()
        found = [each for each in asked if each.name != "plpgsql"]  # it is everywhere
        if not found:
            raise _broken(project, error) from error
        _make_with(found, project, engine, database)
    finally:
        engine.dispose()


def _make_with(
    extensions: Collection[Extension], project: Project, engine: Engine, database: Database
) -> None:
    with database.connect(autocommit=True) as connection:
        for each in extensions:
            name, schema = sql.Identifier(each.name), sql.Identifier(each.schema)
            if not each.schema.startswith("pg_"):
                connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
            statement = "CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {} CASCADE"
            connection.execute(sql.SQL(statement).format(name, schema))
    try:
        _make(project, engine)
    except Exception as error:
        raise _broken(project, error) from error


def _make(project: Project, engine: Engine) -> None:
    with engine.begin() as connection:
        _make_schemas(project, connection)
        project.metadata.create_all(connection)


def _make_schemas(project: Project, connection: Connection) -> None:
    # create_all makes tables in schemas but not the schemas; migrations must make both.
    for schema in sorted({each.schema for each in project.metadata.tables.values() if each.schema}):
        connection.execute(CreateSchema(schema, if_not_exists=True))


def _broken(project: Project, error: Exception) -> ModelsBroken:
    return ModelsBroken(error, stage="create", where=project.metadata_name, root=project.root)
