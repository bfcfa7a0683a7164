# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the keys are to work with: how many there are, and on how many frames of the summary.

    python benchmarks/keys.py [FACE.blend]

Each script is performed with several seeds, and its keys are found twice: each curve's on frames of
its own, and in columns as EmoteBot writes them. A pose can be taken hold of in the dope sheet's
summary where few of its frames hold a key; a key can be moved without a thought for its handles
where Blender finds these. Without a file the face is one triangle with the 52 channels. Times are
those of one core, ten minutes of performance, all in one run.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from speed import RATE, TOLERANCE, open_face, ten_minutes  # noqa: E402

from emotebot_blender.animation.auto_handles import AutoKeys, find_auto_handles  # noqa: E402
from emotebot_blender.animation.fitted_keys import fit_keys  # noqa: E402
from emotebot_blender.animation.keyframes import column_groups  # noqa: E402
from emotebot_blender.animation.mixing import group_of  # noqa: E402
from emotebot_blender.core.channels import MIX_GROUPS  # noqa: E402
from emotebot_blender.core.lexicon.lexicon import Lexicon  # noqa: E402
from emotebot_blender.core.performance.networks import load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import perform  # noqa: E402
from emotebot_blender.core.reduce import BezierKeys, reduce_channels  # noqa: E402
from emotebot_blender.core.script.script_files import read_script  # noqa: E402
from emotebot_blender.rig.control import Control  # noqa: E402
from emotebot_blender.rig.pose import solver_of  # noqa: E402

SCRIPTS = {
    "four feelings": "happy, then surprised, then sad, then angry",
    "slow": "0s happy\n3s disgusted\n6s neutral\n8s terrified\n11s sad\n",
    "half a minute": ", then ".join(
        ("happy", "surprised 80%", "sad", "angry 60%", "afraid", "disgusted", "neutral") * 2
    ),
}
SEEDS = range(5)
ROUNDS = 3


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How good the keys are to work with.")
    parser.add_argument("face", nargs="?", metavar="FACE.blend", help="default: one triangle")
    options = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    controls = [control for control in open_face(options.face).controls() if not control.blocked]
    networks, lexicon = load_networks(), Lexicon.load(None)
    print("frames of the summary with a key, alone > in columns; keys in columns per key alone,")
    print("on average and at most; keys in columns with handles that Blender finds")
    for name, words in SCRIPTS.items():
        script = read_script(words, lexicon)
        rows = []
        for seed in SEEDS:
            clip = perform(script, networks, RATE, seed)
            rows.append(compared(controls, solver_of(controls).values(clip.weights, clip.shares)))
        print(f"{name}, {len(SEEDS)} seeds")
        for part in rows[0]:
            alone, columns, keys, auto = np.mean([row[part] for row in rows], axis=0)
            most = max(row[part][2] for row in rows)
            print(
                f"  {part:10} {100 * alone:5.0f} % > {100 * columns:3.0f} %, "
                f"keys {keys:.2f}, at most {most:.2f}; {100 * auto:3.0f} % auto"
            )
    clip = perform(ten_minutes(), networks, RATE)
    values = solver_of(controls).values(clip.weights, clip.shares)
    alone = min(seconds(lambda: keys_alone(controls, values)) for _ in range(ROUNDS))
    columns = min(seconds(lambda: keys_in_columns(controls, values)) for _ in range(ROUNDS))
    keys = keys_in_columns(controls, values)
    auto = min(seconds(lambda: auto_handles(keys, values)) for _ in range(ROUNDS))
    print(f"ten minutes: {alone:.2f} s alone, {columns:.2f} s in columns, {auto:.2f} s for handles")
    fitted_keys(controls, values)
    values[-2 * int(RATE) :] *= 0.9
    print(f"again once its end has changed: {seconds(lambda: fitted_keys(controls, values)):.2f} s")


def compared(
    controls: Sequence[Control], values: NDArray[np.float32]
) -> dict[str, tuple[float, float, float, float]]:
    """Return for the face and each part of it the shares of frames with a key, and of keys.

    The last one is that of keys in columns with handles that Blender finds.

    Args:
        controls: what is keyed.
        values: shape (frames, controls).
    """
    alone, columns = keys_alone(controls, values), keys_in_columns(controls, values)
    figures, handles = {}, auto_handles(columns, values)
    for part in ("whole face", *MIX_GROUPS):
        own = [i for i, c in enumerate(controls) if part in ("whole face", group_of(c))]
        before, after = ([keys[i] for i in own] for keys in (alone, columns))
        ratio = sum(map(len, after)) / sum(map(len, before))
        auto = float(np.mean(np.concatenate([handles[i][1] for i in own])))
        figures[part] = summary(before, len(values)), summary(after, len(values)), ratio, auto
    return figures


def keys_alone(_controls: Sequence[Control], values: NDArray[np.float32]) -> tuple[BezierKeys, ...]:
    """Return the keys of each control, found by itself."""
    return reduce_channels(np.arange(len(values)), values, TOLERANCE)


def keys_in_columns(
    controls: Sequence[Control], values: NDArray[np.float32]
) -> tuple[BezierKeys, ...]:
    """Return the keys of each control as EmoteBot writes them."""
    groups = column_groups(controls, values, TOLERANCE)
    return reduce_channels(np.arange(len(values)), values, TOLERANCE, groups)


def fitted_keys(controls: Sequence[Control], values: NDArray[np.float32]) -> list[AutoKeys]:
    """Return the keys as EmoteBot writes them, what it has found before remembered."""
    groups = column_groups(controls, values, TOLERANCE)
    return fit_keys(np.arange(len(values), dtype=np.float64), values, TOLERANCE, groups)


def auto_handles(curves: Sequence[BezierKeys], values: NDArray[np.float32]) -> list[AutoKeys]:
    """Return keys with Blender's own handles where these serve."""
    frames = np.arange(len(values), dtype=np.float64)
    return find_auto_handles(curves, frames, values, TOLERANCE)


def summary(curves: Sequence[BezierKeys], frames: int) -> float:
    """Return the share of frames on which any of the curves has a key."""
    return len({frame for keys in curves for frame in keys.co[:, 0].tolist()}) / frames


def seconds(action: Callable[[], object]) -> float:
    """Return the processor's seconds that an action takes."""
    start = time.process_time()
    action()
    return time.process_time() - start


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # bpy as a module may hang on its way out
