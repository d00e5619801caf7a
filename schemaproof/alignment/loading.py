"""
Load objects as an application would that knows what it is going to read.

Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#wildcard-loading-strategies
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, lazyload


def load_on_purpose(session: Session, mapper: Mapper[Any]) -> None:
    """
    Let a session load relationships that are ``lazy="raise"``.

    Their class asks for queries that load them, and the application's own are not known here.
    """
    related = (one for each in mapper.registry.mappers for one in each.relationships)
    if any(one.lazy in ("raise", "raise_on_sql") for one in related):
        event.listen(session, "do_orm_execute", _load_when_read)


def _load_when_read(state: ORMExecuteState) -> None:
    if state.is_select:
        state.statement = state.statement.options(lazyload("*"))
