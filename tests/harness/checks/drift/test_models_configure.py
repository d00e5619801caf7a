"""drift/models-configure: models that raise while imported, configured or created."""

import pytest

from tests.harness.miniature import miniature

CHECK = "drift/models-configure"

BASE = "class Base(DeclarativeBase):\n    pass\n\n"

GOOD = BASE + (
    "class Order(Base):\n"
    "    __tablename__ = {table!r}\n"
    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
)

LONG = "x" * 63


@pytest.mark.parametrize(
    ("source", "told", "blamed"),
    [
        pytest.param(
            BASE + "raise RuntimeError('no settings')",
            "RuntimeError: no settings",
            "raise",
            id="raises",
        ),
        pytest.param(
            BASE + "import no_such_module_anywhere",
            "ModuleNotFoundError: No module named 'no_such_module_anywhere'",
            "import",
            id="import",
        ),
        pytest.param(BASE + "x = (", "SyntaxError", None, id="syntax"),
        pytest.param(
            BASE + "raise SystemExit('DATABASE_URL is not set')",
            "SystemExit: DATABASE_URL is not set",
            "raise",
            id="exits",
        ),
        pytest.param(
            BASE + "class A(Base):\n    __tablename__ = 'a'\n",
            "could not assemble any primary key columns",
            "class A",
            id="no primary key",
        ),
    ],
)
def test_models_that_raise_at_import_are_a_violation(tmp_path, bench, source, told, blamed):
    """
    The module is named with the exception's words and, if it is the project's, the line.
    """
    project = bench(miniature(tmp_path, models=source))

    (found,) = project.violations(CHECK)

    assert told in found.found
    assert found.where == project.subject.project.metadata_name.partition(":")[0]
    if blamed is not None:
        assert found.location is not None
        line = found.location.file.read_text().splitlines()[found.location.line - 1]
        assert line.startswith(blamed)


@pytest.mark.parametrize(
    ("relation", "told"),
    [
        pytest.param('relationship("Gone")', "failed to locate a name", id="no such class"),
        pytest.param(
            'relationship("Order", back_populates="gone")',
            "has no property 'gone'",
            id="no such counterpart",
        ),
    ],
)
def test_mappers_that_cannot_be_configured_are_a_violation(tmp_path, bench, relation, told):
    """
    What shows only when mappers are configured is told with the class to blame.
    """
    source = GOOD.format(table="orders") + (
        "    parent_id: Mapped[int] = mapped_column(ForeignKey('orders.id'))\n"
        f"    parent = {relation}\n"
    )
    project = bench(miniature(tmp_path, models=source))

    (found,) = project.violations(CHECK)

    assert found.where == "Order"
    assert told in found.found


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        pytest.param(
            "    a: Mapped[int] = mapped_column(server_default=text('no_such()'))\n",
            "UndefinedFunction",
            id="default",
        ),
        pytest.param(
            "    __table_args__ = (CheckConstraint('gone > 0'),)\n", "UndefinedColumn", id="check"
        ),
        pytest.param(
            "    a: Mapped[int] = mapped_column(ForeignKey('gone.id'))\n",
            "NoReferencedTableError",
            id="key to nowhere",
        ),
        pytest.param(
            "Table('t', Base.metadata, Column('a'))\n", "CompileError", id="column without a type"
        ),
        pytest.param(
            "event.listen(Order.__table__, 'after_create', lambda *a, **k: 1 / 0)\n",
            "ZeroDivisionError",
            id="event that raises",
        ),
    ],
)
def test_tables_that_cannot_be_created_are_a_violation(tmp_path, bench, extra, told):
    """
    What the server, SQLAlchemy's compiler or a DDL event refuses is the models' fault, not ours.
    """
    project = bench(miniature(tmp_path, models=GOOD.format(table="orders") + extra))

    (found,) = project.violations(CHECK)

    assert told in found.found


@pytest.mark.parametrize("table", ["orders", "Order Items", "select", LONG, "100%", "a:b"])
def test_models_that_load_are_proved(tmp_path, bench, table):
    """
    Classes and tables are counted, whatever the tables are called.
    """
    project = bench(miniature(tmp_path, models=GOOD.format(table=table)))

    proof = project.proof(CHECK)

    assert proof.seen == ("1 classes configured, 1 tables created from them",)
    assert [one.name for one in project.subject.declared.tables] == [table]


