"""
What is missing for a server in a container is said in one sentence, with what to do.
"""

from __future__ import annotations

import io
import re
import secrets
import tarfile

import pytest

from schemaproof.postgres import open_server
from schemaproof.postgres._engine import NoImage
from tests.harness.runs import COMMAND_LINE, Run

WITHOUT_LIBRARY = 'import sys; sys.modules["testcontainers"] = None\n'


@pytest.fixture(scope="module")
def made(docker, image):
    """Images without PostgreSQL: one with a shell, and an empty one; removed afterwards."""
    recipe = f"FROM {image}\nENV PATH=/bin:/sbin".encode()
    repository = f"schemaproof-test-{secrets.token_hex(4)}"
    # The shell of a merged /usr is found in both; PostgreSQL's own folder in neither.
    docker.images.build(fileobj=io.BytesIO(recipe), tag=f"{repository}:shell", rm=True)
    nothing = io.BytesIO()
    with tarfile.open(fileobj=nothing, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty"))
    docker.api.import_image_from_data(nothing.getvalue(), repository=repository, tag="nothing")
    yield repository
    for tag in ("shell", "nothing"):
        docker.images.remove(f"{repository}:{tag}", force=True)


@pytest.fixture
def project(tmp_path):
    """A project without a table."""
    files = {
        "m.py": "from sqlalchemy import MetaData\nm = MetaData()\n",
        "pyproject.toml": '[tool.schemaproof]\nmetadata = "m:m"\nalembic = "alembic.ini"\n',
        "alembic.ini": "[alembic]\nscript_location = migrations\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return str(tmp_path)


def test_no_library(project):
    """
    The command line ends with 2, and says what to install.
    """
    words = ["verify", project, "--server", "container"]
    with Run(WITHOUT_LIBRARY + COMMAND_LINE, *words) as run:
        status, _, err = run.end()

    assert status == 2, err
    assert "needs the package testcontainers; found none" in err
    assert "pip install 'schemaproof[container]'" in err
    assert "Traceback" not in err


def test_no_engine(project, tmp_path):
    socket = f"unix://{tmp_path}/none.sock"
    with Run(COMMAND_LINE, "verify", project, "--server", "container", DOCKER_HOST=socket) as run:
        status, _, err = run.end()

    assert status == 2, err
    assert re.search(r"needs a container engine; found: .*: start Docker", " ".join(err.split()))
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["localhost:1/none:1", "localhost:1/none"])
def test_an_image_that_cannot_be_fetched(name, docker):
    with pytest.raises(NoImage, match=rf"the image '{name}'; found: .*refused.*: fetch it"):
        open_server(f"container:{name}", prefix="t")


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        pytest.param("shell", "has no 'postgres': name another", id="no PostgreSQL"),
        pytest.param("nothing", "does not start: .*: name another", id="not even a shell"),
    ],
)
def test_an_image_without_postgresql(tag, told, made, docker):
    name = f"{made}:{tag}"

    with pytest.raises(NoImage, match=told):
        open_server(f"container:{name}", prefix="t")

    assert docker.containers.list(all=True, filters={"ancestor": name}) == []
