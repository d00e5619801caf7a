"""
The image of the tests that need a container engine, and what is left of a run on it.
"""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from schemaproof.postgres import Server, open_server
from schemaproof.postgres._container import IMAGE_VARIABLE
from schemaproof.postgres._engine import Engine, NoEngine
from tests.harness import traces

LOCAL = "schemaproof-postgres:local"

# A run's containers bear its word.
MARKED = f"""
from schemaproof.postgres import _engine
_engine.LABEL = "schemaproof-" + os.environ["{traces.WORD}"]
"""


@pytest.fixture(scope="session")
def docker() -> Iterator[Any]:
    """
    A client of the container engine, without which the test is skipped.
    """
    import docker as library  # noqa: PLC0415 - only where the plugin's option asks for it

    with warnings.catch_warnings():
        # The library leaves a socket to the collector where nobody answers.
        warnings.simplefilter("ignore", ResourceWarning)
        missing = _what_is_missing()
        gc.collect()
    if missing:
        pytest.skip(missing)
    client = library.from_env()
    yield client
    client.close()


def _what_is_missing() -> str:
    try:
        Engine().close()
    except NoEngine as error:
        return str(error)
    return ""


@pytest.fixture(scope="session")
def image(docker: Any) -> str:
    """
    The name of an image with PostgreSQL that is here.
    """
    named = os.environ.get(IMAGE_VARIABLE, LOCAL)
    if not docker.images.list(named):
        pytest.skip(f"needs an image: .ci/image makes {LOCAL}; or name one in {IMAGE_VARIABLE}")
    return named


@pytest.fixture(scope="module")
def contained(image: str) -> Iterator[Server]:
    """
    A server in a container, for the tests of one module.
    """
    with open_server(f"container:{image}", prefix="t") as server:
        yield server


@pytest.fixture
def left_of(docker: Any) -> Callable[[str], list[str]]:
    """
    A function that returns the containers of a run that stay, by the run's word.
    """

    def left(word: str) -> list[str]:
        def look() -> list[str]:
            filters = {"label": f"schemaproof-{word}"}
            return [
                str(found["Names"]) for found in docker.api.containers(all=True, filters=filters)
            ]

        traces.wait_until(lambda: not look(), within_s=30)
        return look()

    return left