def test_a_table_in_a_schema_is_created(tmp_path, bench):
    """
    The schema that a model names is made before its tables are.
    """
    source = GOOD.format(table="orders") + "    __table_args__ = {'schema': 'Shop Floor'}\n"
    project = bench(miniature(tmp_path, models=source))

    assert project.proof(CHECK).status == "proved"


def test_no_classes_but_tables_are_enough(tmp_path, bench):
    """
    Tables without classes are models too.
    """
    source = BASE + "Table('t', Base.metadata, Column('id', Integer))"
    project = bench(miniature(tmp_path, models=source))

    assert project.proof(CHECK).seen == ("0 classes configured, 1 tables created from them",)


TWICE = {
    "index": (
        "    a: Mapped[int] = mapped_column(index=True)\n"
        "    __table_args__ = (Index('ix_orders_a', 'a'),)\n",
        "ix_orders_a",
        "index on orders, index on orders",
    ),
    "constraints of one table": (
        "    __table_args__ = (\n"
        "        CheckConstraint('id > 0', name='Is Positive'),\n"
        "        CheckConstraint('id < 9', name='Is Positive'),\n"
        "    )\n",
        '"Is Positive"',
        "constraint on orders, constraint on orders",
    ),
    "index and table": (
        "    a: Mapped[int]\n    __table_args__ = (Index('orders', 'a'),)\n",
        "orders",
        "table orders, index on orders",
    ),
    "unique constraints of two tables": (
        "    __table_args__ = (UniqueConstraint('id', name='sole'),)\n"
        "Table('t', Base.metadata, Column('id', Integer), UniqueConstraint('id', name='sole'))\n",
        "sole",
        "constraint on orders, constraint on t",
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_a_name_that_is_claimed_twice_is_told_with_its_claimants(tmp_path, bench, case):
    """
    PostgreSQL would name one of them at best; here both are, at the line of the later one's class.
    """
    extra, name, claimants = TWICE[case]
    project = bench(miniature(tmp_path, models=GOOD.format(table="orders") + extra))

    (found,) = project.violations(CHECK)

    assert found.where == name
    assert found.found.endswith(f"claim the name {name}: {claimants}")
    assert (found.location is None) == (case == "unique constraints of two tables")


def test_one_name_in_two_places_that_do_not_meet_is_no_claim(tmp_path, bench):
    """
    Checks of two tables, and indexes of two schemas, may share a name.
    """
    tables = [
        f"Table({name!r}, Base.metadata, Column('a', Integer, CheckConstraint('a > 0', name='c')),"
        f" Index('i', 'a'), schema={schema!r})\n"
        for name, schema in (("t", None), ("u", "other"))
    ]
    project = bench(miniature(tmp_path, models=BASE + "".join(tables)))

    assert project.proof(CHECK).status == "proved"


def test_every_failure_is_told_at_once(tmp_path, bench):
    """
    Two relationships that cannot be configured and a table that cannot be made: three violations.
    """
    source = GOOD.format(table="orders") + (
        "    a: Mapped[int] = mapped_column(server_default=text('no_such()'))\n"
        "    first = relationship('Gone')\n"
        "class Line(Base):\n"
        "    __tablename__ = 'lines'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    second = relationship('Order')\n"
    )
    project = bench(miniature(tmp_path, models=source))

    found = {one.where: one for one in project.violations(CHECK)}

    assert [*found][:2] == ["Order", "Line"]
    assert "'Gone'" in found["Order"].found
    assert "Line.second" in found["Line"].found
    assert "no_such" in found[project.subject.project.metadata_name].found
    for name in ("Order", "Line"):
        place = found[name].location
        assert place.file.read_text().splitlines()[place.line - 1] == f"class {name}(Base):"


def test_tables_are_compared_though_a_mapper_is_broken(tmp_path, bench):
    """
    What needs the tables and not the classes goes on.
    """
    source = GOOD.format(table="orders") + "    first = relationship('Gone')\n"
    table = "CREATE TABLE orders (id serial PRIMARY KEY)"
    project = bench(miniature(tmp_path, models=source, revisions=[table]))

    drift = project.proof("drift/models-match-migrations")
    paired = project.proof("references/unpaired-relationship")

    assert drift.status == "proved"
    assert (paired.status, paired.blocked_by) == ("skipped", CHECK)


def test_nothing_else_can_be_proved_about_broken_models(tmp_path, bench):
    """
    The harm is real: every check that asks for the models is blocked, and says by what.
    """
    project = bench(miniature(tmp_path, models=BASE + "1 / 0"))

    proof = project.proof("drift/models-match-migrations")

    assert (proof.status, proof.blocked_by) == ("skipped", CHECK)
