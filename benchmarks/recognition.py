# SPDX-License-Identifier: GPL-3.0-or-later
"""How well, and how fast, shape keys are recognised by what they do.

    python benchmarks/recognition.py [FACE.blend]

Names are never looked at, but to count. EmoteBot's own head is recognised by the template that
ships, and as one of other styles; a face in a file, whose names say what its shape keys are, is
recognised by that template, and EmoteBot's head by a template made of the face.

Real faces lack keys and have others. So each of them is recognised again with channels left out,
one by one and in pairs, with 15, 25 and 35 channels kept, with sums of channels (whole emotions,
visemes) and halves of central ones added, and with both sides in one key. A key that is no channel
but does what the left-out one does on that head, as the reference head's cheek raiser does what its
cheek squint does, is neither right nor wrong: it is counted as a stand-in.

The template is of EmoteBot's head alone, of how it moved before it was redrawn and how far it goes
today (``tools/displacements.py``); but the few settings of ``core/rig/recognition.py``, and of
``match_confidence.py`` where a face is whole, were chosen with a look at the reference head, in
both directions: its figures say less than those of a face that was never looked at. Those for faces
that lack channels were chosen on heads made from EmoteBot's former one, and checked on both heads.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own packages, wherever this is started

import bpy  # noqa: E402
import numpy as np  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.core.channels import mirrored_name  # noqa: E402
from emotebot_blender.core.rig.displacements import Displacements, Moved  # noqa: E402
from emotebot_blender.core.rig.face_template import FaceTemplate, read_template, template_of  # noqa: E402
from emotebot_blender.core.rig.orientation import measure_any_way  # noqa: E402
from emotebot_blender.core.rig.recognition import CONFIDENT, ShapeMatch, recognise  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.rig.mesh_displacements import read_displacements  # noqa: E402

STYLES = (1, 2, 3)
VERTICES = 30_000
KEYS = 60
KEPT = (15, 25, 35)
SEEDS = 12
BANDS = (0.0, 0.5, 0.7, 0.8, CONFIDENT)

SUMS = (
    ("mouthSmile", "cheekSquint"),
    ("mouthFrown", "browInnerUp"),
    ("browDown", "eyeSquint", "noseSneer"),
    ("browInnerUp", "browOuterUp", "eyeWide"),
    ("jawOpen", "mouthFunnel"),
    ("jawOpen", "mouthSmile"),
    ("mouthPucker", "mouthFunnel"),
    ("mouthStretch", "mouthLowerDown"),
)
"""Channels of both sides that whole emotions, visemes and correctives show together."""

AS_GOOD = 0.9
"""Cosine of what two keys do to the same mesh from which one stands in for the other."""


@dataclass(frozen=True)
class KnownFace:
    """A face and what its keys show.

    Attributes:
        displacements: of its keys.
        channels: to the rows of the keys that show them.
        full: what each channel does where its keys were not left out, displacements of all
            vertices, (vertices, 3).
    """

    displacements: Displacements
    channels: Mapping[str, list[int]]
    full: Mapping[str, np.ndarray]

    def keeping(self, channels: Iterable[str]) -> "KnownFace":
        """Return the face without the keys of other channels; those of no channel stay."""
        kept = set(channels)
        gone = {row for name, rows in self.channels.items() if name not in kept for row in rows}
        names = list(self.displacements.keys)
        rows = [row for row in range(len(names)) if row not in gone]
        place = {row: new for new, row in enumerate(rows)}
        keys = {names[row]: self.displacements.keys[names[row]] for row in rows}
        shown = {
            name: [place[row] for row in rows_]
            for name, rows_ in self.channels.items()
            if name in kept
        }
        return self._with(keys, shown)

    def adding(self, steps: Iterable[np.ndarray]) -> "KnownFace":
        """Return the face with keys more that show no channel."""
        more = {f"more {number}": _moved(step) for number, step in enumerate(steps)}
        return self._with({**self.displacements.keys, **more}, self.channels)

    def in_one(self) -> "KnownFace":
        """Return the face with one key for both sides, shuffled, and both eyes to a side in one."""
        poses = [("eyeLookOutLeft", "eyeLookInRight"), ("eyeLookInLeft", "eyeLookOutRight")]
        single = {name for pose in poses for name in pose}
        for name in self.channels:
            directed = name in ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
            pose = (name,) if directed else tuple(sorted({name, mirrored_name(name)}))
            if name not in single and pose not in poses:
                poses.append(pose)
        random.Random(0).shuffle(poses)
        keys = {
            f"Key {number}": _moved(np.sum([self.full[name] for name in pose], axis=0))
            for number, pose in enumerate(poses)
        }
        return self._with(keys, {n: [row] for row, pose in enumerate(poses) for n in pose})

    def is_stand_in(self, match: ShapeMatch) -> bool:
        """Return whether keys that show no channel do what the one does that was left out."""
        used = {row for rows in self.channels.values() for row in rows}
        left_out = match.channel in self.full and match.channel not in self.channels
        if not left_out or used.intersection(match.keys):
            return False
        moved = list(self.displacements.keys.values())
        does = np.zeros_like(self.displacements.positions)
        for row in match.keys:
            at, by = moved[row]
            does[at] += by
        other = self.full[match.channel]
        cosine = (does * other).sum() / np.linalg.norm(does) / np.linalg.norm(other)
        return bool(cosine >= AS_GOOD)

    def _with(self, keys: Mapping[str, Moved], channels: Mapping[str, list[int]]) -> "KnownFace":
        face = self.displacements
        return KnownFace(Displacements(face.positions, face.islands, keys), channels, self.full)


@dataclass
class Counts:
    """What was recognised in some cases."""

    channels: int = 0
    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    standing_in: list[float] = field(default_factory=list)

    def add(self, face: KnownFace, template: FaceTemplate) -> None:
        """Recognise a face and count."""
        self.channels += len(face.channels)
        for match in recognise(measure_any_way(face.displacements, template), template):
            if face.channels.get(match.channel) == sorted(match.keys):
                counted = self.right
            else:
                counted = self.standing_in if face.is_stand_in(match) else self.wrong
            counted.append(match.confidence)

    def __str__(self) -> str:
        sure, wrong, stand_ins = (
            sum(confidence >= CONFIDENT for confidence in counted)
            for counted in (self.right, self.wrong, self.standing_in)
        )
        text = (
            f"{len(self.right)} of {self.channels} channels right, {sure} of them at "
            f"{CONFIDENT:g} or more; {len(self.wrong)} wrong, {wrong} at {CONFIDENT:g} or more"
        )
        return f"{text}; {stand_ins} stand-ins at {CONFIDENT:g} or more" if stand_ins else text


def main(arguments: list[str]) -> None:
    """Recognise, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("face", nargs="?", type=Path, metavar="FACE.blend")
    options = parser.parse_args(arguments)
    shipped = read_template()
    faces = [own_face(style) for style in (0, *STYLES)]
    pairs = [(f"style {style} by EmoteBot's template", faces[style], shipped) for style in STYLES]
    print(f"EmoteBot by its template: {counted([faces[0]], shipped)}")
    if options.face:
        bpy.ops.wm.open_mainfile(filepath=str(options.face))
        other = read_face(None)
        pairs.append((f"{options.face.stem} by EmoteBot's template", other, shipped))
        effects = measure_any_way(other.displacements, shipped)
        template = template_of(effects, other.channels)
        pairs.append((f"EmoteBot by a template of {options.face.stem}", faces[0], template))
    every = Counts()
    for title, face, template in pairs:
        print(f"{title}:")
        for case, variants in cases(face):
            counts = counted(variants, template)
            print(f"  {case}: {counts}")
            every.right += counts.right
            every.wrong += counts.wrong
    print("Wrong share by confidence, all of these together:")
    for low, high in zip(BANDS, (*BANDS[1:], 1.01), strict=True):
        right, wrong = (
            sum(low <= confidence < high for confidence in counts)
            for counts in (every.right, every.wrong)
        )
        print(
            f"  {low:g} to {min(high, 1):g}: {wrong / max(right + wrong, 1):.1%} of {right + wrong}"
        )
    seconds = measured_time(shipped)
    print(f"{KEYS} shape keys on {VERTICES:,} vertices: {seconds:.2f} s")


