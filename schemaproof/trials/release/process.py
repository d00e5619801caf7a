"""
Talk to the process in which the release before lives.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from schemaproof.project import Project
from schemaproof.trials.release import _child
from schemaproof.trials.release.checkout import BadBase, Checkout

CHILD = Path(_child.__file__)


class OldProcess:
    """
    A process of the same interpreter that has imported the models of a commit.

    Args:
        checkout: The commit's files.
        project: Today's project, whose configuration counts where the commit has none.
    """

    def __init__(self, checkout: Checkout, project: Project) -> None:
        self._checkout = checkout
        self._errors = checkout.scratch / "errors.log"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(CHILD)],
                cwd=checkout.root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        today = project.root.resolve()
        self.tell(
            {
                "root": str(checkout.root),
                "top": str(checkout.top),
                "today": str(checkout.today),
                "metadata": project.metadata_name,
                "alembic": os.path.relpath(project.alembic.resolve(), today),
            }
        )

    def tell(self, order: dict[str, Any]) -> None:
        """
        Send an order; what became of it is heard.
        """
        assert self._process.stdin is not None  # noqa: S101 - it was opened with one
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # why it is gone is heard next

    def hear(self) -> Any:
        """
        Wait for an answer.

        Raises:
            BadBase: The models cannot be imported.
        """
        assert self._process.stdout is not None  # noqa: S101 - as above
        line = self._process.stdout.readline()
        if not line:
            said = self._errors.read_text(errors="replace").strip().splitlines()
            self._refuse(said[-1] if said else f"its process ended ({self._process.wait()})")
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            self._refuse(answer["error"])
        return answer

    def _refuse(self, told: str) -> None:
        raise BadBase(
            f"--base needs models that can be imported; at {self._checkout.ref} they say {told}: "
            "name another commit"
        )

    def __enter__(self) -> OldProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            # What it was told and has not read is still to be sent.
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()
