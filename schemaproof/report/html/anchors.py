"""
Give what a page shows an address that stays the same, whatever its name is made of.
"""

from __future__ import annotations

import hashlib
import re

UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


def anchor(kind: str, name: str) -> str:
    """
    Return the fragment under which something is found.

    A name that has to be changed for it carries a digest, so that no two come to the same.
    """
    plain = UNSAFE.sub("-", name)
    if plain != name:
        plain = f"{plain.strip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return f"{kind}-{plain}"
