# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogs of an asset library, as Blender writes them."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.asset_catalogs import CATALOGS, ensure_catalog
from emotebot_blender.core.errors import EmoteBotError

OWN = "7d0c7c3e-2f0b-4d8a-9a53-6f0a1e8f4b21"
THEIRS = "01234567-89ab-cdef-0123-456789abcdef"


def lines_of(folder) -> list[str]:
    return (folder / CATALOGS).read_text(encoding="utf-8").splitlines()


def test_a_new_file_has_a_version_and_the_catalog(tmp_path):
    assert ensure_catalog(tmp_path, "EmoteBot/Expressions", OWN) == OWN
    assert lines_of(tmp_path)[-1] == f"{OWN}:EmoteBot/Expressions:EmoteBot-Expressions"
    assert "VERSION 1" in lines_of(tmp_path)


def test_what_the_file_holds_stays(tmp_path):
    before = f"# mine\nVERSION 1\n\n{THEIRS}:Robots/Heads:Heads"
    (tmp_path / CATALOGS).write_text(before, encoding="utf-8")
    ensure_catalog(tmp_path, "EmoteBot/Expressions", OWN)
    text = (tmp_path / CATALOGS).read_text(encoding="utf-8")
    assert text.startswith(before + "\n")
    assert text.count("VERSION") == 1
    assert [path.name for path in tmp_path.iterdir()] == [CATALOGS]


def test_a_catalog_of_that_path_keeps_its_uuid(tmp_path):
    before = f"VERSION 1\n{THEIRS}:EmoteBot/Expressions:faces\n"
    (tmp_path / CATALOGS).write_text(before, encoding="utf-8")
    assert ensure_catalog(tmp_path, "EmoteBot/Expressions", OWN) == THEIRS
    assert (tmp_path / CATALOGS).read_text(encoding="utf-8") == before


def test_a_newer_version_is_left_alone(tmp_path):
    (tmp_path / CATALOGS).write_text("VERSION 2\n", encoding="utf-8")
    with pytest.raises(EmoteBotError, match="newer version"):
        ensure_catalog(tmp_path, "A", OWN)
    assert lines_of(tmp_path) == ["VERSION 2"]


@given(content=st.binary(max_size=200))
def test_any_file_is_kept_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("library")
    (folder / CATALOGS).write_bytes(content)
    try:
        identifier = ensure_catalog(folder, "EmoteBot/Expressions", OWN)
    except EmoteBotError:
        assert (folder / CATALOGS).read_bytes() == content
        return
    written = (folder / CATALOGS).read_bytes()
    assert written.startswith(content.removeprefix(codecs.BOM_UTF8))
    assert identifier.encode() in written.lower()
