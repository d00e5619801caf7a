"""
What can be wrong with a schema: one check a file, in families.

A file that is dropped into a family is found, imported and thereby registered.
"""

import importlib
import pkgutil

from schemaproof.checks.check import REGISTRY, Check, Evidence, Location, Skip, Violation, check

__all__ = ["Check", "Evidence", "Location", "Skip", "Violation", "all_checks", "check"]


def all_checks() -> tuple[Check, ...]:
    """
    Return every check, ordered by name.
    """
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return tuple(REGISTRY[name] for name in sorted(REGISTRY))
