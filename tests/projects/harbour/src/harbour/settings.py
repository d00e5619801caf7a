"""Where the database is."""

import os


def dsn() -> str:
    """Return the URL of the database."""
    return os.environ["HARBOUR_DSN"]
