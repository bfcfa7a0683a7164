# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands and code of the README and of the other pages do what they say.

What a block is, its first line says: ``python`` runs in Blender, page by page in one file with the
built-in character; ``sh`` runs line by line; ``text script``, with an ending such as ``.csv``, and
``json script`` are read as scripts, ``json words`` as a word list, other ``json`` is loaded. A
comment before a block, ``<!-- not run: why -->`` or ``<!-- parsed: why -->``, leaves it at that;
blocks of ``text`` alone are pictures. Commands that render are parsed alone: it takes minutes.
"""

import json
import re
import runpy
import shlex
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import bpy
import pytest

import emotebot_blender
from emotebot_blender.cli import command
from emotebot_blender.cli.arguments import parser_of
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.lexicon.word_list import read_word_list
from emotebot_blender.core.script.script_files import read_text_as

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(ROOT / "training" / name for name in ("MODEL_CARD.md", "data/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
BLOCK = re.compile(
    r"(?:^ *<!-- (?P<left>not run|parsed): (?P<reason>[^\n]+?) -->\n\s*)?"
    r"^(?P<indent> *)```(?P<kind>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
RENDERING = ("--render", "--sheet")
INPUTS = ("--face", "map", "-b")
"""What stands before the name of a file that is read; where there is none yet, it is made."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A block of code of a page.

    Attributes:
        page: its file.
        line: on which it begins.
        kind: what stands behind its backquotes.
        code: what is in it.
        left: "not run" or "parsed" where a comment says so, else empty.
    """

    page: Path
    line: int
    kind: str
    code: str
    left: str

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"

    @property
    def lines(self) -> list[str]:
        """The commands in it, without comments."""
        commands = self.code.replace("\\\n", " ").splitlines()
        return [line for line in commands if line.strip() and not line.lstrip().startswith("#")]


def blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("kind")) + 1
        code = re.sub(rf"^{match['indent']}", "", match["code"], flags=re.MULTILINE)
        yield Block(page, line, match["kind"].strip(), code, match["left"] or "")


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def of_kind(*kinds: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind in kinds and block.left != "not run"]


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Work in an empty folder with the files that the pages name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scene.srt").write_text(
        "1\n00:00:00,000 --> 00:00:02,000\n[happy]\n", encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def blender() -> Iterator[None]:
    """Have EmoteBot registered in an empty file that has a camera."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    emotebot_blender.register()
    scene = bpy.context.scene
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.render.resolution_percentage = 1, 5
    yield
    emotebot_blender.unregister()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_test_knows_what_to_do_with_each_block(page) -> None:
    known = {"python", "sh", "text", "json", "json script", "json words"}
    unknown = [
        str(block)
        for block in blocks_of(page)
        if block.kind not in known and not re.fullmatch(r"text script(\.\w+)?", block.kind)
    ]
    assert unknown == []


@pytest.mark.parametrize("page", sorted({block.page for block in of_kind("python")}), ids=name_of)
def test_python_runs(page, place, blender) -> None:
    names: dict[str, object] = {"bpy": bpy, "__name__": "__main__"}
    for block in of_kind("python"):
        if block.page == page:
            code = "\n" * block.line + block.code  # so that a fault tells its line
            exec(compile(code, str(page), "exec"), names)


@pytest.mark.parametrize("block", of_kind("sh"), ids=str)
def test_commands_run(block, place, monkeypatch, capfd) -> None:
    for line in block.lines:
        words = shlex.split(line, comments=True)
        for part in " ".join(map(shlex.quote, words)).split(" '&&' "):
            run_line(shlex.split(part), block.left == "parsed")


def run_line(words: list[str], is_parsed: bool) -> None:
    if words[:3] == ["python", "-m", "training"]:
        from training.__main__ import _parser

        assert is_parsed, "say why the training is not run"
        _parser().parse_args(words[3:])
    elif words[:3] == ["python", "-m", "pip"]:
        assert is_parsed, "say why nothing is installed"
    elif words[0] == "blender" and "-P" in words:
        make_inputs(words)
        script, arguments = words[words.index("-P") + 1], words[words.index("--") + 1 :]
        name = words[words.index("-P") - 1]
        if not name.startswith("-"):
            bpy.ops.wm.open_mainfile(filepath=str(Path(name).resolve()))
        emotebot_blender.register()
        try:
            runpy.run_path(str(ROOT / script))["main"](arguments)
        except SystemExit as ended:  # as scripts that are done leave Blender
            if ended.code:
                raise
        finally:
            emotebot_blender.unregister()
    elif words[:2] == ["blender", "--command"]:
        run_emotebot([], words[3:], is_parsed)
    elif words[0] == "blender":
        run_emotebot(["--face", words[1]], words[words.index("emotebot") + 1 :], is_parsed)
    else:
        assert words[0] == "emotebot", f"the test knows no command “{words[0]}”"
        run_emotebot([], words[1:], is_parsed)


def run_emotebot(more: list[str], arguments: list[str], is_parsed: bool) -> None:
    arguments = [arguments[0], *more, *arguments[1:]]
    if is_parsed or any(option in arguments for option in RENDERING):
        parser_of(defaultdict(lambda: lambda _: None)).parse_args(arguments)
    else:
        make_inputs(arguments)
        assert command.main(arguments) == 0


def make_inputs(words: list[str]) -> None:
    for table in {"shots.csv"}.intersection(words):
        Path(table).write_text("script,csv\nhappy,a.csv\n", encoding="utf-8")
    for before, name in pairwise(words):
        if before in INPUTS and not name.startswith("-") and not Path(name).exists():
            assert command.main(["character", "--output", name, "--quiet"]) == 0


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if " script" in block.kind and not block.left], ids=str
)
def test_scripts_are_read(block) -> None:
    ending = block.kind.partition("script")[2] or ".txt"
    name = "a.json" if block.kind.startswith("json") else f"a{ending}"
    assert read_text_as(name, block.code, Lexicon.load()).beats


@pytest.mark.parametrize("block", of_kind("json words", "json"), ids=str)
def test_json_is_json(block, tmp_path) -> None:
    json.loads(block.code)
    if block.kind == "json words":
        (tmp_path / "words.json").write_text(block.code, encoding="utf-8")
        assert read_word_list(tmp_path / "words.json")


def test_what_the_examples_of_words_mean(place) -> None:
    """Every phrase in the table of clauses is a script."""
    page = (ROOT / "docs" / "script.md").read_text(encoding="utf-8")
    table = page.partition("| clause |")[2].partition("\n\n")[0]
    examples = [code for row in table.splitlines()[2:] for code in examples_of(row)]
    assert len(examples) > 8
    for example in examples:
        assert read_text_as("a.txt", example, Lexicon.load()).beats, example


def examples_of(row: str) -> list[str]:
    return re.findall("`([^`]+)`", row.rsplit("|", 2)[1])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_and_pictures_of_a_page_are_there(page) -> None:
    """Where the page is read as it is, on a forge; the site has a test of its own."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    addresses = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text)
    paths = {one.partition("#")[0] for pair in addresses for one in pair if "://" not in one}
    assert [path for path in sorted(paths) if not (page.parent / path).exists()] == []
