"""
Read how a project's own tests ended, from the JUnit file that its last run of them left.

Source: https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files
"""

from __future__ import annotations

from xml.etree import ElementTree

from schemaproof.report.report import Status

# What stands within a test that did not simply pass.
ENDED: dict[str, Status] = {"failure": "violated", "error": "violated", "skipped": "skipped"}
WORST: tuple[Status, ...] = ("violated", "skipped", "proved")


class Outcomes:
    """
    How tests ended.

    Args:
        text: The JUnit file.

    Raises:
        ValueError: It is none.
    """

    def __init__(self, text: str) -> None:
        try:
            # The project's own file, written by its own tests.
            root = ElementTree.fromstring(text)  # noqa: S314
        except ElementTree.ParseError as error:
            raise ValueError(f"{error}") from error
        self._found: dict[tuple[str, str], set[Status]] = {}
        for case in root.iter("testcase"):
            name = case.get("name", "")
            ended: list[Status] = [ENDED[one.tag] for one in case if one.tag in ENDED]
            status = ended[0] if ended else "proved"
            # A function stands for all its parameters.
            for known in {name, name.partition("[")[0]}:
                self._found.setdefault((case.get("classname", ""), known), set()).add(status)

    def of(self, node: str) -> Status | None:
        """
        Return how a test ended, or the worst of a function's; None if it was not run.

        Args:
            node: Its pytest node id, such as ``tests/test_keys.py::test_key[orders]``.
        """
        plain, bracket, parameters = node.partition("[")
        path, *names = plain.split("::")
        module = path.removesuffix(".py").replace("/", ".")
        found = self._found.get((".".join([module, *names[:-1]]), names[-1] + bracket + parameters))
        return next(status for status in WORST if status in found) if found else None
