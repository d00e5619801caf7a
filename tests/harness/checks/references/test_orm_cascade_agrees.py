"""references/orm-cascade-agrees: relationships that leave the work to the key, and that do not."""

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from tests.harness.checks.orders import ALL, PASSIVE, models, tables
from tests.harness.miniature import miniature

CHECK = "references/orm-cascade-agrees"


def prove(bench, tmp_path, source, ddl, where="Customer.orders"):
    return bench(miniature(tmp_path, models=source, revisions=[ddl])).proof(CHECK, where)


@pytest.mark.parametrize(
    ("key", "relation", "found"),
    [
        pytest.param(
            ("CASCADE", "NOT NULL"),
            ALL,
            "sends 6 statements with 4 rows of orders, and 10 with 8",
            id="deletes row by row what would go anyway",
        ),
        pytest.param(
            ("CASCADE", "NOT NULL"),
            "lazy='select'",
            "is refused by NotNullViolation",
            id="nulls what may not be NULL",
        ),
        pytest.param(
            ("CASCADE", ""),
            "lazy='select'",
            "leaves 4 rows of orders that must go and sends 6 statements",
            id="nulls what must go",
        ),
        pytest.param(
            ("SET NULL", ""),
            "lazy='select'",
            "sends 6 statements with 4 rows of orders, and 10 with 8",
            id="nulls row by row what would be let go anyway",
        ),
        pytest.param(
            ("SET NULL", ""),
            f"{ALL}, lazy='selectin'",
            "leaves 1 of the 5 rows of orders that must stay",
            id="deletes what the database keeps",
        ),
        pytest.param(
            ("RESTRICT", ""),
            "lazy='select'",
            "deletes what constraint orders_fk",
            id="lets go of what restricts",
        ),
        pytest.param(
            (None, "NOT NULL"),
            ALL,
            "deletes what constraint orders_fk (23503) keeps",
            id="deletes what must refuse",
        ),
    ],
)
def test_an_orm_that_meddles_is_a_violation(tmp_path, bench, key, relation, found):
    """
    A relationship that does the database's work in a way of its own is told, with its line.
    """
    action, null = key
    source = models(action, relation, null=null)
    (violation,) = prove(bench, tmp_path, source, tables(action, null)).violations

    assert violation.where == "Customer.orders"
    assert found in violation.found
    way = "passive_deletes=True" if action == "CASCADE" else 'passive_deletes="all"'
    assert way in violation.fix
    assert violation.location is not None
    line = violation.location.file.read_text().splitlines()[violation.location.line - 1]
    assert line.strip().startswith("orders:")


@pytest.mark.parametrize(
    ("key", "relation", "seen"),
    [
        pytest.param(
            ("CASCADE", "NOT NULL"), PASSIVE, "1 statement among 4 rows of orders", id="passive"
        ),
        pytest.param(
            ("CASCADE", "NOT NULL"), f"{ALL}, {PASSIVE}", "1 statement among", id="in both"
        ),
        pytest.param(("CASCADE", "NOT NULL"), 'passive_deletes="all"', "1 statement", id="all"),
        pytest.param(
            ("SET NULL", ""), PASSIVE, "1 statement among 4 rows of orders", id="SET NULL"
        ),
        pytest.param(
            ("RESTRICT", "NOT NULL"), PASSIVE, "refused by constraint orders_fk", id="kept"
        ),
        pytest.param((None, ""), 'passive_deletes="all"', "refused by constraint", id="NO ACTION"),
        pytest.param(("CASCADE", ""), "viewonly=True", "only reads", id="only reads"),
    ],
)
def test_an_orm_that_keeps_out_of_it_is_proved(tmp_path, bench, key, relation, seen):
    """
    passive_deletes leaves the work to the key, and then both leave the same.
    """
    action, null = key
    source = models(action, relation, null=null)
    proof = prove(bench, tmp_path, source, tables(action, null))

    assert (proof.violations, proof.status) == ((), "proved")
    assert proof.seen[0].startswith(seen)


@pytest.mark.parametrize(
    ("cascade", "is_proved"),
    [pytest.param("save-update", True, id="quiet"), pytest.param("all", False, id="reaches up")],
)
def test_a_child_that_takes_its_parent_along_is_a_violation(tmp_path, bench, cascade, is_proved):
    """
    With delete in a many-to-one's cascade the parent goes, and with it the other children.
    """
    order = f'customer: Mapped["Customer"] = relationship(cascade={cascade!r})'
    source = models("CASCADE", order=order)
    proof = prove(bench, tmp_path, source, tables("CASCADE"), "Order.customer")

    assert (proof.violations == ()) is is_proved
    if not is_proved:
        assert "of the 2 rows of customers that must stay" in proof.violations[0].found
        assert "Take delete out" in proof.violations[0].fix


