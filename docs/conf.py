# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site of the Markdown pages.

    python -m pip install -e ".[docs]"
    python -m sphinx -W --keep-going -c docs . build/site

The site has the folders of the repository, so that a link is the same on a forge and on the site.
The pages are plain Markdown: which of them the site lists, and in which order, stands here.
"""

import shutil
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_MANIFEST = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))

CHAPTERS = {
    "Start here": ("install", "tutorial", "tour", "character"),
    "Use": ("panel", "script", "export", "exchange", "assets", "troubleshooting", "glossary"),
    "Faces": ("rigs", "faces"),
    "Game engines": ("unreal", "unity", "godot", "vrm"),
    "Scripts and farms": ("python", "command", "batch", "farm"),
    "Networks": ("training", "speed", "../training/MODEL_CARD", "../training/data/README"),
    "Project": ("extension-site", "../CONTRIBUTING", "../CHANGELOG"),
}
"""Pages of each chapter, those that are there; other pages of the folder stand under "More"."""

_COPIED = ("evaluation",)
"""Folders of web pages that are made elsewhere, with their pictures."""

project = _MANIFEST["name"]
version = release = _MANIFEST["version"]
author = _MANIFEST["maintainer"]
copyright = _MANIFEST["copyright"][0]  # noqa: A001 - as Sphinx calls it
extensions = ["myst_parser"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 3
root_doc = "docs/index"
include_patterns = [
    "docs/*.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "training/MODEL_CARD.md",
    "training/data/README.md",
]
exclude_patterns = [
    ".*", "build", "dist", "runs", "collections", "emotebot_blender", "tests", "**/__pycache__"
]  # fmt: skip
html_theme = "furo"
html_title = project
html_additional_pages = {"index": "to_front_page.html"}
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
html_copy_source = False
html_show_sphinx = False


def add_contents(_app: Any, page: str, source: list[str]) -> None:
    """Add the table of contents to the front page, which is plain Markdown without one."""
    if page == root_doc:
        source[0] += "\n" + "\n".join(_contents())


def _contents() -> list[str]:
    """Return directives that list the pages, chapter by chapter."""
    listed = {name for names in CHAPTERS.values() for name in names} | {"index"}
    rest = sorted(path.stem for path in (ROOT / "docs").glob("*.md") if path.stem not in listed)
    chapters = CHAPTERS | {"More": tuple(rest)}
    directives = []
    for chapter, names in chapters.items():
        there = [name for name in names if (ROOT / "docs" / f"{name}.md").is_file()]
        if there:
            directives += ["```{toctree}", ":hidden:", f":caption: {chapter}", "", *there, "```"]
    return directives


def settle_links(app: Any, tree: Any) -> None:
    """Have links to copied web pages lead to them, and leave of links to folders the text alone.

    Sphinx would offer the ones as downloads and miss the others.
    """
    from docutils import nodes
    from sphinx import addnodes

    page = app.env.docname
    for link in list(tree.findall(addnodes.download_reference)):
        name = _target(app, link).relative_to(ROOT).as_posix()
        if name.startswith(tuple(f"docs/{folder}/" for folder in _COPIED)):
            uri = Path(*[".."] * page.count("/"), name).as_posix()
            link.replace_self(nodes.reference("", "", *link.children, refuri=uri))
    for link in list(tree.findall(addnodes.pending_xref)):
        if link["reftype"] == "myst" and _target(app, link).is_dir():
            link.replace_self(link.children)


def _target(app: Any, link: Any) -> Path:
    return Path(app.env.relfn2path(link["reftarget"], app.env.docname)[1])


def copy_pages(app: Any, problem: Exception | None) -> None:
    """Copy the web pages that are made elsewhere."""
    for name in _COPIED if problem is None else ():
        target = Path(app.outdir) / "docs" / name
        shutil.copytree(ROOT / "docs" / name, target, dirs_exist_ok=True)


def setup(app: Any) -> dict[str, bool]:
    """Follow what Sphinx does."""
    app.connect("source-read", add_contents)
    app.connect("doctree-read", settle_links, 400)  # before Sphinx collects downloads
    app.connect("build-finished", copy_pages)
    return {"parallel_read_safe": True}
