"""
Decide what the three roles of a schema share: Create, Update and Response.

A Create and an Update are strict, since a field that nobody reads is a client's mistake. A Response
is lenient: it reads whatever the database can hold, old rows included.

Source: https://docs.pydantic.dev/latest/concepts/config/
"""

from pydantic import BaseModel, ConfigDict


class CreateSchema(BaseModel):
    """
    What a client sends to make a row.

    ``Model(**create.model_dump())`` is that row.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class UpdateSchema(BaseModel):
    """
    What a client or a worker sends to change a row; a field left out stays as it is.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    def changes(self) -> dict[str, object]:
        """
        Return the new values by attribute, without the fields that were left out.
        """
        return self.model_dump(exclude_unset=True)


class ResponseSchema(BaseModel):
    """
    What a client gets to see of a row; made with ``model_validate(row)``.
    """

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)
