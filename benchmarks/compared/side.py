"""
Bring one revision's schema up on a server, fill it, and say what its queries are.

Run by `benchmarks/compared/revisions.py`, in a process for each revision: two revisions of one
module cannot be imported into the same. The harness is today's; models, migrations, population and
queries are the revision's own. One that registers no queries yet is asked today's, of its own
models.

    python benchmarks/compared/side.py FOLDER IMAGES  < server.json  > side.json
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import psycopg
from sqlalchemy.dialects.postgresql import psycopg as dialects

from benchmarks.growth.loaded import Loaded
from benchmarks.growth.typical import Values
from schemaproof.loading import load
from schemaproof.plans import clause
from schemaproof.postgres import Connection, Databases, Server
from schemaproof.project import Project
from schemaproof.subject import Subject
from schemaproof.workload import Query, Workload

QUERIES = "benchmarks.queries:QUERIES"


def main() -> int:
    """
    Print the database's name, and each query as text with its values in it.
    """
    root, images = Path(sys.argv[1]), float(sys.argv[2])
    handed = json.load(sys.stdin)
    project = Project.load(root)
    databases = Databases(Server.taken_over(handed["server"]), prefix=handed["prefix"])
    subject = Subject(project, databases, today=dt.datetime.now(dt.UTC).date())
    workload = project.workload
    if not workload.queries:
        found = load("queries", QUERIES, root)
        assert isinstance(found, Workload)
        workload = found
    assert workload.population is not None, "needs a population to fill the tables with"
    loaded = Loaded(subject, workload.population)
    database = loaded.at(images)
    with database.connect(autocommit=True) as connection:
        values = Values(connection)
        texts = {query.name: _text(connection, query, values) for query in workload.queries}
    json.dump({"database": database.name, "queries": texts}, sys.stdout)
    databases.close()
    return 0


def _text(connection: Connection, query: Query, values: Values) -> str:
    compiled = clause(query.statement).compile(dialect=dialects.dialect())
    parameters = compiled.params | values.of(query, "typical")
    return psycopg.ClientCursor(connection).mogrify(str(compiled), parameters)


if __name__ == "__main__":
    sys.exit(main())
