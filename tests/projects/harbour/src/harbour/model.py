"""What the application works with: plain dataclasses, mapped to the tables from outside."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import registry, relationship

from harbour import tables
from harbour.tables import Kind, Pilotage


@dataclass
class Owner:
    """Who owns vessels."""

    name: str
    id: uuid.UUID | None = None
    vessels: list[Vessel] = field(default_factory=list)


@dataclass
class Vessel:
    """What lies at a berth."""

    flag: str
    number: int
    kind: Kind
    owner: Owner
    calls: list[Call] = field(default_factory=list)


@dataclass
class Berth:
    """Where a vessel lies."""

    pier: str
    number: int
    depth_cm: int
    calls: list[Call] = field(default_factory=list)


@dataclass
class Call:
    """One stay of one vessel."""

    vessel_: Vessel
    berth_: Berth
    arrived: dt.date
    departed: dt.date | None = None
    pilotage: Pilotage = Pilotage.NONE
    invoices: list[Invoice] = field(default_factory=list)


@dataclass
class Invoice:
    """What one stay costs."""

    call: Call
    amount: Decimal


mapped = registry(metadata=tables.metadata)
mapped.map_imperatively(
    Owner,
    tables.owners,
    properties={"vessels": relationship(Vessel, back_populates="owner", passive_deletes="all")},
)
mapped.map_imperatively(
    Vessel,
    tables.vessels,
    properties={
        "owner": relationship(Owner, back_populates="vessels"),
        "calls": relationship("Call", back_populates="vessel_", passive_deletes="all"),
    },
)
mapped.map_imperatively(
    Berth,
    tables.berths,
    properties={"calls": relationship("Call", back_populates="berth_", passive_deletes="all")},
)
mapped.map_imperatively(
    Call,
    tables.calls,
    properties={
        "vessel_": relationship(Vessel, back_populates="calls"),
        "berth_": relationship(Berth, back_populates="calls"),
        "invoices": relationship("Invoice", back_populates="call", passive_deletes="all"),
    },
)
mapped.map_imperatively(
    Invoice,
    tables.invoices,
    properties={"call": relationship(Call, back_populates="invoices")},
)
metadata = tables.metadata
