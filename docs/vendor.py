"""
Fetch what the page of plans is shown with, and write it compressed into the package.

pev2 draws plans; it needs Vue to run and the style sheet of Bootstrap. They come from the npm
registry, by npm, at the versions below. What npm installs besides is built into pev2's bundle: its
licences go along.

``python docs/vendor.py`` writes the files.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

VENDORED = Path(__file__).parents[1] / "schemaproof" / "report" / "plans" / "page" / "vendored"

PACKAGES = {"pev2": "1.21.0", "vue": "3.5.45", "bootstrap": "5.3.8"}
FILES = (
    "bootstrap/dist/css/bootstrap.min.css",
    "pev2/dist/pev2.css",
    "pev2/dist/pev2.umd.js",
    "vue/dist/vue.runtime.global.prod.js",
)
# A browser would look for a file that is not there.
SOURCE_MAP = re.compile(rb"/[/*]# sourceMappingURL=\S+( \*/)?")
# What Vue is built with, and what is for types alone.
NOT_BUNDLED = re.compile(
    r"@babel/|@jridgewell/|@types/|@vue/(compiler|server)|commander$|csstype$|entities$"
    r"|estree-walker$|iconv-lite$|magic-string$|nanoid$|picocolors$|postcss$|rw$|safer-buffer$"
    r"|source-map-js$"
)


def main() -> None:
    """
    Write the files.
    """
    with tempfile.TemporaryDirectory() as folder:
        modules = _installed(Path(folder))
        VENDORED.mkdir(exist_ok=True)
        for name in FILES:
            content = SOURCE_MAP.sub(b"", (modules / name).read_bytes())
            # No moment in it, so that nothing changes when nothing has.
            packed = gzip.compress(content, 9, mtime=0)
            (VENDORED / f"{Path(name).name}.gz").write_bytes(packed)
        (VENDORED / "LICENCES.txt").write_text(_licences(modules), encoding="utf-8")


def _installed(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("needs npm; found none")
    (folder / "package.json").write_text(json.dumps({"dependencies": PACKAGES}), encoding="utf-8")
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "node_modules"


def _licences(modules: Path) -> str:
    alike: dict[str, list[str]] = {}
    for package in sorted(_packages(modules)):
        told = json.loads((package / "package.json").read_text(encoding="utf-8"))
        name = str(package.relative_to(modules))
        if NOT_BUNDLED.match(name):
            continue
        files = sorted(package.glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
        text = files[0].read_text(encoding="utf-8").strip() if files else "No text of its own."
        alike.setdefault(text, []).append(f"{name} {told['version']} ({told['license']})")
    parts = [f"{chr(10).join(names)}\n\n{text}" for text, names in alike.items()]
    return f"\n\n{'-' * 70}\n\n".join(parts) + "\n"


def _packages(modules: Path) -> Iterator[Path]:
    for found in modules.iterdir():
        for package in found.iterdir() if found.name.startswith("@") else [found]:
            if (package / "package.json").is_file():
                yield package


if __name__ == "__main__":
    main()
