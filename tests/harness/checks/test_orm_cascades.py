"""references/orm-cascade-agrees on objects of every form: trees, ties, classes of one table."""

import pytest

from tests.harness.checks.orders import ALL, PASSIVE, models, tables
from tests.harness.miniature import miniature

CHECK = "references/orm-cascade-agrees"


def prove(bench, tmp_path, source, ddl, where="Customer.orders"):
    return bench(miniature(tmp_path, models=source, revisions=[ddl])).proof(CHECK, where)


TAGS = """
class Base(DeclarativeBase):
    pass

ties = Table(
    "ties",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
)

class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship(secondary=ties, {})

class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
TAG_TABLES = """
CREATE TABLE posts (id serial PRIMARY KEY);
CREATE TABLE tags (id serial PRIMARY KEY);
CREATE TABLE ties (
    post_id int REFERENCES posts ON DELETE CASCADE,
    tag_id int REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (post_id, tag_id)
);
"""


@pytest.mark.parametrize(
    ("relation", "is_proved"),
    [
        pytest.param(PASSIVE, True, id="passive"),
        pytest.param("lazy='select'", False, id="row by row"),
        pytest.param(f"{PASSIVE}, cascade='all'", True, id="passive, and not loaded"),
        pytest.param("cascade='all, delete'", False, id="takes the tags along"),
    ],
)
def test_many_to_many(tmp_path, bench, relation, is_proved):
    """
    The rows of the table between are the key's to delete, and the rows behind it nobody's.
    """
    proof = prove(bench, tmp_path, TAGS.format(relation), TAG_TABLES, "Post.tags")

    assert proof.skipped is None
    assert (proof.violations == ()) is is_proved
    if not is_proved:
        assert "ondelete='CASCADE'" in proof.violations[0].fix


TREE = """
class Base(DeclarativeBase):
    pass

class Node(Base):
    __tablename__ = "Order Items"
    id: Mapped[int] = mapped_column("select", primary_key=True)
    up_id: Mapped[int | None] = mapped_column("50%", ForeignKey("Order Items.select"))
    below: Mapped[list["Node"]] = relationship(back_populates="above", {})
    above: Mapped["Node | None"] = relationship(back_populates="below", remote_side=id)
"""


def test_a_tree_with_exotic_names(tmp_path, bench):
    """
    A table that points at itself is deleted from both sides, whatever it is called.
    """
    ddl = (
        'CREATE TABLE "Order Items" ("select" serial PRIMARY KEY,'
        ' "50%" int REFERENCES "Order Items" ON DELETE CASCADE)'
    )
    project = bench(miniature(tmp_path, models=TREE.format(PASSIVE), revisions=[ddl]))

    proofs = project.proofs(CHECK)

    assert {name: proof.status for name, proof in proofs.items()} == {
        "Node.above": "proved",
        "Node.below": "proved",
    }


GUARD = """
ALTER TABLE customers ADD state text NOT NULL DEFAULT 'active'
    CHECK (state IN ('active', 'gone'));
CREATE FUNCTION keep_active() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'active' THEN
        RAISE EXCEPTION 'customer % is active', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER guard BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION keep_active()
"""


@pytest.mark.parametrize(
    ("relation", "found"),
    [
        pytest.param(PASSIVE, "1 statement among 4 rows of orders", id="passive"),
        pytest.param(ALL, "sends 6 statements with 4 rows of orders", id="row by row"),
    ],
)
def test_a_guard_that_refuses_some_states_hides_nothing(tmp_path, bench, relation, found):
    """
    Where a trigger refuses both ways, a state that it lets through is looked for.
    """
    proof = prove(bench, tmp_path, models("CASCADE", relation), tables("CASCADE") + GUARD)

    (told,) = proof.seen or [violation.found for violation in proof.violations]
    assert found in told
    if proof.seen:
        assert "refused in other states by trigger function keep_active" in told


def test_classes_of_one_table_are_told_apart_by_their_discriminator(tmp_path, bench):
    """
    A row is made as one of a class that exists, so that a session can load it.
    """
    source = models("CASCADE", PASSIVE).replace(
        '__tablename__ = "customers"',
        '__tablename__ = "customers"\n    kind: Mapped[str]\n'
        '    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}',
    )
    ddl = tables("CASCADE") + "ALTER TABLE customers ADD kind text NOT NULL"
    proof = prove(bench, tmp_path, source, ddl)

    assert (proof.status, proof.violations, proof.skipped) == ("proved", (), None)


@pytest.mark.parametrize(
    ("source", "ddl", "why"),
    [
        pytest.param(
            "from sqlalchemy import Enum\n"
            + models("CASCADE", PASSIVE).replace(
                "    orders:",
                '    kind: Mapped[str] = mapped_column(Enum("x", "y", native_enum=False))\n'
                "    orders:",
            ),
            tables("CASCADE") + "ALTER TABLE customers ADD kind text NOT NULL",
            "Customer cannot load a row",
            id="of the owner",
        ),
        pytest.param(
            "from sqlalchemy import Enum\n"
            + models("CASCADE", ALL).replace(
                "    customer_id:",
                '    kind: Mapped[str] = mapped_column(Enum("x", "y", native_enum=False))\n'
                "    customer_id:",
            ),
            tables("CASCADE") + "ALTER TABLE orders ADD kind text NOT NULL",
            "Order cannot load a row",
            id="of a child",
        ),
        pytest.param(
            models("CASCADE", PASSIVE),
            tables("CASCADE")
            .replace("CONSTRAINT orders_fk REFERENCES customers", "")
            .replace("ON DELETE CASCADE", ""),
            "follows no foreign key",
            id="without a key",
        ),
        pytest.param(
            models("CASCADE", PASSIVE),
            tables("CASCADE") + "ALTER TABLE orders ADD n int NOT NULL,"
            " ADD CONSTRAINT no_such CHECK (n > 0 AND n < 0)",
            "no_such",
            id="without a row",
        ),
    ],
)
def test_what_cannot_be_deleted_is_skipped(tmp_path, bench, source, ddl, why):
    """
    Rows that a class cannot load, or that do not exist, say nothing of a relationship.
    """
    proof = prove(bench, tmp_path, source, ddl)

    assert (proof.status, proof.violations) == ("skipped", ())
    assert why in proof.skipped
