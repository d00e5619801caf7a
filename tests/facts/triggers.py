"""
The triggers: one that guards profiles, and one for each ``updated_at``.
"""

GUARD = ("profiles", "tr_profiles_delete_guard", "BEFORE", ("DELETE",))
TOUCHED = ("profiles", "projects", "crawl_jobs", "validation_jobs", "export_jobs")
TRIGGERS = (
    GUARD,
    *((table, f"tr_{table}_touch_updated_at", "BEFORE", ("UPDATE",)) for table in TOUCHED),
)