def counted(faces: Iterable[KnownFace], template: FaceTemplate) -> Counts:
    """Return what is recognised of some faces."""
    counts = Counts()
    for face in faces:
        counts.add(face, template)
    return counts


def cases(face: KnownFace) -> Iterator[tuple[str, Iterable[KnownFace]]]:
    """Yield what faces may be like, and a face in these ways."""
    names = list(face.channels)
    yield "all keys", [face]
    yield "both sides in one key", [face.in_one()]
    yield "sums and halves more", [face.adding(sums(face, random.Random(0)))]
    gone = [{name} for name in names]
    gone += [{name, mirrored_name(name)} for name in names if name.endswith("Left")]
    yield "each channel and pair left out", (face.keeping(set(names) - one) for one in gone)
    for count in KEPT:
        kept = [some_channels(names, count, seed) for seed in range(SEEDS)]
        yield f"{count} channels, {SEEDS} times", (face.keeping(some) for some in kept)
        yield (
            f"{count} channels, sums and halves more, {SEEDS} times",
            (
                face.keeping(some).adding(sums(face, random.Random(seed)))
                for seed, some in enumerate(kept)
            ),
        )


def some_channels(names: Iterable[str], count: int, seed: int) -> list[str]:
    """Return about that many channels: those of both sides together where the seed is odd."""
    groups: dict[str, list[str]] = {}
    for name in names:
        side = min(name, mirrored_name(name)) if seed % 2 else name
        groups.setdefault(side, []).append(name)
    rng = random.Random(100 * count + seed)
    kept: list[str] = []
    for side in rng.sample(sorted(groups), len(groups)):
        if len(kept) < count:
            kept += groups[side]
    return kept


