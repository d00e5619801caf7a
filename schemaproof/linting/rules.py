"""
Choose squawk's rules, and say of each what it costs in production.

A rule is here if what it warns of is true of every table that holds rows and is in use. Left out:

- what other checks execute: rows that a revision meets (adding-required-field), what the release
  before still reads (ban-drop-column, ban-drop-table), what PostgreSQL itself refuses
  (ban-concurrent-index-creation-in-transaction);
- what the text of a revision cannot tell: whether a timeout is in force, since ``env.py`` or the
  role may have set it (require-lock-timeout, require-statement-timeout);
- taste (prefer-text-field, prefer-bigint-over-int, prefer-identity, ban-char-field), and advice
  that hides a failure: after a failed CREATE INDEX CONCURRENTLY, IF NOT EXISTS takes the invalid
  index for the wanted one (prefer-robust-stmts).

Source: https://squawkhq.com/docs/rules
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """
    What a rule of squawk's is about.

    Attributes:
        because: What goes wrong in production.
        fix: One imperative sentence, in place of squawk's own.
    """

    because: str
    fix: str


VALIDATE_LATER = "Add it as NOT VALID, and validate it in a later revision."

RULES = {
    "adding-field-with-default": Rule(
        "the table is rewritten under ACCESS EXCLUSIVE, which blocks its reads and writes for as "
        "long as that takes",
        "Add the column without it, fill the rows in batches, and set the default afterwards.",
    ),
    "adding-foreign-key-constraint": Rule(
        "every row is compared while SHARE ROW EXCLUSIVE blocks writes of both tables",
        VALIDATE_LATER,
    ),
    "adding-not-nullable-field": Rule(
        "every row is looked at under ACCESS EXCLUSIVE, which blocks reads and writes of the table",
        "Validate a CHECK (column IS NOT NULL) in a revision before: SET NOT NULL then looks at "
        "no row.",
    ),
    "adding-serial-primary-key-field": Rule(
        "its index is built under ACCESS EXCLUSIVE, which blocks reads and writes of the table",
        "Build a unique index CONCURRENTLY first, and add the primary key USING INDEX.",
    ),
    "ban-alter-domain-with-add-constraint": Rule(
        "every table with a column of that domain is read while SHARE blocks its writes",
        "Constrain the columns instead, or add it as NOT VALID and validate it later.",
    ),
    "ban-drop-database": Rule(
        "a whole database goes, and no downgrade brings it back",
        "Leave it to whoever runs the server.",
    ),
    "ban-truncate-cascade": Rule(
        "every table that refers to it is emptied too, also one that is added later",
        "Name each table that is meant to be emptied, without CASCADE.",
    ),
    "changing-column-type": Rule(
        "the table and its indexes are written anew under ACCESS EXCLUSIVE, which blocks its reads "
        "and writes, and the release before still sends the old type",
        "Add a column of the new type, fill it in batches, and let a later release drop the old "
        "one.",
    ),
    "constraint-missing-not-valid": Rule(
        "every row is looked at while the lock of ALTER TABLE blocks at least the table's writes",
        f"{VALIDATE_LATER} (UNIQUE, PRIMARY KEY and EXCLUDE cannot be: build their index first.)",
    ),
    "disallowed-unique-constraint": Rule(
        "its index is built under ACCESS EXCLUSIVE, which blocks reads and writes of the table",
        "Build a unique index CONCURRENTLY first, and add the constraint USING INDEX.",
    ),
    "prefer-repack": Rule(
        "the table is rewritten under ACCESS EXCLUSIVE, which blocks its reads and writes",
        "Leave it to pg_repack, outside of the migrations.",
    ),
    "renaming-column": Rule(
        "the release before fails on every statement that has the old name, until it is gone",
        "Add a column of the new name, keep both filled, and let a later release drop the old one.",
    ),
    "renaming-table": Rule(
        "the release before fails on every statement that has the old name, until it is gone",
        "Leave a view of the old name behind, and let a later release drop it.",
    ),
    "require-concurrent-index-creation": Rule(
        "SHARE blocks writes of the table for as long as the index takes to be built",
        "Build it CONCURRENTLY, in an autocommit_block(); on a partitioned table, one partition "
        "after the other.",
    ),
    "require-concurrent-index-deletion": Rule(
        "ACCESS EXCLUSIVE blocks reads and writes of the table, also those that queue while it "
        "waits for the longest query",
        "Drop it CONCURRENTLY, in an autocommit_block().",
    ),
    "require-concurrent-partition-detach": Rule(
        "ACCESS EXCLUSIVE blocks reads and writes of the whole partitioned table, also those that "
        "queue while it waits for the longest query",
        "Detach it CONCURRENTLY, in an autocommit_block().",
    ),
    "require-concurrent-reindex": Rule(
        "SHARE blocks writes of the table, and ACCESS EXCLUSIVE every query that could use the "
        "index, for as long as it takes to be built",
        "Rebuild it CONCURRENTLY, in an autocommit_block().",
    ),
    "transaction-nesting": Rule(
        "Alembic's transaction holds the revision together; one inside of it ends it, and a "
        "failure after that leaves half of the revision behind",
        "Leave BEGIN and COMMIT to Alembic, or use an autocommit_block().",
    ),
}

# Where one of these speaks of a statement too, it says the same and its advice fits better.
SPECIFIC = frozenset(
    {
        "adding-foreign-key-constraint",
        "adding-serial-primary-key-field",
        "disallowed-unique-constraint",
    }
)
GENERAL = "constraint-missing-not-valid"
