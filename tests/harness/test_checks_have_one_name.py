"""File, check, page and test of a check share one name, and every page keeps to one form."""

import re
import tomllib
from pathlib import Path

import pytest

import schemaproof.checks
from schemaproof.checks import all_checks

HEADINGS = ["Problem", "Why it matters", "Instead of", "Use", "When to waive"]
PACKAGE = Path(schemaproof.checks.__file__).parent
TESTS = Path(__file__).parent / "checks"
# What comes with families of its own; helpers begin with an underscore.
MODULES = sorted(file for file in PACKAGE.glob("*/*.py") if not file.name.startswith("_"))

each_check = pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.name)


def file_name(check):
    return check.name.replace("-", "_")


@each_check
def test_the_file_has_the_name_of_the_check(check):
    """
    ``family/some-check`` lives in ``family/some_check.py``, as the function ``some_check``.
    """
    assert check.module_file == PACKAGE / f"{file_name(check)}.py"
    assert check.function.__name__ == check.module_file.stem


def test_every_file_holds_a_check():
    """
    A module without an underscore that registers nothing would never run.
    """
    assert [check.module_file for check in all_checks()] == MODULES


@each_check
def test_a_test_file_has_the_name_of_the_check(check):
    """
    ``family/some-check`` is tested in ``checks/family/test_some_check.py``, on a real server.
    """
    file = TESTS / check.family / f"test_{check.module_file.stem}.py"

    assert f'CHECK = "{check.name}"' in file.read_text()


def test_no_test_or_page_is_left_of_a_check_that_is_gone():
    """
    What has the form of a check's test or page belongs to a check.
    """
    names = {file_name(check) for check in all_checks()}
    tests = {f"{t.parent.name}/{t.stem.removeprefix('test_')}" for t in TESTS.glob("*/test_*.py")}
    pages = {f"{page.parent.name}/{page.stem}" for page in PACKAGE.glob("*/*.md")}

    assert tests == names
    assert pages == names


@each_check
def test_the_page_has_the_headings(check):
    """
    Problem, why it matters, instead of, use, when to waive: in this order, and nothing else.
    """
    title, *headings = re.findall(r"^#+ (.*)$", _prose(check.page), flags=re.MULTILINE)

    assert title == check.name
    assert headings == HEADINGS


@each_check
def test_the_page_says_something_under_each_heading(check):
    """
    Both examples are code, the reasons have a source, and no section is empty.
    """
    sections = dict(
        zip(HEADINGS, re.split(r"^## .*\n", check.page, flags=re.MULTILINE)[1:], strict=True)
    )

    assert all(text.strip() for text in sections.values())
    assert sections["Instead of"].count("```") == sections["Use"].count("```") == 2
    assert sections["Instead of"] != sections["Use"]
    assert re.search(r"Sources?: \[.*\]\(https://", sections["Why it matters"])


@each_check
def test_the_page_waives_this_check_or_never(check):
    """
    The example of a waiver is valid TOML with a reason, for this check; or the page says never.
    """
    section = check.page.partition("## When to waive\n")[2]
    examples = re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)
    if not examples:
        assert section.strip().startswith("Never")
        return

    (waiver,) = tomllib.loads(examples[0])["tool"]["schemaproof"]["waivers"]

    assert waiver["check"] == check.name
    assert waiver["where"]
    assert waiver["reason"]


@each_check
def test_the_python_examples_are_python(check):
    """
    An example that does not compile teaches nothing.
    """
    for example in re.findall(r"```python\n(.*?)```", check.page, flags=re.DOTALL):
        compile(example, check.name, "exec")


def _prose(page):
    return re.sub(r"```.*?```", "", page, flags=re.DOTALL)
