"""
Run squawk, once for all revisions.

Source: https://squawkhq.com/docs/cli
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemaproof.errors import SchemaproofError
from schemaproof.postgres import scratch_directory

MINIMUM = "2.50"
CONFIGURATION = ".squawk.toml"


class SquawkFailed(SchemaproofError):
    """Squawk did not read what it was given."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    One thing that squawk says.

    Attributes:
        line: The line of the script, from 0.
        rule: Its name.
        message: What it says.
        help: What it advises, if anything.
    """

    line: int
    rule: str
    message: str
    help: str | None


@dataclass(frozen=True)
class Squawk:
    """
    One squawk, and how it is to read.

    Attributes:
        program: The executable.
        configuration: The project's ``.squawk.toml``, if it has one.
        server_version: The server's version, as ``server_version_num``.
    """

    program: str
    configuration: Path | None
    server_version: int

    def read(self, scripts: Mapping[str, str]) -> dict[str, list[Finding]]:
        """
        Return what squawk says of each script, by the scripts' names.

        Raises:
            SquawkFailed: It gave up, for example because of its configuration.
        """
        found: dict[str, list[Finding]] = {name: [] for name in scripts}
        with scratch_directory() as folder:
            # Revisions' names are anybody's; these are ours.
            files = {f"{number}.sql": name for number, name in enumerate(scripts)}
            for file, name in files.items():
                (folder / file).write_text(scripts[name], encoding="utf-8")
            for said in self._run(folder, [*files]):
                finding = Finding(
                    line=said["line"],
                    rule=said["rule_name"],
                    message=said["message"],
                    help=said["help"],
                )
                found[files[said["file"]]].append(finding)
        return found

    def _run(self, folder: Path, files: list[str]) -> list[dict[str, Any]]:
        if not files:
            return []
        done = subprocess.run(
            [self.program, *self._options(), *files],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            # On GitHub it would print annotations between its JSON.
            env={**os.environ, "SQUAWK_DISABLE_GITHUB_ANNOTATIONS": "1"},
        )
        try:
            said: list[dict[str, Any]] = json.loads(done.stdout or "[]")
        except ValueError:
            said = []
        if not said and done.returncode:
            told = " ".join(done.stderr.decode(errors="replace").split())
            raise SquawkFailed(
                f"needs squawk {MINIMUM} or newer, and a sound {CONFIGURATION} if there is one; "
                f"{self.program} says {told or f'nothing and ends with {done.returncode}'}"
            )
        return said

    def _options(self) -> list[str]:
        # The scripts say themselves where transactions begin.
        options = ["--reporter", "json", "--no-assume-in-transaction"]
        settings: dict[str, object] = {}
        if self.configuration is not None:
            options += ["--config", str(self.configuration)]
            try:
                settings = tomllib.loads(self.configuration.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SquawkFailed(f"{self.configuration} is not valid TOML: {error}") from error
        if "pg_version" not in settings:
            # What is proved on one version may be deployed on another: theirs goes before ours.
            version = f"{self.server_version // 10000}.{self.server_version % 10000}"
            options += ["--pg-version", version]
        return options


def find_squawk() -> str | None:
    """
    Return the program, that of this Python before any other; None if there is none.
    """
    own = shutil.which("squawk", path=sysconfig.get_path("scripts"))
    return own or shutil.which("squawk")


def find_configuration(root: Path) -> Path | None:
    """
    Return the ``.squawk.toml`` that squawk would find from the project's folder.
    """
    places = (folder / CONFIGURATION for folder in (root, *root.parents))
    return next((place for place in places if place.is_file()), None)
