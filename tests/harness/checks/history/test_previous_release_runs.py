"""history/previous-release-runs: what the release before can no longer do."""

import os
import subprocess

import pytest

from schemaproof.coverage import not_covered
from schemaproof.errors import SchemaproofError
from tests.harness.checks.history import released
from tests.harness.fix_bench import CHECKS
from tests.harness.miniature import Step, miniature

CHECK = "history/previous-release-runs"


def git(folder, *words):
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    subprocess.run(
        ["git", *identity, *words],  # noqa: S607 - whichever git there is
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )


def release(top, *, models, before, after, folder="a service"):
    """Commit a project with one revision and add another, which is not committed."""
    root = top / folder
    root.mkdir(parents=True, exist_ok=True)
    miniature(
        root, models=models, revisions=[Step(up=before, down=None), Step(up=after, down=None)]
    )
    git(top, "init", "-q")
    git(top, "add", "--all", "--", ".", ":!*r2_step.py")
    git(top, "commit", "-q", "-m", "the release before")
    return root


@pytest.fixture(scope="module")
def broken(tmp_path_factory, bench_for_module):
    """What is found where each class is broken in a way of its own."""
    root = release(
        tmp_path_factory.mktemp("broken"),
        models=released.MODELS,
        before=released.TABLES,
        after=released.BREAKING,
    )
    # Today's models are not those that are tried.
    (module,) = root.glob("models_*.py")
    module.write_text("raise RuntimeError('of today')\n")
    project = bench_for_module(root)
    project.subject.base = "HEAD"
    return project.proofs(CHECK)


@pytest.mark.parametrize("name", released.BROKEN)
def test_what_breaks_is_named_with_its_operation(name, broken):
    """
    Each operation that worked before and no longer does, in the words of the server.
    """
    found = {one.where: one for one in broken[name].violations}

    assert sorted(found) == sorted(released.BROKEN[name])
    for where, words in released.BROKEN[name].items():
        assert words in found[where].found
        assert found[where].fix.endswith(".")


def test_every_class_and_bare_table_makes_a_claim(broken):
    """
    Also classes that share a table, and a table that only a relationship uses.
    """
    assert {*broken} == {*released.BROKEN, *released.UNHARMED}


@pytest.mark.parametrize("name", released.UNHARMED)
def test_what_was_not_touched_works_among_what_is_broken(name, broken):
    """
    Its rows were inserted, read, and where it has a class changed and deleted.
    """
    assert (broken[name].status, broken[name].violations) == ("proved", ())


def test_a_bare_table_is_read_changed_and_deleted_from(tmp_path, bench):
    """
    As a class is, by its primary key.
    """
    models = f"""{released.BASE}
bare = Table(
    "bare",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("n", Integer),
    Column("m", Integer),
)
"""
    before = "CREATE TABLE bare (id int PRIMARY KEY, n int, m int)"
    after = """
        ALTER TABLE bare DROP COLUMN m;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE 'frozen' USING ERRCODE = '23001'; END $$;
        CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON bare
        FOR EACH ROW EXECUTE FUNCTION refuse()
    """
    project = bench(release(tmp_path, models=models, before=before, after=after))
    project.subject.base = "HEAD"

    found = {one.where for one in project.violations(CHECK)}

    assert found == {
        "bare DELETE 23001",
        "bare INSERT 42703",
        "bare SELECT 42703",
        "bare UPDATE m",
        "bare UPDATE n",
    }


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, bench_for_module):
    """What is found where the schema grew without breaking anybody."""
    root = release(
        tmp_path_factory.mktemp("unbroken"),
        models=released.MODELS,
        before=released.TABLES,
        after=released.GROWING,
        folder=".",
    )
    project = bench_for_module(root)
    project.subject.base = "HEAD"
    return project.proofs(CHECK)