def test_a_grandchild_is_the_same_to_both(tmp_path, bench):
    """
    What hangs below the children is compared too: here the ORM lets go of what must go.
    """
    source = models("CASCADE", f"{ALL}, {PASSIVE}", 'lines: Mapped[list["Line"]] = relationship()')
    source += (
        '\nclass Line(Base):\n    __tablename__ = "lines"\n'
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        '    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))\n'
    )
    ddl = tables("CASCADE") + (
        "CREATE TABLE lines (id serial PRIMARY KEY,"
        " order_id int REFERENCES orders ON DELETE CASCADE)"
    )
    project = bench(miniature(tmp_path, models=source, revisions=[ddl]))

    proofs = project.proofs(CHECK)

    assert proofs["Customer.orders"].status == "proved"
    assert "leaves 4 rows of lines that must go" in proofs["Order.lines"].violations[0].found


def test_each_relationship_answers_for_itself_alone(tmp_path, bench):
    """
    Five others on the same class meddle, each with a statement; that is theirs, and does not grow.
    """
    others = "".join(
        f'    r{n}: Mapped[list["Letter"]] = relationship(foreign_keys="Letter.c{n}")\n'
        for n in range(5)
    )
    columns = "".join(
        f'    c{n}: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))\n'
        for n in range(5)
    )
    source = models("CASCADE", f"{ALL}, {PASSIVE}\n{others}") + (
        '\nclass Letter(Base):\n    __tablename__ = "letters"\n'
        f"    id: Mapped[int] = mapped_column(primary_key=True)\n{columns}"
    )
    source = source.replace(f"{PASSIVE}\n{others})", f"{PASSIVE})\n{others}")
    ddl = tables("CASCADE") + (
        "CREATE TABLE letters (id serial PRIMARY KEY, "
        + ", ".join(f"c{n} int REFERENCES customers ON DELETE CASCADE" for n in range(5))
        + ")"
    )
    project = bench(miniature(tmp_path, models=source, revisions=[ddl]))

    proofs = project.proofs(CHECK)

    assert proofs["Customer.orders"].status == "proved"
    assert proofs["Customer.orders"].seen[0].startswith("6 statements among 4 rows of orders")
    assert {len(proofs[f"Customer.r{n}"].violations) for n in range(5)} == {1}


def test_a_key_that_is_wrong_is_told_once(tmp_path, bench):
    """
    Where the database breaks the models' word the key is told, not the relationship as well.
    """
    source = models("CASCADE", f"{ALL}, {PASSIVE}", null="")
    project = bench(miniature(tmp_path, models=source, revisions=[tables("SET NULL", "")]))

    assert project.violations(CHECK) == []
    assert len(project.violations("references/on-delete-behaves")) == 1


@pytest.mark.parametrize(
    ("relation", "statements"),
    [pytest.param(ALL, 102, id="row by row"), pytest.param(f"{ALL}, {PASSIVE}", 1, id="passive")],
)
def test_a_hundred_orders_are_a_hundred_statements(tmp_path, bench, relation, statements):
    """
    The harm is real: each order costs a statement of its own, unless the key is left to it.
    """
    source = models("CASCADE", relation)
    project = bench(miniature(tmp_path, models=source, revisions=[tables("CASCADE")]))
    classes = {mapper.class_.__name__: mapper.class_ for mapper in project.subject.mappers}
    sent = []

    with project.databases.clone(project.subject.migrated) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            customer = classes["Customer"]()
            session.add(customer)
            session.flush()
            session.add_all(classes["Order"](customer_id=customer.id) for _ in range(100))
            session.commit()
            customer = session.get(classes["Customer"], customer.id)
            event.listen(
                engine,
                "before_cursor_execute",
                lambda *told: sent.append(len(told[3]) if told[5] else 1),
            )
            session.delete(customer)
            session.commit()
        engine.dispose()

    assert sum(sent) == statements
    assert bool(project.violations(CHECK)) is (statements > 1)


def test_a_row_that_nothing_tells_apart_is_skipped(tmp_path, bench):
    """
    The models promise a primary key that no migration made: drift tells that, and nothing raises.
    """
    source = models("CASCADE", order='customer: Mapped["Customer"] = relationship()')
    ddl = tables("CASCADE", "NOT NULL") + "; ALTER TABLE orders DROP CONSTRAINT orders_pkey"
    project = bench(miniature(tmp_path, models=source, revisions=[ddl]))
    proof = project.proof(CHECK, "Order.customer")

    assert proof.status == "skipped"
    assert "a key that tells it from the others" in proof.skipped
