"""
``schemaproof explain-plan``: how one query is planned as its tables grow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaproof.console.files import check_writable, write_whole
from schemaproof.console.help import Command
from schemaproof.console.streams import (
    PROVED,
    on_a_server,
    out,
    progress,
    writing,
)

if TYPE_CHECKING:
    from schemaproof.scaling import Growth

USUAL = "1e3,1e6,1e9"


def _pairs(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise click.BadParameter(f"needs NAME=VALUE; found {each!r}")
    return dict(each.split("=", 1) for each in given)


@click.command(name="explain-plan", cls=Command)
@click.argument("query", required=False)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--rows", metavar="N,…", help=f"At which sizes.  [default: {USUAL}]")
@click.option(
    "--statistics",
    type=click.Path(path_type=Path),
    help="What `staging --export-statistics` wrote: at the size of that database instead.",
)
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="The value of a :name in the statement.",
)
@click.option("--generic", is_flag=True, help="Plan for any values, as for a prepared statement.")
@click.option("--without", multiple=True, metavar="INDEX", help="Plan as if it was not there.")
@click.option("--list", "is_list", is_flag=True, help="List the registered queries.")
@on_a_server
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs.  [default: text]",
)
@click.option("--html", type=click.Path(path_type=Path), help="Also write a page for a browser.")
def explain_plan_command(  # noqa: PLR0913, PLR0917 - click passes one argument an option
    query: str | None,
    path: Path,
    rows: str | None,
    statistics: Path | None,
    parameters: dict[str, str],
    generic: bool,
    without: tuple[str, ...],
    is_list: bool,
    server: str,
    pg_version: int | None,
    form: str,
    html: Path | None,
) -> int:
    """Show how QUERY is planned on tables of any size, and where its plan changes.

    QUERY is the name of a query that the project at PATH registers, or SQL text.
    """
    from schemaproof.explaining import explain_as_known, explain_plan, registered
    from schemaproof.project import Project
    from schemaproof.runner import Order
    from schemaproof.scaling import Terms, read_sizes, written
    from schemaproof.workload import asked_query

    if is_list:
        # With --list the first argument is the path.
        return _list(Path(query or path))
    if query is None:
        raise click.UsageError("needs a QUERY: a registered query's name, or SQL text")
    if rows and statistics:
        raise click.UsageError("needs --rows or --statistics, not both: a database has one size")
    terms = Terms(sizes=read_sizes(rows or USUAL), is_generic=generic, without=without)
    project = Project.load(path)
    asked = asked_query(registered(project), query, parameters)
    if html is not None:
        check_writable(html)
    order = Order(server=server, pg_version=pg_version)
    if statistics is not None:
        growth = explain_as_known(project, order, asked, terms, statistics)
        return _tell(growth, form, html)
    with progress() as bar:
        task = bar.add_task("starting PostgreSQL", total=None)

        def told(size: float) -> None:
            bar.update(task, description=f"planning at {written(size)} rows", advance=1)

        growth = explain_plan(project, order, asked, terms, told)
    return _tell(growth, form, html)


def _list(path: Path) -> int:
    from schemaproof.explaining import registered
    from schemaproof.project import Project

    for query in registered(Project.load(path)).queries:
        click.echo(query.name)
    return PROVED


def _tell(growth: Growth, form: str, html: Path | None) -> int:
    from schemaproof.report import plans

    with writing("standard output"):
        if form == "json":
            click.echo(plans.growth_to_json(growth))
        else:
            plans.print_growth(growth, out)
    if html is not None:
        write_whole(html, plans.growth_to_html(growth))
    return PROVED
