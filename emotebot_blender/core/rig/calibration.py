# SPDX-License-Identifier: GPL-3.0-or-later
"""How far each channel goes at full, and the gains that bring it to what is usual.

Heads made with care differ by up to four times in single channels, and performances read well on
both that are known: EmoteBot's own head, and one whose figures are in ``data/channel_sizes.json``.
So every channel has a range of usual sizes, from the smaller of these to the larger, and a gain is
for what lies outside: the faint mouth of a drawn face, a caricature.

Not every channel may be scaled. A blink closes the eye of this very face, whatever its size; gaze
is an angle; a tongue is as long as its maker drew it. ``mouthClose`` undoes ``jawOpen``, and so has
its gain. Lids that squint or open wide are measured in blinks of the same eye, as large eyes have
longer ways. All others (brows, cheeks, nose, jaw, lips) are measured in half distances of the eyes.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from ..channels import CHANNELS, mirrored_name
from ..errors import EmoteBotError
from .channel_checks import UNEVEN
from .face_template import FILE, read_template

SIZES_FILE = FILE.with_name("channel_sizes.json")
"""Sizes of the channels on a head that this project did not make; ``tools/displacements.py``."""

_STRAY = 1.3
"""How far beyond the sizes on known heads is usual still. In the other seven of its ready styles,
EmoteBot's own head goes up to 1.29 times beyond, with the same movements on other proportions."""

_LEAST, _MOST = 0.5, 2.0
"""Ends of a gain."""

_HARDLY = 0.05
"""A gain so near to 1 is none."""

_IN_BLINKS = {
    f"eye{what}{side}": f"eyeBlink{side}"
    for what in ("Squint", "Wide")
    for side in ("Left", "Right")
}
"""Channels of lids, and the way of the lid that they are measured by."""

_FOLLOWING = {"mouthClose": "jawOpen"}
"""Channels that have the gain of another one, which they undo."""

_UNSCALED = ("eyeBlink", "eyeLook", "tongueOut", *_FOLLOWING)

SCALED: tuple[str, ...] = tuple(name for name in CHANNELS if not name.startswith(_UNSCALED))
"""Channels that are measured for a gain of their own."""

Range = tuple[float, float]
"""The least and the greatest size that is usual."""


def measure_gains(sizes: Mapping[str, float], usual: Mapping[str, Range]) -> dict[str, float]:
    """Return the gains of channels that go further than is usual, or hardly as far.

    Args:
        sizes: channel to how far it goes at full, in half distances of the eyes.
        usual: as ``usual_ranges`` gives it.

    Returns:
        Channel to its gain, 0.5 to 2; without those that go as far as they should.
    """
    gains = {}
    for name, size in _comparable(sizes).items():
        low, high = usual.get(name, (size, size))
        gain = float(np.clip(np.clip(size, low, high) / size, _LEAST, _MOST))
        if abs(gain - 1) > _HARDLY:
            gains[name] = round(gain, 3)
    for name, other in _FOLLOWING.items():
        if name in sizes and other in gains:
            gains[name] = gains[other]
    return gains


@cache
def usual_ranges(path: Path = SIZES_FILE) -> Mapping[str, Range]:
    """Return the usual sizes of channels, by the heads that are known.

    Args:
        path: of the sizes on a head beside the template.

    Raises:
        EmoteBotError: the file, or the template, is missing or damaged.
    """
    template = read_template()
    own = dict(zip(template.channels, template.effects.sizes.tolist(), strict=True))
    return ranges_of([own, _read_sizes(path)])


def ranges_of(heads: Iterable[Mapping[str, float]]) -> dict[str, Range]:
    """Return the usual sizes of channels by heads whose channels go as far as they should.

    Args:
        heads: for each the sizes of its channels, as ``measure_gains`` takes them.
    """
    known = [_comparable(sizes) for sizes in heads]
    ranges = {}
    for name in SCALED:
        own = [sizes[name] for sizes in known if name in sizes]
        if own:
            ranges[name] = (min(own) / _STRAY, max(own) * _STRAY)
    return ranges


def sizes_text(source: str, sizes: Mapping[str, float]) -> str:
    """Return the sizes of a head's channels as JSON, which ``usual_ranges`` takes.

    Args:
        source: which head it is.
        sizes: channel to its size.
    """
    rounded = {name: round(sizes[name], 4) for name in CHANNELS if name in sizes}
    return json.dumps({"source": source, "sizes": rounded}, indent=2) + "\n"


def _comparable(sizes: Mapping[str, float]) -> dict[str, float]:
    """Return the sizes of scaled channels that can be compared between heads.

    Both sides have the mean of theirs. Sides that differ clearly are left out, as no gain would put
    that right, and so are channels that move nothing.
    """
    measured = {}
    for name in SCALED:
        unit = sizes.get(_IN_BLINKS[name], 0.0) if name in _IN_BLINKS else 1.0
        if sizes.get(name, 0.0) > 0 and unit > 0:
            measured[name] = sizes[name] / unit
    paired = {}
    for name, size in measured.items():
        other = measured.get(mirrored_name(name), size)
        if max(size, other) <= UNEVEN * min(size, other):
            paired[name] = (size + other) / 2
    return paired


def _read_sizes(path: Path) -> dict[str, float]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): float(size) for name, size in content["sizes"].items()}
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=path, reason=error.strerror
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EmoteBotError("{path} holds no sizes of channels", path=path) from error
