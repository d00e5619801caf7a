"""
The seven foreign keys, and what each does when the row it refers to is deleted.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """
    One foreign key.

    Attributes:
        child: The table that refers.
        column: Its column that refers.
        parent: The table referred to, always by ``id``.
        on_delete: ``CASCADE`` or ``SET NULL``.
        name: The constraint's name.
    """

    child: str
    column: str
    parent: str
    on_delete: str
    name: str

    @property
    def label(self) -> str:
        """
        The name that tests go by.
        """
        return f"{self.child}.{self.column}"


FOREIGN_KEYS = (
    ForeignKey(
        child="projects",
        column="user_id",
        parent="profiles",
        on_delete="CASCADE",
        name="fk_projects_user_id_profiles",
    ),
    ForeignKey(
        child="crawl_jobs",
        column="project_id",
        parent="projects",
        on_delete="CASCADE",
        name="fk_crawl_jobs_project_id_projects",
    ),
    ForeignKey(
        child="images",
        column="crawl_job_id",
        parent="crawl_jobs",
        on_delete="CASCADE",
        name="fk_images_crawl_job_id_crawl_jobs",
    ),
    ForeignKey(
        child="validation_jobs",
        column="crawl_job_id",
        parent="crawl_jobs",
        on_delete="CASCADE",
        name="fk_validation_jobs_crawl_job_id_crawl_jobs",
    ),
    ForeignKey(
        child="export_jobs",
        column="crawl_job_id",
        parent="crawl_jobs",
        on_delete="CASCADE",
        name="fk_export_jobs_crawl_job_id_crawl_jobs",
    ),
    ForeignKey(
        child="export_jobs",
        column="user_id",
        parent="profiles",
        on_delete="CASCADE",
        name="fk_export_jobs_user_id_profiles",
    ),
    ForeignKey(
        child="activity_logs",
        column="user_id",
        parent="profiles",
        on_delete="SET NULL",
        name="fk_activity_logs_user_id_profiles",
    ),
)
