"""
What clients send and what raw SQL stores, model by model, for the round trips.
"""

from datetime import UTC, datetime

from hypothesis import strategies as st

from tests.facts.checks import EXPORT_FORMATS, INT4_MAX, INT8_MAX, PROFILE_ROLES, PROJECT_STATUSES

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")


# What is likely to be "cleaned up" on the way: space at the ends, letters made of two characters,
# capitals, escapes, other scripts.
AWKWARD = (
    " a ",
    "\ta\r\n",
    "e\u0301",
    "\xe9",
    "\u01c5",
    "&lt;",
    "%s",
    "\\n",
    "'; --",
    "\u732b",
    "\U0001f408",
)


def text(longest: int = 200, shortest: int = 0) -> st.SearchStrategy[str]:
    return st.sampled_from(AWKWARD) | st.text(CHARACTERS, min_size=shortest, max_size=longest)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | text(20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text(20), inner, max_size=4),
    max_leaves=10,
)
OBJECTS = st.dictionaries(text(20), JSON, max_size=4)
NAMES = text(100, 1)
NUMBERS = st.integers(1, INT4_MAX)

# Every field of each Create, except keys to other tables. What is optional may be left out.
PAYLOADS: dict[str, tuple[dict[str, st.SearchStrategy], dict[str, st.SearchStrategy]]] = {
    "Profile": (
        {"id": st.uuids(), "email": st.emails().filter(lambda email: len(email) <= 255)},
        {
            "full_name": maybe(text(100)),
            "avatar_url": maybe(text()),
            "role": st.sampled_from(PROFILE_ROLES),
        },
    ),
    "Project": (
        {"name": NAMES},
        {"description": maybe(text()), "status": st.sampled_from(PROJECT_STATUSES)},
    ),
    "CrawlJob": (
        {"name": NAMES, "keywords": st.lists(text(30, 1), min_size=1, max_size=5)},
        {"max_images": NUMBERS},
    ),
    "Image": (
        {"original_url": text(200, 1), "filename": text(255, 1)},
        {
            "storage_url": maybe(text()),
            "width": maybe(NUMBERS),
            "height": maybe(NUMBERS),
            "file_size": maybe(st.integers(0, INT8_MAX)),
            "format": maybe(text(10)),
        },
    ),
    "ActivityLog": (
        {"action": text(200, 1)},
        {
            "resource_type": maybe(text(50)),
            "resource_id": maybe(text(50)),
            "metadata": JSON,
        },
    ),
    "ValidationJob": ({"name": NAMES}, {"validation_rules": OBJECTS}),
    "ExportJob": (
        {"name": NAMES},
        {"format": st.sampled_from(EXPORT_FORMATS), "export_options": OBJECTS},
    ),
}

LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
FAR_AHEAD = datetime(9999, 12, 30, tzinfo=UTC)
UPDATES: dict[str, dict[str, object]] = {
    "Profile": {"email": "b@example.org", "full_name": None, "avatar_url": "x", "role": "admin"},
    "Project": {"name": "Dogs", "description": "All", "status": "deleted"},
    "CrawlJob": {
        "name": "Dogs",
        "keywords": ["dog"],
        "max_images": 1,
        "status": "cancelled",
        "progress": 100,
        "total_images": INT4_MAX,
        "downloaded_images": INT4_MAX,
        "valid_images": INT4_MAX,
        "total_chunks": 8,
        "active_chunks": 2,
        "completed_chunks": 4,
        "failed_chunks": 1,
        "task_ids": ["a", "b"],
        "started_at": LONG_AGO,
        "completed_at": FAR_AHEAD,
    },
    "Image": {
        "original_url": "y",
        "filename": "y",
        "storage_url": "y",
        "width": 1,
        "height": INT4_MAX,
        "file_size": INT8_MAX,
        "format": "webp",
    },
    "ActivityLog": {
        "action": "logout",
        "resource_type": "project",
        "resource_id": "1",
        "metadata": {"a": [1.5, None]},
    },
    "ValidationJob": {
        "name": "Again",
        "status": "failed",
        "progress": 50,
        "total_images": 3,
        "validated_images": 2,
        "invalid_images": 1,
        "validation_rules": {"sharp": True},
        "started_at": LONG_AGO,
        "completed_at": FAR_AHEAD,
        "error_message": "out of memory",
    },
    "ExportJob": {
        "name": "Again",
        "status": "completed",
        "progress": 100,
        "format": "tar.gz",
        "total_images": 3,
        "exported_images": 3,
        "file_size": 0,
        "download_url": "https://example.org/z",
        "export_options": {"labels": ["a"]},
        "started_at": LONG_AGO,
        "completed_at": FAR_AHEAD,
        "expires_at": FAR_AHEAD,
        "error_message": None,
    },
}

# What raw SQL can store although no Create would send it.
ODD: dict[str, dict[str, object]] = {
    "profiles": {"email": "", "full_name": "", "role": "moderator"},
    "projects": {"id": -(2**63), "name": "", "status": "deleted"},
    "crawl_jobs": {
        "id": 2**63 - 1,
        "name": "",
        "keywords": '["", ""]',
        "total_chunks": 1,
        "completed_chunks": INT4_MAX,
        "started_at": FAR_AHEAD,
        "completed_at": LONG_AGO,
    },
    "images": {"original_url": "", "filename": "", "format": "", "file_size": INT8_MAX},
    "activity_logs": {"action": "", "metadata": "null", "timestamp": LONG_AGO},
    "validation_jobs": {"name": "", "validation_rules": '{"": {"a": [1e300, 0.1, null]}}'},
    "export_jobs": {"name": "", "export_options": '{"a": 123456789012345678901234567890}'},
}
