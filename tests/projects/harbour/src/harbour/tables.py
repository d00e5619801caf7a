"""The tables, in a schema for each department."""

import enum

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Column,
    Date,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData()


class Kind(enum.Enum):
    """What a vessel is for."""

    CARGO = "cargo"
    FERRY = "ferry"
    TUG = "tug"


class Pilotage(enum.Enum):
    """Who brings a vessel in."""

    NONE = "none"
    PILOT = "pilot"
    REMOTE = "remote"


def native(kind: type[enum.Enum], name: str, schema: str) -> Enum:
    """Return an enumeration of the database whose labels are the values."""
    return Enum(
        kind, name=name, schema=schema, values_callable=lambda each: [one.value for one in each]
    )


owners = Table(
    "owners",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("name", Text, nullable=False, unique=True),
    schema="fleet",
)

vessels = Table(
    "vessels",
    metadata,
    Column("flag", CHAR(2), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("owner_id", ForeignKey(owners.c.id, ondelete="RESTRICT"), nullable=False),
    Column("kind", native(Kind, "kind", "fleet"), nullable=False),
    Index("vessels_of_owner", "owner_id"),
    schema="fleet",
)

berths = Table(
    "berths",
    metadata,
    Column("pier", Text, primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("depth_cm", Integer, CheckConstraint("depth_cm > 0", name="deep"), nullable=False),
    schema="quay",
)

calls = Table(
    "calls",
    metadata,
    Column("flag", CHAR(2), primary_key=True),
    Column("vessel", Integer, primary_key=True, autoincrement=False),
    Column("arrived", Date, primary_key=True),
    Column("departed", Date),
    Column("pier", Text, nullable=False),
    Column("berth", SmallInteger, nullable=False),
    Column(
        "pilotage",
        native(Pilotage, "pilotage", "quay"),
        nullable=False,
        server_default=text("'none'"),
    ),
    ForeignKeyConstraint(
        ["flag", "vessel"], ["fleet.vessels.flag", "fleet.vessels.number"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(
        ["pier", "berth"], ["quay.berths.pier", "quay.berths.number"], ondelete="RESTRICT"
    ),
    CheckConstraint("departed >= arrived", name="no_time_travel"),
    Index("calls_at_berth", "pier", "berth"),
    schema="quay",
)

invoices = Table(
    "invoices",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("flag", CHAR(2), nullable=False),
    Column("vessel", Integer, nullable=False),
    Column("arrived", Date, nullable=False),
    Column("amount", Numeric(12, 2), CheckConstraint("amount >= 0", name="owed"), nullable=False),
    ForeignKeyConstraint(
        ["flag", "vessel", "arrived"],
        ["quay.calls.flag", "quay.calls.vessel", "quay.calls.arrived"],
        ondelete="CASCADE",
    ),
    Index("invoices_of_call", "flag", "vessel", "arrived"),
    schema="billing",
)
