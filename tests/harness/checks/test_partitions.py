"""
Keys of a partitioned table are promised and proved once, not again for each of its parts.
"""

from __future__ import annotations

import pytest

from tests.harness.miniature import miniature

MODELS = """
class Base(DeclarativeBase):
    pass

class Device(Base):
    __tablename__ = "devices"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticks: Mapped[list["Tick"]] = relationship(back_populates="device", passive_deletes=True)

class Tick(Base):
    __tablename__ = "Tick %s"
    __table_args__ = {"postgresql_partition_by": "LIST (kind)"}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"))
    device: Mapped["Device"] = relationship(back_populates="ticks", passive_deletes=True)
"""
TABLES = """
CREATE TABLE devices (id serial PRIMARY KEY);
CREATE TABLE "Tick %s" (
    id serial, kind varchar(10) NOT NULL,
    device_id int NOT NULL REFERENCES devices ON DELETE {action}, PRIMARY KEY (id, kind)
) PARTITION BY LIST (kind);
CREATE TABLE ticks_a PARTITION OF "Tick %s" FOR VALUES IN ('a');
CREATE TABLE ticks_rest PARTITION OF "Tick %s" DEFAULT
"""
CHECKS = [
    "references/blast-radius",
    "references/fk-type-mismatch",
    "references/not-valid-constraint",
    "references/on-delete-behaves",
    "references/orphan-insert-rejected",
    "references/orm-cascade-agrees",
    "references/set-null-on-not-null",
]


@pytest.fixture
def project(tmp_path, bench):
    """A function that returns the project whose key acts in this way."""

    def make(action):
        tables = TABLES.replace("{action}", action)
        return bench(miniature(tmp_path, models=MODELS, revisions=[tables]))

    return make


def test_a_key_of_a_partitioned_table_is_proved(project):
    """
    With rows that the partitions take, wherever they end up.
    """
    made = project("CASCADE")

    for check in CHECKS:
        proofs = made.proofs(check)
        told = {name: (one.status, one.violations, one.skipped) for name, one in proofs.items()}
        assert {status for status, *_ in told.values()} == {"proved"}, (check, told)
        assert not any("ticks_" in name for name in proofs)


def test_a_key_that_does_not_act_as_declared_is_told_once(project):
    (found,) = project("RESTRICT").violations("references/on-delete-behaves")

    assert found.where == "Tick %s.device_id"
