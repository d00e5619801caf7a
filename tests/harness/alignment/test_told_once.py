"""
A defect is told where it is, and not again wherever it is met; classes and names are no defects.
"""

from __future__ import annotations

import pytest

from tests.harness.miniature import miniature

MODELS = """
import enum
from datetime import datetime
from typing import Any


class Base(DeclarativeBase):
    pass


class Currency(str, enum.Enum):
    EURO = "eur"
    DOLLAR = "usd"


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(10))
    is_admin: Mapped[bool | None] = mapped_column(default=False)
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    title: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(DateTime)
    author: Mapped[Author] = relationship(back_populates="posts")


class Coupon(Base):
    __tablename__ = "coupons"
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    terms: Mapped[Any | None] = mapped_column(PickleType)
    uses: Mapped[list["Use"]] = relationship(back_populates="coupon", lazy="raise")


class Use(Base):
    __tablename__ = "uses"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("coupons.code"))
    coupon: Mapped[Coupon] = relationship(back_populates="uses", lazy="raise")


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    currency: Mapped[Currency] = mapped_column(
        Enum(Currency, name="currency"), default=Currency.EURO, server_default="EURO"
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "payment"}


class CardPayment(Payment):
    __tablename__ = "card_payments"
    id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    last4: Mapped[str] = mapped_column(CHAR(4))
    __mapper_args__ = {"polymorphic_identity": "card"}
"""
TABLES = """
CREATE TYPE currency AS ENUM ('EURO', 'DOLLAR');
CREATE TABLE authors (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(10),
    is_admin bool);
CREATE TABLE posts (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id int NOT NULL REFERENCES authors, title varchar(10) NOT NULL, at timestamp NOT NULL);
CREATE TABLE coupons (code varchar(10) PRIMARY KEY, terms bytea);
CREATE TABLE uses (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code varchar(10) NOT NULL REFERENCES coupons);
CREATE TABLE payments (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind varchar(20) NOT NULL,
    currency currency NOT NULL DEFAULT 'EURO');
CREATE TABLE card_payments (id int PRIMARY KEY REFERENCES payments,
    last4 char(4) NOT NULL CHECK (last4 ~ '^[0-9]{4}$'));
"""
SCHEMAS = r"""
Plain = Annotated[str, Field(max_length=10, pattern="^[a-z]*$")]
Int = Annotated[int, Field(ge=1, le=2**31 - 1)]
Currency = models.Currency


class AuthorUpdate(BaseModel):
    name: Plain | None = None


class AuthorResponse(BaseModel):
    id: int
    is_admin: bool


class PostCreate(BaseModel):
    author_id: Int
    title: Plain
    at: AwareDatetime


class PostResponse(BaseModel):
    title: str
    author: AuthorResponse


class CouponUpdate(BaseModel):
    code: Plain = "a"


class CouponResponse(BaseModel):
    code: str


class UseResponse(BaseModel):
    id: int
    coupon: CouponResponse


class CouponWithUses(CouponResponse):
    uses: list[UseResponse]


class CardPaymentCreate(BaseModel):
    last4: Annotated[str, Field(pattern="^[0-9]{4}$")]
    currency: Currency = Currency.EURO


class CardPaymentDollar(CardPaymentCreate):
    currency: Currency = Currency.DOLLAR


class CardPaymentResponse(BaseModel):
    kind: Literal["card"]
    last4: str


class PaymentResponse(BaseModel):
    kind: Literal["card"]


class AllMembers(BaseModel):
    currency: Literal[Currency.EURO, Currency.DOLLAR]


class OneMember(BaseModel):
    currency: Literal[Currency.EURO]


ALIGNMENTS = [
    (models.Author, AuthorUpdate, "update"),
    (models.Author, AuthorResponse, "response"),
    (models.Post, PostCreate, "create"),
    (models.Post, PostResponse, "response"),
    (models.Coupon, CouponUpdate, "update"),
    (models.Coupon, CouponWithUses, "response"),
    (models.Use, UseResponse, "response"),
    (models.CardPayment, CardPaymentCreate, "create"),
    (models.CardPayment, CardPaymentDollar, "create"),
    (models.CardPayment, CardPaymentResponse, "response"),
    (models.Payment, PaymentResponse, "response"),
    (models.Payment, AllMembers, "response"),
    (models.Payment, OneMember, "response"),
]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, bench_for_module):
    folder = tmp_path_factory.mktemp("told")
    return bench_for_module(miniature(folder, models=MODELS, schemas=SCHEMAS, revisions=[TABLES]))


def places(project, check, target):
    return [one.where for one in project.proof(f"alignment/{check}", target).violations]


def test_a_zone_that_every_payload_loses_is_told_once(project):
    """
    The time comes back otherwise in whatever is sent; the title is looked at all the same.
    """
    found = project.proof("alignment/create-round-trips", "Post/create PostCreate").violations

    assert {one.where for one in found} == {"PostCreate.at"}
    assert sum("comes back as" in one.found for one in found) == 1


def test_what_lay_there_before_is_not_the_payloads_fault(project):
    """
    A row with a NULL is not read: the Response's defect, not that of an Update of the name.
    """
    assert places(project, "response-reads-rows", "Author/response AuthorResponse") == [
        "AuthorResponse.is_admin"
    ]
    proof = project.proof("alignment/update-round-trips", "Author/update AuthorUpdate")
    assert (proof.status, proof.violations) == ("proved", ())


def test_a_default_is_the_same_by_the_names_of_members(project):
    """
    SQLAlchemy stores a member's name, a payload has its value.
    """
    assert places(project, "fields-match", "CardPayment/create CardPaymentCreate") == []
    assert places(project, "fields-match", "CardPayment/create CardPaymentDollar") == [
        "CardPaymentDollar.currency"
    ]


def test_a_class_has_its_own_identity_in_its_rows(project):
    """
    A class's Response need not read what tells of other classes; one of all classes must.
    """
    assert places(project, "fields-match", "CardPayment/response CardPaymentResponse") == []
    assert places(project, "fields-match", "Payment/response PaymentResponse") == []
    assert places(project, "response-reads-rows", "Payment/response PaymentResponse") == [
        "PaymentResponse.kind"
    ]


def test_an_object_has_members_where_a_payload_has_values(project):
    """
    Only the member that is left out is told.
    """
    assert places(project, "fields-match", "Payment/response AllMembers") == []
    (found,) = project.proof("alignment/fields-match", "Payment/response OneMember").violations

    assert "DOLLAR" in found.found
    assert "EURO" not in found.found


def test_a_key_may_be_what_is_changed(project):
    """
    The row is found again under its new key.
    """
    proof = project.proof("alignment/update-round-trips", "Coupon/update CouponUpdate")

    assert (proof.status, proof.violations) == ("proved", ())


@pytest.mark.parametrize("target", ["Coupon/response CouponWithUses", "Use/response UseResponse"])
def test_what_must_be_loaded_on_purpose_is_loaded(project, target):
    """
    ``lazy="raise"`` is a promise about queries, and none of the application's own is run here.

    What nobody has pickled is left out.
    """
    proof = project.proof("alignment/response-reads-rows", target)

    assert (proof.status, proof.violations) == ("proved", ())


def test_a_payload_is_found_for_a_pattern(project):
    """
    Four digits are nobody's first guess, and may be read off.
    """
    proof = project.proof("alignment/create-round-trips", "CardPayment/create CardPaymentCreate")

    assert (proof.status, proof.violations) == ("proved", ())
