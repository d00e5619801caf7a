"""
The fourteen relationships of the ORM: seven foreign keys, each seen from both ends.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """
    One end of a pair.

    Attributes:
        model: The class that has it.
        attribute: Its name there.
        target: The class it leads to.
        direction: ``one-to-many`` or ``many-to-one``.
        back_populates: The attribute of the target that leads back.
        key: The foreign key that it follows, as ``table.column``.
        is_optional: Whether it may lead to nothing.
    """

    model: str
    attribute: str
    target: str
    direction: str
    back_populates: str
    key: str
    is_optional: bool = False

    @property
    def label(self) -> str:
        """
        The name that tests go by.
        """
        return f"{self.model}.{self.attribute}"


def _pair(
    parent: str, children: str, child: str, up: str, key: str, *, is_optional: bool = False
) -> tuple[Relationship, Relationship]:
    return (
        Relationship(
            model=parent,
            attribute=children,
            target=child,
            direction="one-to-many",
            back_populates=up,
            key=key,
        ),
        Relationship(
            model=child,
            attribute=up,
            target=parent,
            direction="many-to-one",
            back_populates=children,
            key=key,
            is_optional=is_optional,
        ),
    )


RELATIONSHIPS = (
    *_pair("Profile", "projects", "Project", "user", "projects.user_id"),
    *_pair(
        "Profile", "activity_logs", "ActivityLog", "user", "activity_logs.user_id", is_optional=True
    ),
    *_pair("Profile", "export_jobs", "ExportJob", "user", "export_jobs.user_id"),
    *_pair("Project", "crawl_jobs", "CrawlJob", "project", "crawl_jobs.project_id"),
    *_pair("CrawlJob", "images", "Image", "crawl_job", "images.crawl_job_id"),
    *_pair(
        "CrawlJob", "validation_jobs", "ValidationJob", "crawl_job", "validation_jobs.crawl_job_id"
    ),
    *_pair("CrawlJob", "export_jobs", "ExportJob", "crawl_job", "export_jobs.crawl_job_id"),
)
