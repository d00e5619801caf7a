"""
Try the project's own suite on what no check noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from schemaproof.mutation.judged import Judged
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.schemas.mutants import SchemaMutant
from schemaproof.mutation.suite.suite import Suite

# Mutants of schemas for one process: what it imports is shared out, and progress still shows.
TOGETHER = 12


def tried(suite: Suite, judged: Iterable[Judged], pool: ThreadPoolExecutor) -> Iterator[Judged]:
    """
    Yield what becomes of each mutant once the suite was tried on those that survived.
    """
    left: list[Mutant] = []
    for one in judged:
        if one.fate == "survived":
            left.append(one.mutant)
        else:
            yield one
    of_schemas = [mutant for mutant in left if isinstance(mutant, SchemaMutant)]
    others = [mutant for mutant in left if not isinstance(mutant, SchemaMutant)]
    groups = [of_schemas[n : n + TOGETHER] for n in range(0, len(of_schemas), TOGETHER)]
    for several in pool.map(suite.judge_together, groups):
        yield from several
    yield from pool.map(suite.judge, others)