def sums(face: KnownFace, rng: random.Random, count: int = 5) -> Iterator[np.ndarray]:
    """Yield keys that show no channel: sums of channels, and the left half of a central one."""
    for stems in rng.sample(SUMS, count):
        shown = [face.full[n] for stem in stems for n in face.full if _stem(n) == stem]
        yield np.sum([rng.uniform(0.5, 1) * step for step in shown], axis=0)
    central = rng.choice(("mouthPucker", "mouthFunnel", "browInnerUp", "mouthRollLower"))
    positions = face.displacements.positions
    half = np.ptp(positions[np.abs(face.full[central]).max(axis=1) > 0, 0]) / 2
    middle = np.median(positions[np.abs(face.full[central]).max(axis=1) > 0, 0])
    yield face.full[central] / (1 + np.exp(-8 * (positions[:, :1] - middle) / half))


def own_face(style: int) -> KnownFace:
    """Return the built-in head in a style."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    root = add_character(bpy.context.scene, style=style)
    bpy.context.view_layer.update()
    return read_face(root)


def read_face(start: bpy.types.Object | None) -> KnownFace:
    """Return a face of the open scene, and which keys show which channel by their names."""
    face = find_face(start, bpy.context.scene)
    displacements = read_displacements(face.objects)
    rows = {name: row for row, name in enumerate(displacements.keys)}
    names: dict[str, set[int]] = {}
    for rig_map in face.maps:
        for channel, keys in rig_map.shape_keys.items():
            names.setdefault(channel, set()).update(rows[key] for key in keys if key in rows)
    channels = {channel: sorted(keys) for channel, keys in names.items() if keys}
    moved = list(displacements.keys.values())
    full = {}
    for channel, shown in channels.items():
        full[channel] = np.zeros_like(displacements.positions)
        for row in shown:
            at, by = moved[row]
            full[channel][at] += by
    return KnownFace(displacements, channels, full)


def measured_time(template: FaceTemplate) -> float:
    """Return the seconds that it takes to read and recognise a large head, the best of three."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    root = add_character(bpy.context.scene)
    source = bpy.data.objects[f"{root.name} head"]
    blocks = source.data.shape_keys.key_blocks
    points = np.empty(3 * len(source.data.vertices), dtype=np.float32)
    edges = np.empty(2 * len(source.data.edges), dtype=np.int32)
    source.data.edges.foreach_get("vertices", edges)
    copies = -(-VERTICES // len(source.data.vertices))
    offsets = np.arange(copies)[:, None, None] * len(source.data.vertices)
    mesh = bpy.data.meshes.new("Large")
    blocks[0].points.foreach_get("co", points)
    large = np.tile(points.reshape(-1, 3), (copies, 1))[:VERTICES]
    pairs = (edges.reshape(1, -1, 2) + offsets).reshape(-1, 2)
    mesh.from_pydata(large.tolist(), pairs[(pairs < VERTICES).all(axis=1)].tolist(), [])
    head = bpy.data.objects.new("Large", mesh)
    bpy.context.scene.collection.objects.link(head)
    for index in range(KEYS + 1):
        blocks[index].points.foreach_get("co", points)
        block = head.shape_key_add(name=f"Key {index}", from_mix=False)
        shape = np.tile(points.reshape(-1, 3), (copies, 1))[:VERTICES]
        block.points.foreach_set("co", np.ascontiguousarray(shape).ravel())
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        recognise(measure_any_way(read_displacements([head]), template), template)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def _moved(step: np.ndarray) -> Moved:
    at = np.flatnonzero(np.abs(step).max(axis=1) > 0)
    return at, step[at].astype(np.float32)


def _stem(channel: str) -> str:
    return channel.removesuffix("Left").removesuffix("Right")


if __name__ == "__main__":
    main(sys.argv[1:])
