# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on exchange formats: its commands run, and its table is that of the registry."""

import re
import shlex
from pathlib import Path

import pytest

from emotebot_blender.core.exchange.recording_formats import FORMATS, READ_ENDINGS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
(BLOCK,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_of_the_page_runs(run, tmp_path, monkeypatch):
    """One after the other, as the later ones read what the earlier ones write."""
    monkeypatch.chdir(tmp_path)
    for line in BLOCK.splitlines():
        program, *arguments = shlex.split(line)
        assert program == "emotebot"
        assert run(*arguments)[0] == 0, line


@pytest.mark.parametrize("place", range(len(FORMATS)), ids=list(FORMATS))
def test_the_table_has_every_format_in_its_order(place):
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| [")]
    _, ending, name, read, written, head, *_ = (cell.strip() for cell in rows[place])
    each = list(FORMATS.values())[place]
    assert (name, ending, written) == (f"`{each.name}`", each.ending, "yes")
    assert (read == "yes") == (each.ending in READ_ENDINGS)
    assert (head == "yes") == each.has_head
