"""
A key is seen to act although another key of its parent, or of its children, refuses the delete.
"""

from __future__ import annotations

import pytest

from tests.harness.miniature import miniature

MODELS = """
class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    carts: Mapped[list["Cart"]] = relationship(back_populates="user", passive_deletes=True)
    orders: Mapped[list["Order"]] = relationship(back_populates="user", passive_deletes="all")

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    user: Mapped[User] = relationship(back_populates="orders")

class Cart(Base):
    __tablename__ = "carts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(back_populates="carts")
    items: Mapped[list["Item"]] = relationship(back_populates="cart", passive_deletes="all")

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="RESTRICT"))
    cart: Mapped[Cart] = relationship(back_populates="items")

class Badge(Base):
    __tablename__ = "badges"
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
"""
TABLES = """
CREATE TABLE users (id serial PRIMARY KEY);
CREATE TABLE orders (id serial PRIMARY KEY,
    user_id int NOT NULL REFERENCES users ON DELETE RESTRICT);
CREATE TABLE carts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users ON DELETE {});
CREATE TABLE items (id serial PRIMARY KEY,
    cart_id int NOT NULL REFERENCES carts ON DELETE RESTRICT);
CREATE TABLE badges (user_id int PRIMARY KEY REFERENCES users ON DELETE CASCADE);
"""


@pytest.fixture
def project(tmp_path, bench):
    """A function that returns the project whose carts have a key with this action."""

    def make(action, models=MODELS):
        return bench(miniature(tmp_path, models=models, revisions=[TABLES.format(action)]))

    return make


def test_what_the_key_does_is_seen_behind_a_refusal(project):
    """
    The evidence counts what goes; orders and items alone would have nothing go.
    """
    proof = project("CASCADE").proof("references/on-delete-behaves", "carts.user_id")

    assert (proof.violations, proof.seen) == ((), ("CASCADE: 3 rows of 2 tables go",))


def test_a_key_that_does_not_act_is_no_longer_hidden(project):
    """
    The order is refused before it, and yet it is told.
    """
    (found,) = project("NO ACTION").violations("references/on-delete-behaves")

    assert found.where == "carts.user_id"
    assert "is refused by constraint carts_user_id_fkey (23503)" in found.found


def test_one_to_one_is_proved_with_one_child(project):
    proof = project("CASCADE").proof("references/on-delete-behaves", "badges.user_id")

    assert (proof.status, proof.seen) == ("proved", ("CASCADE: 2 rows of 2 tables go",))


def test_a_relationship_that_loads_its_rows_is_no_longer_hidden(project):
    """
    Items keep their cart, with which every delete of a user would have been refused both ways.
    """
    source = MODELS.replace("passive_deletes=True)", 'cascade="all, delete-orphan")')

    (found,) = project("CASCADE", source).violations("references/orm-cascade-agrees")

    assert found.where == "User.carts"
    assert "statements with 4 rows of carts" in found.found
