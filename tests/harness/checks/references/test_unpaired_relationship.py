"""references/unpaired-relationship, on declarative models; no table need exist."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.harness.miniature import miniature

CHECK = "references/unpaired-relationship"

MODELS = """
class Base(DeclarativeBase):
    pass

class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    {customer}

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    {order}
"""

ORDERS = 'orders: Mapped[list["Order"]] = relationship({})'
CUSTOMER = 'customer: Mapped["Customer"] = relationship({})'


def models(customer="", order=""):
    return MODELS.format(customer=customer, order=order)


@pytest.mark.parametrize(
    ("source", "where"),
    [
        pytest.param(models(customer=ORDERS.format("")), "Customer.orders", id="to many"),
        pytest.param(models(order=CUSTOMER.format("")), "Order.customer", id="to one"),
        pytest.param(
            models(customer=ORDERS.format(""), order=CUSTOMER.format("back_populates='orders'")),
            "Customer.orders",
            id="named by one side only",
        ),
        pytest.param(
            models(
                customer=ORDERS.format("back_populates='customer'")
                + '\n    others: Mapped[list["Order"]] = '
                "relationship(back_populates='customer', overlaps='orders')",
                order=CUSTOMER.format("back_populates='orders'"),
            ),
            "Customer.others",
            id="its half has another",
        ),
    ],
)
def test_a_half_is_reported(tmp_path, bench, source, where):
    """
    A relationship that names no counterpart is reported at its line.
    """
    project = bench(miniature(tmp_path, models=source))

    (found,) = project.violations(CHECK)

    assert found.where == where
    assert found.location is not None
    line = found.location.file.read_text().splitlines()[found.location.line - 1]
    assert line.strip().startswith(where.partition(".")[2])


@pytest.mark.parametrize(
    ("source", "claims"),
    [
        pytest.param(
            models(
                customer=ORDERS.format("back_populates='customer'"),
                order=CUSTOMER.format("back_populates='orders'"),
            ),
            2,
            id="both name the other",
        ),
        pytest.param(models(order=CUSTOMER.format("backref='orders'")), 2, id="backref"),
        pytest.param(models(customer=ORDERS.format("viewonly=True")), 1, id="view only"),
        pytest.param(models(), 0, id="none at all"),
    ],
)
def test_pairs_are_proved(tmp_path, bench, source, claims):
    """
    Two halves that name each other are proved, whichever way they were told.
    """
    project = bench(miniature(tmp_path, models=source))

    proofs = project.proofs(CHECK)

    assert len(proofs) == claims
    assert {proof.status for proof in proofs.values()} <= {"proved"}


def test_a_class_with_an_exotic_table_is_found(tmp_path, bench):
    """
    The claim goes by the class's name, whatever its table is called.
    """
    source = models(customer=ORDERS.format("")).replace('"orders"', '"Order Items"')
    project = bench(miniature(tmp_path, models=source))

    assert [found.where for found in project.violations(CHECK)] == ["Customer.orders"]


def test_an_inherited_half_is_told_once(tmp_path, bench):
    """
    A subclass repeats its parent's relationships, but they are not claimed twice.
    """
    source = models(customer=ORDERS.format("")) + (
        "\nclass Vip(Customer):\n    __mapper_args__ = {'polymorphic_identity': 'vip'}\n"
    )
    project = bench(miniature(tmp_path, models=source))

    assert [found.where for found in project.violations(CHECK)] == ["Customer.orders"]


@pytest.mark.parametrize(
    ("paired", "seen"),
    [pytest.param(False, 0, id="unpaired"), pytest.param(True, 1, id="paired")],
)
def test_the_other_side_stays_stale(tmp_path, bench, paired, seen):
    """
    The harm is real: without its pair the loaded collection does not see the new order.
    """
    ways = ("back_populates='customer'", "back_populates='orders'") if paired else ("", "")
    if not paired:
        # SQLAlchemy warns of two halves on one key that do not know of each other.
        ways = ("overlaps='customer'", "overlaps='orders'")
    source = models(customer=ORDERS.format(ways[0]), order=CUSTOMER.format(ways[1]))
    ddl = """
    CREATE TABLE customers (id serial PRIMARY KEY);
    CREATE TABLE orders (id serial PRIMARY KEY, customer_id int REFERENCES customers);
    """
    project = bench(miniature(tmp_path, models=source, revisions=[ddl]))
    classes = {mapper.class_.__name__: mapper.class_ for mapper in project.subject.mappers}

    with project.databases.clone(project.subject.migrated) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            session.execute(text("INSERT INTO customers DEFAULT VALUES"))
            customer = session.get(classes["Customer"], 1)
            assert customer.orders == []
            classes["Order"](customer=customer)
            assert len(customer.orders) == seen
        engine.dispose()

    assert bool(project.violations(CHECK)) is not paired
