"""
Say where a report goes: standard output, files in the formats of other programs, GitHub.

A format that is added to `FILES` is an option of every command that has a report.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaproof.console.files import check_writable, write_whole
from schemaproof.console.streams import Command, err, out, writing

if TYPE_CHECKING:
    from schemaproof.report import Report
    from schemaproof.report.known import Entry

# What becomes of a report, its project's folder, and the folder that places in it are told from.
Writer = Callable[["Report", Path, Path], str]


def _json(report: Report, root: Path, _base: Path) -> str:
    from schemaproof.report import to_json

    return to_json(report, root=root)


def _junit(report: Report, root: Path, base: Path) -> str:
    from schemaproof.report.junit import to_junit

    return to_junit(report, root=root, base=base)


def _sarif(report: Report, root: Path, base: Path) -> str:
    from schemaproof.report.sarif import to_sarif

    return to_sarif(report, root=root, base=base)


def _markdown(report: Report, _root: Path, base: Path) -> str:
    from schemaproof.report.markdown import to_markdown

    return to_markdown(report, base=base)


def _html(report: Report, root: Path, _base: Path) -> str:
    from schemaproof.report.html import to_html

    return to_html(report, root=root)


# The option's name, what it writes, and the function that does.
FILES: dict[str, tuple[str, Writer]] = {
    "json": ("JSON", _json),
    "html": ("a page for a browser", _html),
    "junit": ("JUnit XML", _junit),
    "sarif": ("SARIF 2.1.0", _sarif),
    "markdown": ("Markdown for a merge comment", _markdown),
}


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """
    What a command was asked to write.

    Attributes:
        form: What goes to standard output: ``text``, ``json`` or ``lines``.
        files: The file of each format that was asked for.
        baseline: The report whose violations do not fail; None for no such.
        is_github: Whether GitHub is told: annotations, and a summary where it wants one.
    """

    form: str = "text"
    files: Mapping[str, Path]
    baseline: tuple[Entry, ...] | None = None
    is_github: bool = False

    def write(self, report: Report, root: Path) -> Report:
        """
        Write the report everywhere, and return it as the baseline leaves it.
        """
        if self.baseline is not None:
            from schemaproof.report.baseline import compare

            report = compare(report, self.baseline)
        from schemaproof.report.places import repository_of

        base = repository_of(root)
        # Who reads standard output may have gone; the files are there nevertheless.
        for name, file in self.files.items():
            write_whole(file, FILES[name][1](report, root, base))
        with writing("standard output"):
            self._print(report, root)
        if self.is_github:
            self._tell_github(report, root, base)
        return report

    def _print(self, report: Report, root: Path) -> None:
        from schemaproof.report import print_report

        if self.form == "json":
            click.echo(_json(report, root, root))
        elif self.form == "lines":
            from schemaproof.report.lines import to_lines

            for line in to_lines(report, root=root, base=Path.cwd()):
                click.echo(line)
            err.print(report.told_counts)
        else:
            print_report(report, out, root=root)

    def _tell_github(self, report: Report, root: Path, base: Path) -> None:
        from schemaproof.report.github import to_annotations

        # Who parses the first finds JSON alone in it.
        for line in to_annotations(report, root=root, base=base):
            click.echo(line, err=self.form == "json")
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary:
            with writing(summary), Path(summary).open("a", encoding="utf-8") as file:
                file.write(f"{_markdown(report, root, base)}\n")


def reporting(command: Command) -> Command:
    """
    Add what every command that has a report asks of it; it is given them as ``outputs``.
    """

    @functools.wraps(command)
    def collected(*arguments: Any, **options: Any) -> int:
        given = {name: options.pop(f"{name}_file") for name in FILES}
        outputs = Outputs(
            form=options.pop("form"),
            files={name: file for name, file in given.items() if file is not None},
            is_github=_is_github(options.pop("github")),
        )
        baseline = options.pop("baseline")
        for file in outputs.files.values():
            check_writable(file)
        if baseline is not None:
            from schemaproof.report.baseline import read_baseline

            outputs = replace(outputs, baseline=read_baseline(baseline))
        return command(*arguments, outputs=outputs, **options)

    for option in reversed(_options()):
        option(collected)
    return collected  # type: ignore[return-value]


def _options() -> list[Callable[[Command], Command]]:
    path = click.Path(path_type=Path)
    forms = click.Choice(["text", "json", "lines"])
    return [
        click.option(
            "--format", "form", type=forms, default="text", help="What to print.  [default: text]"
        ),
        *(
            click.option(f"--{name}", f"{name}_file", type=path, help=f"Also write {what} here.")
            for name, (what, _) in FILES.items()
        ),
        click.option(
            "--baseline", type=path, help="Fail only by what this earlier --json does not hold."
        ),
        click.option(
            "--github/--no-github",
            default=None,
            help="Annotate a merge, and write the job's summary.  [default: in a GitHub action]",
        ),
    ]


def _is_github(asked: bool | None) -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true" if asked is None else asked
