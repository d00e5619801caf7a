"""
Hold the models of a release, its tables, and what a later revision may do to them.
"""

BASE = "class Base(DeclarativeBase):\n    pass\n"

LONELY = """
class Lonely(Base):
    __tablename__ = "lonely"
    id: Mapped[int] = mapped_column(primary_key=True)
"""

MODELS = (
    BASE
    + """
import enum, uuid
from sqlalchemy.orm import validates

class Mood(enum.Enum):
    sad = 1
    glad = 2

class Required(Base):
    __tablename__ = "required"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

class SentNull(Base):
    __tablename__ = "sent_null"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    note: Mapped[str | None]

class Dropped(Base):
    __tablename__ = "dropped"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    note: Mapped[str | None] = mapped_column("100%")

class Renamed(Base):
    __tablename__ = "Order Items"
    __table_args__ = {"schema": "The Shop"}
    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column("select", server_default="1")

class Retyped(Base):
    __tablename__ = "retyped"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[str]

class Reread(Base):
    __tablename__ = "reread"
    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]

class Narrowed(Base):
    __tablename__ = "narrowed"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))

class Checked(Base):
    __tablename__ = "checked"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]

class Felt(Base):
    __tablename__ = "felt"
    id: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[Mood] = mapped_column(Enum(Mood, name="mood"))

class Frozen(Base):
    __tablename__ = "frozen"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]

class Stamped(Base):
    __tablename__ = "stamped"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime]

class Kept(Base):
    __tablename__ = "kept"
    id: Mapped[int] = mapped_column(primary_key=True)

members = Table(
    "members",
    Base.metadata,
    Column("team_id", ForeignKey("teams.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
)

class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[list["Person"]] = relationship(secondary=members)

class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    email: Mapped[str]
    at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}

    @validates("email")
    def refuse(self, key, value):
        raise ValueError("no address of ours is good enough")

class Manager(Person):
    __tablename__ = "managers"
    id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    budget: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "manager"}

class Intern(Person):
    __mapper_args__ = {"polymorphic_identity": "intern"}

class Report(Base):
    __tablename__ = "reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("managers.id"))
    manager: Mapped[Manager] = relationship()
"""
).replace("import enum", "import datetime, enum")

TABLES = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE SCHEMA "The Shop";
CREATE TABLE required (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE sent_null (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
CREATE TABLE dropped (id uuid PRIMARY KEY, "100%" text);
CREATE TABLE "The Shop"."Order Items" (id serial PRIMARY KEY, "select" int NOT NULL DEFAULT 1);
CREATE TABLE retyped (id serial PRIMARY KEY, tags varchar NOT NULL);
CREATE TABLE reread (id serial PRIMARY KEY, count int NOT NULL);
CREATE TABLE narrowed (id serial PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE checked (
    id serial PRIMARY KEY, status text NOT NULL CONSTRAINT known CHECK (status IN ('a', 'b', 'c'))
);
CREATE TABLE felt (id serial PRIMARY KEY, mood mood NOT NULL);
CREATE TABLE frozen (id serial PRIMARY KEY, note text NOT NULL);
CREATE TABLE stamped (id serial PRIMARY KEY, at timestamptz NOT NULL);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.at := clock_timestamp(); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE kept (id serial PRIMARY KEY);
CREATE TABLE teams (id serial PRIMARY KEY);
CREATE TABLE people (
    id serial PRIMARY KEY, kind text NOT NULL, email text NOT NULL, at timestamp DEFAULT now()
);
CREATE TABLE members (
    team_id int NOT NULL REFERENCES teams, person_id int NOT NULL REFERENCES people,
    PRIMARY KEY (team_id, person_id)
);
CREATE TABLE managers (id int PRIMARY KEY REFERENCES people, budget int NOT NULL);
CREATE TABLE reports (id serial PRIMARY KEY, manager_id int NOT NULL REFERENCES managers)
"""

BREAKING = """
ALTER TABLE required ADD COLUMN country text NOT NULL;
ALTER TABLE sent_null ALTER note SET DEFAULT '', ALTER note SET NOT NULL;
ALTER TABLE dropped DROP COLUMN "100%";
ALTER TABLE "The Shop"."Order Items" RENAME TO lines;
ALTER TABLE retyped ALTER tags TYPE text[] USING ARRAY[tags];
ALTER TABLE reread ALTER count TYPE text;
ALTER TABLE narrowed ALTER name TYPE varchar(10) USING left(name, 10);
ALTER TABLE checked DROP CONSTRAINT known;
ALTER TABLE checked ADD CONSTRAINT known CHECK (status IN ('a', 'b')) NOT VALID;
ALTER TYPE mood RENAME TO old_mood;
CREATE TYPE mood AS ENUM ('glad');
ALTER TABLE felt ALTER mood TYPE mood USING 'glad';
DROP TYPE old_mood;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE 'frozen' USING ERRCODE = '23001'; END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON frozen FOR EACH ROW EXECUTE FUNCTION refuse();
"""

# For each class what is found: its place, and words of the server.
BROKEN = {
    "Required": {"Required INSERT required.country": 'null value in column "country"'},
    "SentNull": {
        "SentNull INSERT sent_null.note": "NotNullViolation 23502",
    },
    "Dropped": {
        "Dropped INSERT 42703": 'column "100%" of relation "dropped" does not exist',
        "Dropped SELECT 42703": "column dropped.100% does not exist",
    },
    "Renamed": {
        "Renamed INSERT 42P01": 'relation "The Shop.Order Items" does not exist',
        "Renamed SELECT 42P01": 'relation "The Shop.Order Items" does not exist',
    },
    "Retyped": {"Retyped INSERT 42804": "DatatypeMismatch 42804"},
    "Reread": {"Reread SELECT count": "count reads '"},
    "Narrowed": {"Narrowed INSERT 22001": "StringDataRightTruncation 22001"},
    "Checked": {"Checked INSERT known": "CheckViolation 23514"},
    "Felt": {"Felt INSERT 22P02": "enum mood"},
    "Frozen": {
        "Frozen UPDATE note": "RestrictViolation 23001: frozen",
        "Frozen DELETE 23001": "RestrictViolation 23001: frozen",
    },
}
UNHARMED = ("Stamped", "Kept", "Team", "Person", "Manager", "Intern", "Report", "members")
BARE = ("members",)

GROWING = """
ALTER TABLE required ADD COLUMN country text NOT NULL DEFAULT 'XX', ADD COLUMN maybe text;
ALTER TABLE required ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) STORED;
ALTER TABLE sent_null ALTER note SET DEFAULT '';
ALTER TABLE dropped ADD COLUMN "100" text;
CREATE VIEW "The Shop".lines AS SELECT * FROM "The Shop"."Order Items";
ALTER TABLE retyped ALTER tags TYPE text;
ALTER TABLE reread ALTER count TYPE bigint;
ALTER TABLE narrowed ALTER name TYPE varchar(80);
ALTER TABLE checked DROP CONSTRAINT known;
ALTER TABLE checked ADD CONSTRAINT known CHECK (status IN ('a', 'b', 'c', 'd'));
ALTER TYPE mood ADD VALUE 'calm';
CREATE TABLE new (id int PRIMARY KEY, frozen_id int NOT NULL REFERENCES frozen);
CREATE INDEX ON frozen (note);
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER look BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION look();
ALTER TABLE people ADD COLUMN phone text DEFAULT '';
INSERT INTO people (kind, email) VALUES ('person', 'here@already.example')
"""
