"""
How PixCrawler's tables grow together: what each of them holds when there are a million images.

The proportions are the product's: a job finds two hundred images on average, few users own most
projects, nearly every job is completed, and something is logged as often as an image is found.
"""

from uuid import UUID

from schemaproof.rows import Population, Spread, Volume

BEGUN, NOW = "2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
CREATED = {"created_at": (BEGUN, NOW), "updated_at": (BEGUN, NOW)}
RISING = frozenset(CREATED)

MILLION = 1_000_000
A_USER = UUID("5c4e3a5c-4e3a-4c4e-8a5c-4e3a5c4e3a5c")
# As long as they are on average; nobody looks for them.
FOUND_AT = (
    "https://images.example.org/photos/2025/11/28/a-lighthouse-at-dusk-from-the-pier-1600.jpg"
)
STORED_AT = "https://pixcrawler.example.org/datasets/4711/lighthouses/000123456.jpg"
DETAILS = '{"job": 4711, "images": 1000, "valid": 973}'
OUTCOMES = {"completed": 0.9, "failed": 0.07, "pending": 0.02, "running": 0.01}

POPULATION = Population(
    counted="images",
    volumes={
        "profiles": Volume(rows=500, ranges=CREATED, ascending=RISING),
        "projects": Volume(
            rows=1_000,
            keys={"user_id": Spread(fan_out=2.5, skew=0.6)},
            weights={"status": {"active": 0.7, "archived": 0.2, "deleted": 0.1}},
            ranges=CREATED,
            ascending=RISING,
        ),
        "crawl_jobs": Volume(
            rows=5_000,
            keys={"project_id": Spread(fan_out=6, skew=0.6)},
            weights={
                "status": {
                    "completed": 0.9, "failed": 0.05, "cancelled": 0.03,
                    "pending": 0.01, "running": 0.01,
                }
            },
            ranges=CREATED,
            ascending=RISING,
        ),
        "images": Volume(
            rows=MILLION,
            keys={"crawl_job_id": Spread(fan_out=200, skew=0.3, is_clustered=True)},
            weights={
                "format": {"jpeg": 0.7, "png": 0.2, "webp": 0.08, None: 0.02},
                "original_url": {FOUND_AT: 1},
                "storage_url": {STORED_AT: 0.95, None: 0.05},
                "filename": {"000123456.jpg": 1},
            },
        ),
        "activity_logs": Volume(
            rows=MILLION,
            keys={"user_id": Spread(fan_out=2_500, skew=0.8)},
            weights={
                "action": {"image.downloaded": 0.9, "job.completed": 0.1},
                "resource_type": {"image": 0.9, "crawl_job": 0.1},
                "metadata": {DETAILS: 0.5, None: 0.5},
            },
            ranges={"timestamp": (BEGUN, NOW)},
            ascending={"timestamp"},
        ),
        "validation_jobs": Volume(
            rows=5_000,
            keys={"crawl_job_id": Spread(fan_out=1.25)},
            weights={"status": OUTCOMES},
            ranges=CREATED,
            ascending=RISING,
        ),
        "export_jobs": Volume(
            rows=5_000,
            keys={
                "crawl_job_id": Spread(fan_out=1.25),
                "user_id": Spread(fan_out=12.5, skew=0.6),
            },
            weights={"status": OUTCOMES},
            ranges=CREATED,
            ascending=RISING,
        ),
    },
)  # fmt: skip
