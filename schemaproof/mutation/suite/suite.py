"""
Have the project's own suite judge mutants: one process for each, and what is not zero noticed.

The suite gets its databases from the pytest plugin, which applies the mutant to the template that
they are clones of, or to the schema's own class: it finds it in the file that
``SCHEMAPROOF_MUTANT`` names.

Source: https://docs.pytest.org/en/stable/reference/reference.html#envvar-PYTEST_ADDOPTS
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from schemaproof.bench import MUTANT
from schemaproof.errors import SchemaproofError
from schemaproof.mutation.judged import Judged
from schemaproof.mutation.mutant import Mutant
from schemaproof.mutation.schemas.mutants import SchemaMutant
from schemaproof.mutation.suite import carrier, forks
from schemaproof.mutation.suite.processes import Processes
from schemaproof.project import Project
from schemaproof.runner import Order

# The first failure is enough, and nothing is to be written into the project.
OPTIONS = "-x -p no:cacheprovider --color=no"
# The values that a test has in its name may have spaces in them.
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?(?:\[.*\])?)(?: - .*)?$", re.MULTILINE)
# A mutant may let the suite wait for ever: so much longer than the control may it take.
PATIENCE, PATIENCE_S = 5.0, 30.0
TOLD_LINES = 5


class SuiteFailed(SchemaproofError):
    """The suite does not pass on the schema as it is, so that it cannot judge mutants of it."""


class Suite:
    """
    A command that passes on the schema as it is.

    Args:
        command: What to run, as a shell would part it.
        root: Where.
        options: What pytest is given besides.
        files: A folder for the mutants.

    Raises:
        SuiteFailed: It does not pass.
    """

    def __init__(self, command: str, root: Path, options: str, files: Path) -> None:
        self._command, self._files = command, files
        self._options = f"{os.environ.get('PYTEST_ADDOPTS', '')} {options}".strip()
        self._processes = Processes(_words(command), root)
        started = time.perf_counter()
        status, output = self._run(None, None)
        self._patience_s = PATIENCE * (time.perf_counter() - started) + PATIENCE_S
        if status != 0:
            last = "; ".join(output.strip().splitlines()[-TOLD_LINES:])
            raise SuiteFailed(
                f"needs a suite that passes before the schema is broken; found {command!r} "
                f"to end with status {status}: {last}"
            )

    def judge(self, mutant: Mutant) -> Judged:
        """
        Tell whether the suite notices.

        Raises:
            SuiteFailed: The suite was not tried on the mutant of a schema.
        """
        file = carrier.write(mutant, self._files)
        return self._judged(mutant, file, *self._run(str(file), self._patience_s))

    def judge_together(self, mutants: Sequence[SchemaMutant]) -> list[Judged]:
        """
        Tell of several mutants of schemas whether the suite notices each.

        Raises:
            SuiteFailed: As `judge`.
        """
        if not forks.CAN_FORK:
            return [self.judge(mutant) for mutant in mutants]
        files = [carrier.write(mutant, self._files) for mutant in mutants]
        batch = forks.write(files, self._files, self._patience_s)
        _, output = self._run(str(batch), self._patience_s * (len(files) + 1))
        outputs = [*output.split(forks.ENDED), *[output] * len(files)]
        return [
            self._judged(mutant, file, forks.status(file), its_output)
            for mutant, file, its_output in zip(mutants, files, outputs, strict=False)
        ]

    def _judged(self, mutant: Mutant, file: Path, status: int | None, output: str) -> Judged:
        if isinstance(mutant, SchemaMutant):
            self._see_that_it_arrived(mutant, file, output)
        if status == 0:
            return Judged(mutant=mutant, fate="survived")
        failed = FAILED.search(output)
        return Judged(mutant=mutant, fate="killed", by=failed[1] if failed else self._command)

    def _see_that_it_arrived(self, mutant: SchemaMutant, file: Path, output: str) -> None:
        told = carrier.receipt(file)
        if told != carrier.ARRIVED:
            last = "; ".join(output.strip().splitlines()[-TOLD_LINES:])
            raise SuiteFailed(
                f"needs a suite that the plugin of schemaproof can show {mutant} to; found that "
                f"{self._command!r} {f'cannot: {told}' if told else f'never asked for it: {last}'}"
            )

    def close(self) -> None:
        """
        End what still runs.
        """
        self._processes.close()

    def _run(self, mutant: str | None, patience_s: float | None) -> tuple[int | None, str]:
        env = {**os.environ, "PYTEST_ADDOPTS": self._options}
        env.pop(MUTANT, None)
        if mutant is not None:
            env[MUTANT] = mutant
        try:
            return self._processes.run(env, patience_s)
        except OSError as error:
            raise SuiteFailed(
                f"needs a command that can be run; found {self._command!r}: {error.strerror}"
            ) from error


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SuiteFailed(
            f"needs a command that a shell could part; found {command!r}: {error}"
        ) from error
    if not words:
        raise SuiteFailed(f"needs a command that runs the suite; found {command!r}")
    return words


@contextmanager
def suite_of(command: str | None, project: Project, order: Order) -> Iterator[Suite | None]:
    """
    Lend the suite that passes on the project as it is; None if none was named.

    Raises:
        SuiteFailed: It does not pass.
    """
    if command is None:
        yield None
        return
    options = OPTIONS
    if order.server != "embedded":
        options += f" --schemaproof-server={shlex.quote(order.server)}"
    with tempfile.TemporaryDirectory(prefix="schemaproof-mutants-") as files:
        suite = Suite(command, project.root, options, Path(files))
        try:
            yield suite
        finally:
            suite.close()
