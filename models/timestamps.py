"""
Give a table ``created_at`` and ``updated_at``, both kept by the database.

The clock of the server is the only one that every writer shares, raw SQL included.

Source: https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html
"""

from datetime import datetime

from sqlalchemy import DateTime, FetchedValue, func
from sqlalchemy.orm import Mapped, mapped_column

# Mixin columns come first unless told otherwise; these two close their table.
_LAST = 1000


class Timestamped:
    """A row that knows when it was made and when it last changed."""

    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        index=True,
        sort_order=_LAST,
        comment="When the row was made: start of the transaction that inserted it",
    )
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        server_onupdate=FetchedValue(),
        sort_order=_LAST + 1,
        comment="When the row last changed, by the clock of the server",
    )