@pytest.mark.parametrize("name", [*released.BROKEN, *released.UNHARMED])
def test_a_schema_that_only_grows_breaks_nobody(name, unbroken):
    """
    New columns that may be NULL or fill themselves, wider types, new labels, new tables, indexes.
    """
    assert (unbroken[name].status, unbroken[name].violations) == ("proved", ())
    assert " INSERT, " in unbroken[name].seen[0] or name in released.BARE


def test_what_never_worked_is_no_breakage(tmp_path, bench):
    """
    A class that its own schema does not have was broken before the migration.
    """
    models = released.BASE + released.LONELY
    root = release(tmp_path, models=models, before="SELECT 1", after="SELECT 1")
    project = bench(root)
    project.subject.base = "HEAD"

    proof = project.proofs(CHECK)["Lonely"]

    assert (proof.status, proof.violations) == ("skipped", ())
    assert '"lonely"' in proof.skipped or "no row" in proof.skipped


def test_without_a_base_nothing_is_claimed(tmp_path, bench):
    """
    And that is said.
    """
    project = bench(miniature(tmp_path))

    assert project.proofs(CHECK) == {}
    listed = {one.where: one.why for one in not_covered(project.subject, [CHECKS[CHECK]])}
    assert listed[CHECK] == "needs --base REF, the release before"


IMPOSSIBLE = {
    "unknown commit": ("no-such-branch", "found none called 'no-such-branch': fetch it first"),
    "option": ("--help", "found none called '--help'"),
    "commit without the project": ("first", "found no a service there: name a later commit"),
    "models that raise": ("raising", "at raising they say ZeroDivisionError: division by zero"),
    "models that end the process": ("ending", r"at ending they say its process ended \(3\)"),
    "metadata that is not there": ("nameless", "at nameless they say AttributeError: .*'Base'"),
    "another history": ("elsewhere", "ends in zz; today's has no zz"),
}


@pytest.fixture(scope="module")
def commits(tmp_path_factory):
    """A repository with a commit for each way to be impossible."""
    top = tmp_path_factory.mktemp("commits")
    git(top, "init", "-q")
    git(top, "commit", "-q", "--allow-empty", "-m", "before the project")
    git(top, "tag", "first")
    root = release(top, models=released.BASE, before="SELECT 1", after="SELECT 1")
    (module,) = root.glob("models_*.py")
    good = module.read_text()
    for tag, text in {
        "raising": "print('loud')\n1 / 0\n",
        "ending": "import os\nos._exit(3)\n",
        "nameless": "",
    }.items():
        module.write_text(text)
        git(top, "commit", "-q", "-a", "-m", tag)
        git(top, "tag", tag)
    module.write_text(good)
    (first,) = root.glob("migrations/versions/r1_step.py")
    text = first.read_text()
    first.write_text(text.replace("revision = 'r1'", "revision = 'zz'"))
    git(top, "commit", "-q", "-a", "-m", "elsewhere")
    git(top, "tag", "elsewhere")
    first.write_text(text)
    return root


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_base_that_cannot_be_is_refused_in_a_sentence(name, commits, bench):
    """
    Not a violation: the schema has nothing to do with it.
    """
    ref, told = IMPOSSIBLE[name]
    project = bench(commits)
    project.subject.base = ref

    with pytest.raises(SchemaproofError, match=told):
        project.proofs(CHECK)


def test_where_there_is_no_repository_there_is_no_base(tmp_path, bench, monkeypatch):
    """
    The sentence says what to do.
    """
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    project = bench(miniature(tmp_path))
    project.subject.base = "HEAD"

    with pytest.raises(SchemaproofError, match="needs a git repository around"):
        project.proofs(CHECK)


def test_the_repository_is_left_as_it_was(tmp_path, bench):
    """
    No worktree, no change of the index, nothing staged or written.
    """
    root = release(tmp_path, models=released.BASE, before="SELECT 1", after="SELECT 1")
    entries = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    project = bench(root)
    project.subject.base = "HEAD"

    project.proofs(CHECK)

    now = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    changed = {path for path in {*entries, *now} if entries.get(path) != now.get(path)}
    assert {path for path in changed if "__pycache__" not in path.parts} == set()
