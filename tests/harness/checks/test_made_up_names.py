"""drift/models-match-migrations: names that PostgreSQL made up, and names that somebody gave."""

import pytest

from tests.harness.miniature import miniature

CHECK = "drift/models-match-migrations"

BASE = "class Base(DeclarativeBase):\n    pass\n"
CONVENTION = (
    "class Base(DeclarativeBase):\n"
    "    metadata = MetaData(naming_convention={\n"
    '        "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",\n'
    '        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",\n'
    '        "ck": "ck_%(table_name)s_%(constraint_name)s",\n'
    '        "ix": "ix_%(table_name)s_%(column_0_name)s",\n'
    "    })\n"
)
SHOP = """
Table("p", Base.metadata, Column("id", Integer, primary_key=True))
Table("t", Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("a", Integer, ForeignKey("p.id", ondelete="CASCADE"), unique=True),
    Column("b", Integer),
    CheckConstraint("a > b"), CheckConstraint("a <> b"), CheckConstraint("b > 0"),
    ExcludeConstraint(("b", "="), using="btree"))
"""
# Made under other names, in another order, and renamed.
RENAMED = (
    "CREATE TABLE old_p (id serial PRIMARY KEY);"
    "CREATE TABLE old (b int, key serial PRIMARY KEY,"
    " a int UNIQUE REFERENCES old_p ON DELETE CASCADE, CHECK (b > 0),"
    " CHECK (a <> b), CHECK (a > b), EXCLUDE USING btree (b WITH =));"
    "ALTER TABLE old RENAME TO t; ALTER TABLE old_p RENAME TO p;"
    "ALTER TABLE t RENAME key TO id;"
)


def told(project):
    return [(found.where, found.found) for found in project.violations(CHECK)]


def test_names_that_nobody_gave_are_no_drift(tmp_path, bench):
    """
    Keys, checks and sequences that were made under a former name of the table are the same.
    """
    models = BASE + SHOP
    project = bench(miniature(tmp_path, models=models, revisions=[RENAMED]))

    assert told(project) == []


def test_checks_whose_numbers_are_exchanged_are_no_drift(tmp_path, bench):
    """
    PostgreSQL numbers the checks of a table as they come.
    """
    models = BASE + (
        'Table("t", Base.metadata, Column("a", Integer), Column("b", Integer),'
        ' CheckConstraint("a > b"), CheckConstraint("a <> b"))\n'
    )
    ddl = "CREATE TABLE t (a int, b int, CHECK (a <> b), CHECK (a > b))"
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    assert told(project) == []
    assert {each.name for each in project.subject.catalog.constraints} >= {"t_check", "t_check1"}


@pytest.mark.parametrize(
    ("change", "where", "found"),
    [
        pytest.param(
            ("ON DELETE CASCADE", "ON DELETE RESTRICT"),
            "t.old_a_fkey: on delete",
            "foreign key on delete: the models have CASCADE, the migrations have RESTRICT",
            id="action",
        ),
        pytest.param(
            ("a int UNIQUE", "a int UNIQUE DEFERRABLE"),
            "t.old_a_key: deferrable",
            "unique constraint deferrable: the models have no, the migrations have yes",
            id="deferrable",
        ),
        pytest.param(
            ("key serial", "key bigserial"),
            "old_key_seq: type",
            "sequence type: the models have integer, the migrations have bigint",
            id="sequence",
        ),
    ],
)
def test_what_else_differs_is_told_by_the_name_in_the_database(
    tmp_path, bench, change, where, found
):
    """
    What has a made-up name is compared with what comes nearest, and called as the migrations do.
    """
    assert change[0] in RENAMED
    project = bench(miniature(tmp_path, models=BASE + SHOP, revisions=[RENAMED.replace(*change)]))

    assert (where, found) in told(project)
    assert all(each.split(":")[0] in (where.split(":")[0], "t.id") for each, _ in told(project))


def test_a_check_of_another_expression_is_another_check(tmp_path, bench):
    """
    Without a name nothing says which check was meant, so both are told.
    """
    ddl = RENAMED.replace("CHECK (a > b)", "CHECK (a >= b)")
    project = bench(miniature(tmp_path, models=BASE + SHOP, revisions=[ddl]))

    assert told(project) == [
        ("t.old_check1", "check constraint is in the migrations but not in the models"),
        ("t.t_check", "check constraint is in the models but not in the migrations"),
    ]


def test_one_that_is_missing_is_told(tmp_path, bench):
    """
    That a name is nobody's promise does not make the constraint one that need not be there.
    """
    ddl = RENAMED.replace("CHECK (a <> b),", "").replace("UNIQUE ", "")
    project = bench(miniature(tmp_path, models=BASE + SHOP, revisions=[ddl]))

    assert sorted(found for _, found in told(project)) == [
        "check constraint is in the models but not in the migrations",
        "unique constraint is in the models but not in the migrations",
    ]


