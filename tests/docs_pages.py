"""
Read the pages in ``docs/`` as a reader does who copies from them: code blocks, commands, links.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("migrations/*.md")),
)

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
HEREDOC = re.compile(r"<<'(\w+)'\n.*?^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PROGRAMS = ("schemaproof", "alembic", "pytest", "tox", "python", "pg_dump", "pg_restore")


@dataclass(frozen=True, kw_only=True)
class Block:
    """
    One fenced block.

    Attributes:
        page: The file, relative to the repository.
        section: The heading of the second level above it.
        language: What stands behind the fence.
        line: The line of its fence.
        text: What is in it.
    """

    page: str
    section: str
    language: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(language: str, *, page: str | None = None) -> list[Block]:
    """
    Return every fenced block of one language, on one page or on all.
    """
    return [
        block
        for file in PAGES
        if page in (None, _name(file))
        for block in _blocks(file)
        if block.language == language
    ]


def commands() -> dict[str, str]:
    """
    Return every command that the pages tell to run, in blocks and in running text, by place.
    """
    found: dict[str, str] = {}
    for file in PAGES:
        # Decisions tell of what was done, not what to do.
        if file.parent.name == "decisions":
            continue
        name = _name(file)
        outside = FENCE.sub("", file.read_text("utf-8"))
        texts = [HEREDOC.sub("", block.text) for block in blocks("sh", page=name)]
        lines = [line for text in texts for line in text.splitlines()]
        for command in [*lines, *SPAN.findall(outside)]:
            words = command.split()
            # A program's bare name is a noun, not something to run.
            if words and words[0] in PROGRAMS and (len(words) > 1 or command in lines):
                found[f"{name}: {command.strip()}"] = command.strip()
    return found


def links() -> dict[str, tuple[Path, str]]:
    """
    Return every relative link by place: the file that it leads to, and the heading in it.
    """
    found: dict[str, tuple[Path, str]] = {}
    for file in PAGES:
        for target in LINK.findall(FENCE.sub("", file.read_text("utf-8"))):
            path, _, anchor = target.partition("#")
            if "://" not in target:
                leads_to = (file.parent / path).resolve() if path else file
                found[f"{_name(file)}: {target}"] = (leads_to, anchor)
    return found


def anchors(file: Path) -> set[str]:
    """
    Return what the headings of a page are called in links, by GitHub's rule.
    """
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", file.read_text("utf-8")), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _blocks(file: Path) -> list[Block]:
    text = file.read_text("utf-8")
    found = []
    for match in FENCE.finditer(text):
        above = re.findall(r"^## (.+)$", text[: match.start()], re.MULTILINE)
        indent, language, body = match.groups()
        found.append(
            Block(
                page=_name(file),
                section=above[-1] if above else "",
                language=language,
                line=text.count("\n", 0, match.start()) + 1,
                text="".join(line.removeprefix(indent) for line in body.splitlines(keepends=True)),
            )
        )
    return found
