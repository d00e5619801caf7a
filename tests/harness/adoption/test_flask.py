"""
Flask-Migrate's ``env.py`` asks the current application for its engine; it is run in its context.
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

import flask_migrate
import pytest

from schemaproof.configuration import BadConfiguration
from tests.harness.adoption.everything import everything, trouble
from tests.harness.adoption.projects import HISTORY
from tests.harness.miniature import write_revisions

MODELS = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

db = SQLAlchemy()

class Author(db.Model):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    notes: Mapped[list["Note"]] = relationship(back_populates="author", passive_deletes=True)

class Note(db.Model):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id", ondelete="CASCADE"), index=True)
    author: Mapped[Author] = relationship(back_populates="notes")

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("SHOP_DB", "sqlite:///app.db")
    db.init_app(app)
    Migrate(app, db)
    return app

def number():
    return 3
"""
APPLICATION = "\napp = create_app()\n"
TEMPLATE = Path(flask_migrate.__file__).parent / "templates" / "flask"


@pytest.fixture
def project(tmp_path):
    """
    A function that writes a project as ``flask db init`` leaves it.
    """
    name = f"shop_{uuid.uuid4().hex}"

    def write(code: str, context: str | None) -> Path:
        (tmp_path / f"{name}.py").write_text(code)
        folder = tmp_path / "migrations"
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text((TEMPLATE / "env.py").read_text())
        (folder / "alembic.ini").write_text((TEMPLATE / "alembic.ini.mako").read_text())
        write_revisions(folder / "versions", HISTORY)
        config = f'env_context = "{name}:{context}"' if context else ""
        (tmp_path / "pyproject.toml").write_text(
            f'[tool.schemaproof]\nmetadata = "{name}:db.metadata"\nurl_env = ["SHOP_DB"]\n'
            f'alembic = "migrations/alembic.ini"\n{config}\n'
        )
        return tmp_path

    yield write
    sys.modules.pop(name, None)


# What it asks first is deprecated; it is asked all the same.
@pytest.mark.filterwarnings("ignore:'get_engine' is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("code", "context"),
    [
        pytest.param(MODELS, "create_app", id="factory"),
        pytest.param(MODELS + APPLICATION, "app", id="application"),
        pytest.param(MODELS + APPLICATION, "app.app_context", id="context"),
    ],
)
def test_the_env_of_flask_migrate_works_as_it_is(code, context, project, bench):
    """
    Its alembic.ini names no script location, and its engine keeps a pool.
    """
    assert trouble(everything(bench(project(code, context)))) == {}


def test_what_is_no_context_is_a_mistake_in_the_configuration(project, bench):
    with pytest.raises(BadConfiguration, match=r"env_context = .* a Flask application"):
        _ = bench(project(MODELS, "number")).subject.catalog


def test_without_the_context_the_violation_says_what_to_do(project, bench):
    (found,) = bench(project(MODELS, None)).violations("history/upgrade-from-empty")

    assert "Working outside of application context" in found.found
    assert "env_context" in found.fix
