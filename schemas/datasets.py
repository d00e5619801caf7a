"""
Keep the Dataset schema for clients that still send it, and say that it goes.

There is no table behind it: what was called a dataset is a project and its crawl jobs.

Source: https://peps.python.org/pep-0702/
"""

import warnings
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from typing_extensions import deprecated

from schemas.fields import Name, Text

_MESSAGE = "Dataset is deprecated and has no table: use Project and CrawlJob"


# category=None marks the class for type checkers and the JSON schema. The warning is given below:
# the decorator's own would miss model_validate().
@deprecated(_MESSAGE, category=None)
class Dataset(BaseModel):
    """
    A named collection of images; deprecated in favour of Project and CrawlJob.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: Name
    """Name its owner gives it."""
    description: Text | None = None
    """What it is for."""

    @model_validator(mode="before")
    @classmethod
    def _warn(cls, data: Any) -> Any:
        # 3: this validator, then Pydantic's own method, then whoever called that.
        warnings.warn(_MESSAGE, DeprecationWarning, stacklevel=3)
        return data
