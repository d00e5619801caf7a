"""
Decide how every table of PixCrawler is named and how its classes are mapped.

One naming convention makes each constraint and index predictable, so that a migration, an error
message and a waiver can name it. PostgreSQL's own names differ from it and change with the order of
columns.

Source: https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions
"""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """
    The root of every mapped class.

    Relationships that lead to many rows say ``passive_deletes="all"``: the database alone cascades.
    With ``True`` the ORM would still delete the children that happen to be loaded, one statement
    each, and before their parent: a profile's active projects would be gone by the time the delete
    guard looks.
    """

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
