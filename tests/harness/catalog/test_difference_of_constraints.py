"""
Every facet of constraints that differs is told, once, by its right name.
"""

from __future__ import annotations

import pytest

from tests.harness.catalog.differing import differences_in

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a int, b text);"
PARENT = "CREATE TABLE p (id int PRIMARY KEY, x int UNIQUE);"
KEYED = PARENT + (
    "CREATE TABLE t (a int, b int, CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id)%s);"
)

# Left; right; the first PostgreSQL that has it; kind, identity, facet, text left, text right.
CASES = [
    pytest.param(
        PARENT + "CREATE TABLE t (a int)",
        PARENT + "CREATE TABLE t (a int REFERENCES p ON DELETE CASCADE)",
        14,
        [
            (
                "foreign key",
                "public.t.t_a_fkey",
                None,
                None,
                "FOREIGN KEY (a) REFERENCES public.p(id) ON DELETE CASCADE",
            )
        ],
        id="foreign key missing",
    ),
    pytest.param(
        KEYED % "",
        KEYED % " ON DELETE CASCADE",
        14,
        [("foreign key", "public.t.k", "on delete", "NO ACTION", "CASCADE")],
        id="on delete",
    ),
    pytest.param(
        KEYED % "",
        KEYED % " ON UPDATE SET NULL",
        14,
        [("foreign key", "public.t.k", "on update", "NO ACTION", "SET NULL")],
        id="on update",
    ),
    pytest.param(
        KEYED % " ON DELETE RESTRICT",
        KEYED % " ON DELETE SET DEFAULT",
        14,
        [("foreign key", "public.t.k", "on delete", "RESTRICT", "SET DEFAULT")],
        id="on delete restrict",
    ),
    pytest.param(
        KEYED % "",
        KEYED % " MATCH FULL",
        14,
        [("foreign key", "public.t.k", "match", "SIMPLE", "FULL")],
        id="match",
    ),
    pytest.param(
        KEYED % "",
        KEYED % " DEFERRABLE",
        14,
        [("foreign key", "public.t.k", "deferrable", "no", "yes")],
        id="deferrable",
    ),
    pytest.param(
        KEYED % " DEFERRABLE",
        KEYED % " DEFERRABLE INITIALLY DEFERRED",
        14,
        [("foreign key", "public.t.k", "deferred", "no", "yes")],
        id="initially deferred",
    ),
    pytest.param(
        KEYED % "",
        KEYED % ""
        + (
            "ALTER TABLE t DROP CONSTRAINT k; "
            "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID"
        ),
        14,
        [("foreign key", "public.t.k", "validated", "yes", "no")],
        id="foreign key not valid",
    ),
    pytest.param(
        KEYED % "",
        KEYED % " NOT ENFORCED",
        18,
        [("foreign key", "public.t.k", "enforced", "yes", "no")],
        id="foreign key not enforced",
    ),
    pytest.param(
        KEYED % "",
        PARENT + ("CREATE TABLE t (a int, b int, CONSTRAINT k FOREIGN KEY (a) REFERENCES p (x))"),
        14,
        [("foreign key", "public.t.k", "target columns", "id", "x")],
        id="foreign key to another column",
    ),
    pytest.param(
        KEYED % "",
        PARENT + ("CREATE TABLE t (a int, b int, CONSTRAINT k FOREIGN KEY (b) REFERENCES p (id))"),
        14,
        [("foreign key", "public.t.k", "columns", "a", "b")],
        id="foreign key from another column",
    ),
    pytest.param(
        KEYED % "",
        PARENT.replace("p (", "q (")
        + KEYED % ""
        + (
            "ALTER TABLE t DROP CONSTRAINT k; "
            "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES q (id)"
        ),
        14,
        [
            ("table", "public.q", None, None, "public.q"),
            ("foreign key", "public.t.k", "target", "public.p", "public.q"),
        ],
        id="foreign key to another table",
    ),
    pytest.param(
        (
            "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); "
            "CREATE TABLE t (a int, b int, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES "
            "p ON DELETE SET NULL)"
        ),
        (
            "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); "
            "CREATE TABLE t (a int, b int, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES "
            "p ON DELETE SET NULL (b))"
        ),
        15,
        [("foreign key", "public.t.k", "delete columns", "none", "b")],
        id="on delete set null of some columns",
    ),
    pytest.param(
        KEYED % "",
        KEYED % "" + "COMMENT ON CONSTRAINT k ON t IS 'why'",
        14,
        [("foreign key", "public.t.k", "comment", None, "why")],
        id="constraint comment",
    ),
    pytest.param(
        (
            "CREATE TABLE p (a int PRIMARY KEY) PARTITION BY RANGE (a); "
            "CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE TABLE t (a int)"
        ),
        (
            "CREATE TABLE p (a int PRIMARY KEY) PARTITION BY RANGE (a); "
            "CREATE TABLE p1 PARTITION OF p DEFAULT; "
            "CREATE TABLE t (a int CONSTRAINT k REFERENCES p)"
        ),
        14,
        [("foreign key", "public.t.k", None, None, "FOREIGN KEY (a) REFERENCES public.p(a)")],
        id="foreign key to a partitioned table told once",
    ),
    pytest.param(
        PARENT
        + ("CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t DEFAULT"),
        PARENT
        + (
            "CREATE TABLE t (a int CONSTRAINT k REFERENCES p) PARTITION BY RANGE (a); "
            "CREATE TABLE t1 PARTITION OF t DEFAULT"
        ),
        14,
        [("foreign key", "public.t.k", None, None, "FOREIGN KEY (a) REFERENCES public.p(id)")],
        id="foreign key of a partitioned table told once",
    ),
    pytest.param(
        PARENT
        + (
            "CREATE TABLE t (a int CONSTRAINT k REFERENCES p) PARTITION BY RANGE (a); "
            "CREATE TABLE t1 PARTITION OF t DEFAULT"
        ),
        PARENT
        + (
            "CREATE TABLE t (a int CONSTRAINT k REFERENCES p ON DELETE CASCADE) "
            "PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t DEFAULT"
        ),
        14,
        [("foreign key", "public.t.k", "on delete", "NO ACTION", "CASCADE")],
        id="action of a partitioned table's key told once",
    ),
    pytest.param(
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a int PRIMARY KEY)",
        14,
        [("primary key", "public.t.t_pkey", None, None, "PRIMARY KEY (a)")],
        id="primary key missing",
    ),
    pytest.param(
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a))",
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b))",
        14,
        [("primary key", "public.t.t_pkey", "columns", "a", "a, b")],
        id="primary key of other columns",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))",
        "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
        14,
        [("primary key", "public.t.t_pkey", "columns", "b, a", "a, b")],
        id="primary key in another order",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
        14,
        [("unique constraint", "public.t.u", None, None, "UNIQUE (a)")],
        id="unique missing",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a) DEFERRABLE",
        14,
        [("unique constraint", "public.t.u", "deferrable", "no", "yes")],
        id="unique deferrable",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)",
        15,
        [("unique constraint", "public.t.u", "nulls not distinct", "no", "yes")],
        id="unique nulls not distinct",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a) INCLUDE (b)",
        14,
        [("unique constraint", "public.t.u", "include", "none", "b")],
        id="unique include",
    ),
    pytest.param(
        TABLE + "CREATE UNIQUE INDEX u ON t (a)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
        14,
        [("unique constraint", "public.t.u", None, None, "UNIQUE (a)")],
        id="unique constraint or unique index",
    ),
    pytest.param(
        TABLE,
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        14,
        [("check constraint", "public.t.c", None, None, "CHECK ((a > 0))")],
        id="check missing",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        14,
        [("check constraint", "public.t.c", "expression", "(a > 1)", "(a > 0)")],
        id="check expression",
    ),
    pytest.param(
        "CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (a > 0))",
        "CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (b > 0))",
        14,
        [("check constraint", "public.t.c", "expression", "(a > 0)", "(b > 0)")],
        id="check on another column",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        14,
        [("check constraint", "public.t.c", "validated", "yes", "no")],
        id="check not valid",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > -1) NOT VALID",
        14,
        [
            ("check constraint", "public.t.c", "expression", "(a > 0)", "(a > '-1'::integer)"),
            ("check constraint", "public.t.c", "validated", "yes", "no"),
        ],
        id="check not valid and weaker",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
        18,
        [("check constraint", "public.t.c", "enforced", "yes", "no")],
        id="check not enforced",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NO INHERIT",
        14,
        [("check constraint", "public.t.c", "no inherit", "no", "yes")],
        id="check no inherit",
    ),
    pytest.param(
        "CREATE TABLE t (r int4range)",
        "CREATE TABLE t (r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH &&))",
        14,
        [("exclusion constraint", "public.t.x", None, None, "EXCLUDE USING gist (r WITH &&)")],
        id="exclusion missing",
    ),
    pytest.param(
        "CREATE TABLE t (r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH =))",
        "CREATE TABLE t (r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH &&))",
        14,
        [
            (
                "exclusion constraint",
                "public.t.x",
                "operators",
                "=(anyrange,anyrange)",
                "&&(anyrange,anyrange)",
            )
        ],
        id="exclusion operator",
    ),
    pytest.param(
        "CREATE TABLE t (r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH &&))",
        (
            "CREATE TABLE t (r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH &&) "
            "WHERE (NOT isempty(r)))"
        ),
        14,
        [
            (
                "exclusion constraint",
                "public.t.x",
                "definition",
                "EXCLUDE USING gist (r WITH &&)",
                "EXCLUDE USING gist (r WITH &&) WHERE ((NOT isempty(r)))",
            )
        ],
        id="exclusion predicate",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        TABLE + "ALTER TABLE t ADD CONSTRAINT d CHECK (a > 0)",
        14,
        [
            ("check constraint", "public.t.c", None, "CHECK ((a > 0))", None),
            ("check constraint", "public.t.d", None, None, "CHECK ((a > 0))"),
        ],
        id="constraint renamed",
    ),
    pytest.param(
        "CREATE TABLE t (a int NOT NULL CONSTRAINT k UNIQUE)",
        "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY)",
        14,
        [
            ("primary key", "public.t.k", None, None, "PRIMARY KEY (a)"),
            ("unique constraint", "public.t.k", None, "UNIQUE (a)", None),
        ],
        id="unique constraint or primary key",
    ),
    pytest.param(
        "CREATE TABLE t (a int CONSTRAINT u UNIQUE DEFERRABLE)",
        "CREATE TABLE t (a int CONSTRAINT u UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        14,
        [("unique constraint", "public.t.u", "deferred", "no", "yes")],
        id="unique initially deferred",
    ),
    pytest.param(
        TABLE + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        TABLE
        + ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); COMMENT ON CONSTRAINT c ON t IS 'why'"),
        14,
        [("check constraint", "public.t.c", "comment", None, "why")],
        id="check comment",
    ),
    pytest.param(
        (
            "CREATE TABLE t (a int4range NOT NULL, b int4range NOT NULL CHECK (NOT "
            "isempty(b)), CONSTRAINT k UNIQUE (a, b))"
        ),
        (
            "CREATE TABLE t (a int4range NOT NULL, b int4range NOT NULL CHECK (NOT "
            "isempty(b)), CONSTRAINT k UNIQUE (a, b WITHOUT OVERLAPS))"
        ),
        18,
        [("unique constraint", "public.t.k", "temporal", "no", "yes")],
        id="without overlaps",
    ),
    pytest.param(
        (
            "CREATE TABLE p (a int4range, b int4range, PRIMARY KEY (a, b WITHOUT "
            "OVERLAPS)); CREATE TABLE t (a int4range, b int4range)"
        ),
        (
            "CREATE TABLE p (a int4range, b int4range, PRIMARY KEY (a, b WITHOUT "
            "OVERLAPS)); "
            "CREATE TABLE t (a int4range, b int4range, CONSTRAINT k FOREIGN KEY (a, "
            "PERIOD b) REFERENCES p)"
        ),
        18,
        [
            (
                "foreign key",
                "public.t.k",
                None,
                None,
                "FOREIGN KEY (a, PERIOD b) REFERENCES public.p(a, PERIOD b)",
            )
        ],
        id="foreign key with period missing",
    ),
]

test_difference = differences_in(CASES)
