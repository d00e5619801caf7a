"""
The browser that opens pages.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """
    The browser of this machine, or Playwright's own, without a window.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for these tests alone

    with sync_playwright() as started:
        theirs = started.chromium.executable_path
        ours = (os.environ.get("SCHEMAPROOF_BROWSER"), *map(shutil.which, BROWSERS), theirs)
        found = next((path for path in ours if path and Path(path).is_file()), None)
        if found is None:
            pytest.skip("needs a browser: apt-get install chromium, or playwright install chromium")
        # Root may not use its sandbox, and all that is opened is ours.
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()
