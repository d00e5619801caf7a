"""
Record the types that a schema defines: enums, domains, composites and ranges.

Source: https://www.postgresql.org/docs/current/catalog-pg-type.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from schemaproof.catalog.objects import SchemaObject, restates

# As the snapshot writes a check of a domain: its name, quoted if it must be, and its definition.
_DOMAIN_CHECK = re.compile(
    r'(?P<name>"(?:[^"]|"")*"|\S+) CHECK \((?P<condition>.*)\)(?P<not_valid> NOT VALID)?', re.DOTALL
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DataType(SchemaObject):
    """
    What every type has.

    Attributes:
        owner: The role that owns it.
        privileges: The access list as PostgreSQL writes it, sorted; None if it is the default.
        comment: Its comment.
    """

    owner: str
    privileges: tuple[str, ...] | None
    comment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EnumType(DataType):
    """
    An enum.

    Attributes:
        labels: Its labels, in the order in which they sort.
    """

    KIND: ClassVar[str] = "enum type"

    labels: tuple[str, ...]

    @property
    def summary(self) -> str:
        """
        Its labels.
        """
        return ", ".join(self.labels)


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain(DataType):
    """
    A domain.

    Attributes:
        base_type: The type that it narrows, as ``format_type`` writes it.
        is_nullable: Whether NULL is taken.
        default: The default expression.
        collation: The collation, if it is not the base type's own.
        checks: Its checks, each as name and definition, sorted by name.
        not_null_name: The name that someone gave to its NOT NULL; always None before 17.
        check_comments: Each as the check's name and the comment.
    """

    KIND: ClassVar[str] = "domain"

    base_type: str
    is_nullable: bool
    default: str | None
    collation: str | None
    checks: tuple[str, ...]
    not_null_name: str | None = field(metadata=restates("is_nullable"))
    check_comments: tuple[str, ...] = field(metadata=restates("checks"))

    @property
    def summary(self) -> str:
        """
        What it is over, and its checks.
        """
        return " ".join((self.base_type, *self.checks))

    @property
    def named_checks(self) -> tuple[DomainCheck, ...]:
        """
        Its checks, taken apart.
        """
        return tuple(_domain_check(text) for text in self.checks)


class DomainCheck(NamedTuple):
    """
    One check of a domain.

    Attributes:
        name: Its name, unquoted.
        condition: What must not be false of ``VALUE``.
        is_validated: Whether values that were there before it have been looked at.
    """

    name: str
    condition: str
    is_validated: bool


def _domain_check(text: str) -> DomainCheck:
    found = _DOMAIN_CHECK.fullmatch(text)
    if found is None:
        raise ValueError(f"no check of a domain: {text!r}")
    name = found["name"]
    bare = name[1:-1].replace('""', '"') if name.startswith('"') else name
    return DomainCheck(bare, found["condition"], found["not_valid"] is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompositeType(DataType):
    """
    A composite type that stands alone.

    Attributes:
        attributes: Each as ``name type``, in order.
        attribute_comments: Each as the attribute's name and the comment.
    """

    KIND: ClassVar[str] = "composite type"

    attributes: tuple[str, ...]
    attribute_comments: tuple[str, ...] = field(metadata=restates("attributes"))

    @property
    def summary(self) -> str:
        """
        Its attributes.
        """
        return ", ".join(self.attributes)


@dataclass(frozen=True, kw_only=True, slots=True)
class RangeType(DataType):
    """
    A range type.

    Attributes:
        subtype: The type of its bounds.
        multirange: The multirange type that comes with it.
        opclass: The operator class that orders the bounds.
        collation: The collation that orders the bounds.
        canonical: The function that brings a value to its canonical form.
        subtype_diff: The function that tells the distance of two bounds.
    """

    KIND: ClassVar[str] = "range type"

    subtype: str
    multirange: str
    opclass: str = field(metadata=restates("subtype"))
    collation: str | None = field(metadata=restates("subtype"))
    canonical: str | None
    subtype_diff: str | None

    @property
    def summary(self) -> str:
        """
        The type of its bounds.
        """
        return self.subtype
