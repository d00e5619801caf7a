"""
A project's own suite is tried on mutants of its schemas, and on nothing else by mistake.
"""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from schemaproof.bench import MUTANT
from schemaproof.mutation import Choice, Score, mutate
from schemaproof.mutation.suite import forks, suite
from schemaproof.mutation.suite.suite import SuiteFailed
from schemaproof.project import Project
from schemaproof.runner import Order
from tests.harness.miniature import Step, miniature

MODELS = """
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __tablename__ = "authors"
        id: Mapped[int] = mapped_column(primary_key=True)
        note: Mapped[str | None] = mapped_column(Text)
"""
SCHEMAS = r"""
class AuthorResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    note: str | None


class AuthorsResponse(BaseModel):
    authors: list[AuthorResponse]


ALIGNMENTS = [(models.Author, AuthorResponse, "response")]
"""
# The class that holds the other is asked: it was built of what the mutant takes the place of.
SUITE = """
    import {module} as schemas

    def test_an_author_is_shown_with_a_number():
        # waits
        sent = {{"authors": [{{"id": 1, "note": None}}]}}
        shown = schemas.AuthorsResponse.model_validate(sent).model_dump()
        assert shown["authors"][0]["id"] == 1
"""
PYTEST = f"{sys.executable} -m pytest -q -p no:randomly test_authors.py"


@pytest.fixture
def authors(tmp_path: Path) -> Path:
    """
    A miniature project with a suite of one test.
    """
    up = "CREATE TABLE authors (id serial PRIMARY KEY, note text)"
    history = [Step(up=up, down="DROP TABLE authors")]
    root = miniature(tmp_path, models=MODELS, schemas=SCHEMAS, revisions=history)
    (module,) = (file.stem for file in root.glob("schemas_of_*.py"))
    (root / "test_authors.py").write_text(textwrap.dedent(SUITE.format(module=module)))
    return root


def score(root: Path, command: str, *only: str) -> Score:
    choice = Choice(sides=("schemas",), only=only)
    return mutate(Project.load(root), Order(jobs=2), choice, command=command)


@pytest.mark.parametrize("can_fork", [forks.CAN_FORK, False], ids=["forks", "does not fork"])
def test_the_suite_notices_what_it_asks_for(authors, can_fork, monkeypatch):
    """
    The number is asked for, the note is not.
    """
    monkeypatch.setattr(forks, "CAN_FORK", can_fork)

    found = score(authors, PYTEST, "schema/field")

    by = {f"{one.mutant.where} {one.mutant.detail}": one.by for one in found.made}
    at = "Author/response AuthorResponse"
    assert by == {
        f"{at}.id is gone": "test_authors.py::test_an_author_is_shown_with_a_number",
        f"{at}.note is gone": None,
    }


def test_a_mutant_that_the_suite_waits_on_for_ever_was_noticed(authors, monkeypatch):
    """
    The one after it is judged all the same.
    """
    monkeypatch.setattr(suite, "PATIENCE_S", 0.0)
    test = authors / "test_authors.py"
    waits = "while 'id' not in schemas.AuthorResponse.model_fields: pass"
    test.write_text(test.read_text().replace("# waits", waits))

    found = score(authors, PYTEST, "schema/field")

    assert [one.fate for one in found.judged] == ["killed", "survived"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param(f"{sys.executable} -c pass", "never asked for it", id="not pytest"),
        pytest.param(f"{PYTEST} -p no:schemaproof", "never asked for it", id="without the plugin"),
    ],
)
def test_a_suite_that_never_met_the_mutant_has_not_judged_it(authors, command, told):
    with pytest.raises(SuiteFailed, match=told):
        score(authors, command)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        pytest.param(
            json.dumps({"side": "schemas", "alignment": "Author/response AuthorResponse"}),
            "KeyError: 'name'",
            id="without a name",
        ),
        pytest.param(
            json.dumps({"side": "schemas", "alignment": "No/create Such", "name": "x"}),
            "x fits; found KeyError: 'No/create Such'",
            id="of no schema",
        ),
        pytest.param("SELECT 1", "needs a mutant, as JSON", id="bare statements"),
        pytest.param("{}", "needs the side of the mutant", id="of no side"),
    ],
)
def test_a_mutant_that_cannot_be_put_in_place_ends_the_run(authors, document, told, monkeypatch):
    """
    It is told, and no test passes as if nothing had been broken.
    """
    file = authors / "mutant.json"
    file.write_text(document)
    monkeypatch.setenv(MUTANT, str(file))

    ended = subprocess.run(PYTEST.split(), cwd=authors, capture_output=True, text=True, check=False)

    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert told in ended.stderr
