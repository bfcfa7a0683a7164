# SPDX-License-Identifier: GPL-3.0-or-later
"""How quick a face is mapped by the names of its shape keys.

    python benchmarks/names.py

Three meshes with as many shape keys as few characters have: channels among shape keys of the body,
whole sets of channels with prefixes of their own, and names that say nothing. What is measured is
the first look at a mesh, in processor time; later ones are remembered.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.rig.convention_files import conventions  # noqa: E402
from emotebot_blender.core.rig.matching import NameIndex  # noqa: E402

RUNS = 9


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How quick a face is mapped by its names.")
    parser.add_argument("--count", type=int, default=2000, help="shape keys of a mesh")
    count = parser.parse_args(arguments).count
    start = time.process_time()
    index = NameIndex(conventions())
    spent = time.process_time() - start
    print(f"{len(conventions())} conventions read in {spent * 1e3:.0f} ms, once a session")
    for name, names in meshes(count).items():
        seconds = []
        for _ in range(RUNS):
            start = time.process_time()
            rig_map = index.best_map({"shape_key": names})
            seconds.append(time.process_time() - start)
        print(
            f"{name}: {len(names)} shape keys, {len(rig_map.channels)} channels "
            f"({rig_map.convention or 'no convention'}), {statistics.median(seconds) * 1e3:.1f} ms"
        )


def meshes(count: int) -> dict[str, list[str]]:
    """Return the names of some meshes with so many shape keys each."""
    body = [f"Body_{part}_{n}" for n in range(count) for part in ("Smile", "Open", "Puff_L")]
    heads = [chr(ord("a") + n % 26) * (1 + n // 26) for n in range(count // len(CHANNELS) + 1)]
    sets = [f"{head}.{channel}" for head in heads for channel in CHANNELS]
    return {
        "channels among others": [*CHANNELS, *body][:count],
        "channels with many prefixes": sets[:count],
        "names that say nothing": [f"Key {n}" for n in range(count)],
    }


if __name__ == "__main__":
    main(sys.argv[1:])
