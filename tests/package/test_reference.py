# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists in the pages are what the code has, and so are the messages that are explained."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MESSAGE = re.compile(r"^\| `(.*?)` \|", re.MULTILINE)
VALUE = re.compile(r"\{\w+(:[^{}]*)?\}")


def run_tool(name: str) -> dict[str, Any]:
    """Return what a tool defines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))  # which tools add to
        return runpy.run_path(str(ROOT / "tools" / f"{name}.py"))


@pytest.fixture(scope="module")
def pages_as_written() -> dict[Path, str]:
    return run_tool("reference")["pages"]()


@pytest.mark.parametrize("name", ["panel", "python", "command"])
def test_the_page_lists_what_there_is(name, pages_as_written) -> None:
    page = ROOT / "docs" / f"{name}.md"
    written = page.read_text(encoding="utf-8")
    assert written == pages_as_written[page], "run python tools/reference.py"


def test_every_message_that_is_explained_is_one_of_the_code() -> None:
    texts = {as_shown(text) for text in run_tool("texts")["texts"]()}
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    explained = MESSAGE.findall(page)
    assert len(explained) > 50
    assert [message for message in explained if message not in texts] == []


def as_shown(template: str) -> str:
    """Return a template as the page shows it, with an ellipsis for each value."""
    return VALUE.sub("…", template).replace("{{", "{").replace("}}", "}")


def test_the_panel_page_has_every_panel_of_the_sidebar(pages_as_written) -> None:
    from emotebot_blender import ui

    text = pages_as_written[ROOT / "docs" / "panel.md"]
    for kind in ui.classes():
        if getattr(kind, "bl_category", ""):
            assert re.search(rf"^##+ {re.escape(kind.bl_label)}$", text, re.MULTILINE), kind
