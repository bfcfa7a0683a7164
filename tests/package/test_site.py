# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of the documents is built without a warning, and asks nothing of other places."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADED = {"src", "srcset", "data", "poster", "background"}
"""Attributes whose address a browser loads by itself; of ``link`` it loads ``href``."""

STYLE_ADDRESS = re.compile(r"""url\(\s*["']?((?:https?:)?//[^)]+)|@import\s+["']([^"']+)""")


class Addresses(HTMLParser):
    """Collects what a page loads, and what it links to or loads from the site itself."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.elsewhere: list[str] = []
        self.here: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            is_loaded = name in LOADED or (tag == "link" and name == "href")
            address = urlsplit(value or "")
            if is_loaded and address.netloc:
                self.elsewhere.append(value or "")
            elif (is_loaded or name == "href") and not (address.scheme or address.netloc):
                self.here.append(unquote(address.path))


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    for package in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(package, reason='needs pip install -e ".[docs]"')
    folder = tmp_path_factory.mktemp("site")
    building = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", "docs", "."]
    built = subprocess.run([*building, folder], cwd=ROOT, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def test_nothing_is_loaded_from_elsewhere(site) -> None:
    loaded = {
        str(page.relative_to(site)): Addresses(page).elsewhere for page in site.rglob("*.html")
    }
    styles = [
        str(style.relative_to(site))
        for style in site.rglob("*.css")
        if STYLE_ADDRESS.search(style.read_text(encoding="utf-8"))
    ]
    assert ({page: found for page, found in loaded.items() if found}, styles) == ({}, [])


def test_all_links_and_pictures_are_there(site) -> None:
    missing = {
        (str(page.relative_to(site)), address)
        for page in site.rglob("*.html")
        for address in Addresses(page).here
        if address and not (page.parent / address).exists()
    }
    assert missing == set()


def test_every_page_stands_in_the_contents(site) -> None:
    contents = Addresses(site / "docs" / "index.html").here
    pages = {f"{page.stem}.html" for page in (ROOT / "docs").glob("*.md")} - {"index.html"}
    assert pages - set(contents) == set()
