"""
Nothing of a container is left behind, however its run ends.
"""

from __future__ import annotations

import datetime as dt
import signal

import pytest

from schemaproof.postgres import _engine
from tests.harness import traces
from tests.harness.postgres.fix_container import MARKED
from tests.harness.runs import Run

SERVE = (
    MARKED
    + """
from schemaproof.postgres import open_durable, open_server
with open_server("container:" + sys.argv[1], prefix="t") as server, open_durable(server) as durable:
    with server.connect() as connection, durable.connect():
        print("serves", flush=True)
        {then}
"""
)


def containers(docker, word):
    return docker.api.containers(filters={"label": f"schemaproof-{word}"})


def test_a_run_that_ends_well_leaves_nothing(image, left_of):
    with Run(SERVE.format(then="pass"), image) as run:
        status, _, errors = run.end()

        assert (status, errors) == (0, "")
        assert left_of(run.word) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_killed_leaves_nothing(number, image, docker, left_of):
    """
    Neither its server nor the one that it kills on purpose.
    """
    with Run(SERVE.format(then="sys.stdin.read()"), image) as run:
        run.read_line()
        assert len(containers(docker, run.word)) == 2

        run.signal_group(number)

        run.process.wait()
        assert left_of(run.word) == []


def test_a_run_that_is_killed_while_its_server_is_laid_out_leaves_nothing(image, docker, left_of):
    with Run(SERVE.format(then="sys.stdin.read()"), image) as run:
        assert traces.wait_until(lambda: containers(docker, run.word), within_s=60)

        run.signal_group(signal.SIGKILL)

        run.process.wait()
        assert left_of(run.word) == []


@pytest.mark.parametrize(("age", "stays"), [(dt.timedelta(0), False), (dt.timedelta(1), True)])
def test_what_was_made_and_never_started_is_swept(age, stays, image, docker, monkeypatch):
    """
    Such a container cannot see that its run is gone; a run that is making one is left alone.
    """
    monkeypatch.setattr(_engine, "LABEL", f"schemaproof-{id(age)}")
    monkeypatch.setattr(_engine, "ABANDONED_AFTER", age)
    engine = _engine.Engine()
    old = engine.create(image, ["true"])
    new = engine.create(image, ["true"])

    there = {one.id for one in docker.containers.list(all=True)}

    for one in (old, new):
        if one.id in there:
            one.remove()
    engine.close()
    assert (old.id in there, new.id in there) == (stays, True)
