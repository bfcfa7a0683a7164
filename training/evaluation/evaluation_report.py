# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of an evaluation, from its figures, its pictures and ``report.html``."""

from collections.abc import Mapping
from pathlib import Path

from .report_elements import Figures, Picture
from .report_sections import sections, summary
from .targets import targets

TEMPLATE = Path(__file__).resolve().parent / "report.html"


def write_page(figures: Figures, pictures: Mapping[str, list[Picture]], path: Path) -> None:
    """Write the page.

    Args:
        figures: from ``training.evaluation.evaluate``.
        pictures: name of a section to its pictures, which lie beside the page.
        path: of the page.
    """
    import jinja2

    template = jinja2.Template(
        TEMPLATE.read_text(encoding="utf-8"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    parts = sections(figures)
    for part in parts:
        part.pictures += pictures.get(part.name, [])
    page = template.render(
        networks=figures["networks"],
        summary=summary(figures),
        sections=parts,
        targets=targets(),
        sizes=figures["sizes"],
    )
    path.write_text(page + "\n", encoding="utf-8")