def test_a_name_that_the_models_give_is_promised(tmp_path, bench):
    """
    A constraint named in the models and otherwise in the migrations is told, both of it.
    """
    models = BASE + (
        'Table("t", Base.metadata, Column("a", Integer), Column("b", Integer),'
        ' UniqueConstraint("a", name="t_a_key"), CheckConstraint("a > b", name="t_check"),'
        ' Index("t_b_idx", "b"))\n'
    )
    ddl = (
        "CREATE TABLE t (a int CONSTRAINT u UNIQUE, b int, CONSTRAINT c CHECK (a > b));"
        "CREATE INDEX i ON t (b)"
    )
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    wheres = [where for where, _ in told(project)]
    assert wheres == ["i", "t.c", "t.t_a_key", "t.t_check", "t.u", "t_b_idx"]


def test_a_naming_convention_promises_names(tmp_path, bench):
    """
    What a convention calls the models' constraints, the migrations have to call them too.
    """
    models = CONVENTION + 'Table("t", Base.metadata, Column("a", Integer, unique=True))\n'
    ddl = "CREATE TABLE t (a int UNIQUE)"
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    assert [where for where, _ in told(project)] == ["t.t_a_key", "t.uq_t_a"]


def test_a_sequence_that_the_models_name_is_promised(tmp_path, bench):
    """
    ``Sequence("t_id_seq")`` is a name that somebody gave.
    """
    models = BASE + (
        'Table("t", Base.metadata, Column("id", Integer, Sequence("t_id_seq"),'
        " server_default=text(\"nextval('t_id_seq')\"), primary_key=True))\n"
    )
    ddl = "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))"
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    assert [where for where, _ in told(project)] == ["s", "t.id: default", "t_id_seq"]


def test_a_sequence_that_the_models_name_and_hand_over_is_promised(tmp_path, bench):
    """
    That a column owns it makes no difference to who named it.
    """
    models = BASE + (
        'Table("t", Base.metadata, Column("id", Integer, Sequence("t_id_seq"),'
        " server_default=text(\"nextval('t_id_seq')\"), primary_key=True))\n"
        "event.listen(Base.metadata, 'after_create',"
        " DDL('ALTER SEQUENCE t_id_seq OWNED BY t.id'))\n"
    )
    ddl = "CREATE TABLE old (id bigserial PRIMARY KEY); ALTER TABLE old RENAME TO t"
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    wheres = [where for where, _ in told(project)]
    assert {"old_id_seq", "t_id_seq", "t.id: default"} <= {*wheres}


def test_exotic_names_are_made_up_too(tmp_path, bench):
    """
    Long and quoted names are cut and quoted as PostgreSQL cuts and quotes them.
    """
    long, odd = "x" * 60, 'it"s %s "select"'
    models = BASE + (
        f"Table({long!r}, Base.metadata, Column('id', Integer, primary_key=True),"
        f" Column({long!r}, Integer, unique=True))\n"
        f"Table({odd!r}, Base.metadata, Column('id', Integer, primary_key=True),"
        " Column('select', Integer, unique=True))\n"
    )
    quoted = '"' + odd.replace('"', '""') + '"'
    ddl = (
        f'CREATE TABLE a (id serial PRIMARY KEY, "{long}" int UNIQUE);'
        f'ALTER TABLE a RENAME TO "{long}";'
        f'CREATE TABLE b (id serial PRIMARY KEY, "select" int UNIQUE);'
        f"ALTER TABLE b RENAME TO {quoted}"
    )
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    assert told(project) == []


def test_objects_that_ddl_events_make_without_a_name(tmp_path, bench):
    """
    An index, a statistics object, a domain's check: PostgreSQL makes up their names as well.
    """
    models = BASE + (
        "Table('t', Base.metadata, Column('a', Integer), Column('b', Integer))\n"
        "event.listen(Base.metadata, 'after_create', DDL("
        "'CREATE INDEX ON t (a, b); CREATE INDEX ON t (b) WHERE a > 0;"
        " CREATE DOMAIN d AS int CHECK (VALUE > 0) CHECK (VALUE < 9)'))\n"
    )
    ddl = (
        "CREATE TABLE old (a int, b int); CREATE INDEX ON old (b) WHERE a > 0;"
        "CREATE INDEX ON old (a, b); ALTER TABLE old RENAME TO t;"
        "CREATE DOMAIN e AS int CHECK (VALUE < 9) CHECK (VALUE > 0); ALTER DOMAIN e RENAME TO d"
    )
    project = bench(miniature(tmp_path, models=models, revisions=[ddl]))

    assert told(project) == []
