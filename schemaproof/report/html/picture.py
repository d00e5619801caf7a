"""
Say what a picture of tables is made of, for a template to write down.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemaproof.report.html.evidence import KeyEvidence

WORDS: dict[KeyEvidence, str] = {
    "cascade": "cascade proved",
    "set-null": "set null proved",
    "set-default": "set default proved",
    "refused": "refusal proved",
    "violated": "promise broken",
    "untested": "untested",
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """
    A line of a box: a column that is part of a key.
    """

    name: str
    full: str
    y: float
    is_primary: bool
    is_foreign: bool


@dataclass(frozen=True, kw_only=True)
class Box:
    """
    A table.
    """

    name: str
    full: str
    anchor: str
    x: float
    y: float
    height: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    A key: how its line runs, where its mark stands, what it says.
    """

    path: str
    evidence: KeyEvidence
    x: float
    y: float
    told: str
    ends: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """
    A picture, in pixels.
    """

    width: float
    height: float
    box_width: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    legend: tuple[tuple[KeyEvidence, str], ...]
