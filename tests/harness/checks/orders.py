"""
Customers and their orders: one key, and a relationship that follows it in one way or another.
"""

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
    customer_id: Mapped[{type}] = mapped_column(ForeignKey("customers.id", {ondelete}))
    {order}
"""
TABLES = """
CREATE TABLE customers (id serial PRIMARY KEY);
CREATE TABLE orders (
    id serial PRIMARY KEY,
    customer_id int {null} CONSTRAINT orders_fk REFERENCES customers {action}
);
"""
ORDERS = 'orders: Mapped[list["Order"]] = relationship({})'
PASSIVE = "passive_deletes=True"
ALL = 'cascade="all, delete-orphan"'


def models(action, customer="", order="", null="NOT NULL"):
    return MODELS.format(
        customer=customer and ORDERS.format(customer),
        order=order,
        type="int" if null else "int | None",
        ondelete=f"ondelete={action!r}" if action else "",
    )


def tables(action, null="NOT NULL"):
    return TABLES.format(action=f"ON DELETE {action}" if action else "", null=null)
