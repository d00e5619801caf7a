"""
What ``--help`` shows at its end: commands to copy, and what they do.
"""

from __future__ import annotations

# Under the command's name; "" is schemaproof itself.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("schemaproof verify", "Prove the project in this folder."),
        ("schemaproof verify --help", "What else that command can do."),
    ),
    "verify": (
        ("schemaproof verify", "All that ends in seconds."),
        ("schemaproof verify --only history", "One family of checks."),
        ("schemaproof verify --thorough", "What takes minutes too."),
        ("schemaproof verify --base main", "Do main's models run on this schema?"),
        ("schemaproof verify --server postgresql://me@localhost/postgres", "On a running server."),
    ),
    "mutate": (
        ("schemaproof mutate", "Which broken migration goes unnoticed?"),
        ("schemaproof mutate --with 'pytest -q tests'", "Would the checks or the suite?"),
        ("schemaproof mutate --side schemas --with 'pytest -q tests'", "A broken Pydantic class?"),
    ),
    "staging": (
        (
            "schemaproof staging postgresql://reader@staging/shop",
            "May the release be deployed there?",
        ),
        ("schemaproof staging - --deadline 60", "The URL from a variable, in a minute at most."),
        (
            "schemaproof staging postgresql://reader@staging/shop --export-statistics shop.json",
            "What its planner knows, for explain-plan.",
        ),
    ),
    "accept-plans": (("schemaproof accept-plans", "Write the file of plans_baseline."),),
    "checks": (("schemaproof checks | grep history/", "Those of one family."),),
    "explain": (
        ("schemaproof explain references/fk-without-index", "One page: what, why, what to do."),
    ),
    "explain-plan": (
        ("schemaproof explain-plan --list", "The registered queries."),
        ("schemaproof explain-plan 'user by email' --rows 1e3,1e9", "One of them, at two sizes."),
        ("schemaproof explain-plan 'TABLE users' --html plans.html", "SQL, as a page to look at."),
    ),
    "up": (
        ("schemaproof up", "A few rows in each table."),
        ("schemaproof up --rows 1e5", "Many rows, as they were registered."),
        ("schemaproof up --revision 0003 --empty", "As it was then."),
    ),
    "docs": (
        ("schemaproof docs", "Write what is missing or stale."),
        ("schemaproof docs --check", "In CI: exit 1 if a page is stale."),
    ),
}
