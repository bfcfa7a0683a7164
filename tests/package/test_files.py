# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = (
    *("emotebot_blender", "training", "tests", "benchmarks"),
    *("tools", "examples", "docs", ".ci"),
)
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_says_its_licence_and_is_not_too_long(path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "# SPDX-License-Identifier: GPL-3.0-or-later" in lines[:2]
    assert len(lines) <= 400
