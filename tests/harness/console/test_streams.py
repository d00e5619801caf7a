"""
What commands say beside their results holds names, and is no markup.
"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from schemaproof.console.streams import progress


@pytest.mark.parametrize("target", ["projects.user_id", "/projects", "red", "not bold"])
def test_a_bar_shows_the_claim_whole(target):
    """
    Rich takes words in brackets for styles, and a slash for the end of one that must have begun.
    """
    bar = progress()
    bar.add_task(f"references/on-delete-behaves[{target}]", total=None)
    console = Console(file=io.StringIO(), width=100)

    console.print(bar.get_renderable())

    assert f"references/on-delete-behaves[{target}]" in console.file.getvalue()
