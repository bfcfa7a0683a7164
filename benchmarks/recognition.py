# SPDX-License-Identifier: GPL-3.0-or-later
"""How well, and how fast, shape keys are recognised by what they do.

    python benchmarks/recognition.py [FACE.blend]

Names are never looked at, but to count. EmoteBot's own head is recognised by the template that
ships, which is itself, and as one of other styles; a face in a file, whose names say what its shape
keys are, is recognised by that template, and EmoteBot's head by a template made of the face. The
template is of EmoteBot's head alone; but the few settings of ``core/rig/recognition.py``, levels of
confidence among them, were chosen with a look at the reference head, in both directions: its
figures say less than those of a face that was never looked at.
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own packages, wherever this is started

import bpy  # noqa: E402
import numpy as np  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.core.rig.displacements import Displacements  # noqa: E402
from emotebot_blender.core.rig.face_template import FaceTemplate, read_template, template_of  # noqa: E402
from emotebot_blender.core.rig.orientation import measure_any_way  # noqa: E402
from emotebot_blender.core.rig.recognition import CONFIDENT, recognise  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.rig.mesh_displacements import read_displacements  # noqa: E402

STYLES = (1, 2, 3)
VERTICES = 30_000
KEYS = 60


def main(arguments: list[str]) -> None:
    """Recognise, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("face", nargs="?", type=Path, metavar="FACE.blend")
    options = parser.parse_args(arguments)
    shipped = read_template()
    own, own_names = own_face(0)
    report("EmoteBot by its own template", own, own_names, shipped)
    for style in STYLES:
        report(f"style {style} by that template", *own_face(style), shipped)
    if options.face:
        bpy.ops.wm.open_mainfile(filepath=str(options.face))
        other, names = read_face(None)
        report(f"{options.face.stem} by that template", other, names, shipped)
        template = template_of(measure_any_way(other, shipped), names)
        report(f"EmoteBot by a template of {options.face.stem}", own, own_names, template)
    seconds = measured_time(shipped)
    print(f"{KEYS} shape keys on {VERTICES:,} vertices: {seconds:.2f} s")


def own_face(style: int) -> tuple[Displacements, dict[str, list[int]]]:
    """Return the built-in head in a style, as ``read_face`` does."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    root = add_character(bpy.context.scene, style=style)
    bpy.context.view_layer.update()
    return read_face(root)


def read_face(start: bpy.types.Object | None) -> tuple[Displacements, dict[str, list[int]]]:
    """Return a face of the open scene, and which keys show which channel by their names."""
    face = find_face(start, bpy.context.scene)
    displacements = read_displacements(face.objects)
    rows = {name: row for row, name in enumerate(displacements.keys)}
    names: dict[str, set[int]] = {}
    for rig_map in face.maps:
        for channel, keys in rig_map.shape_keys.items():
            names.setdefault(channel, set()).update(rows[key] for key in keys if key in rows)
    return displacements, {channel: sorted(keys) for channel, keys in names.items() if keys}


def report(
    title: str, face: Displacements, names: dict[str, list[int]], template: FaceTemplate
) -> None:
    """Print how many channels are recognised."""
    matches = recognise(measure_any_way(face, template), template)
    right = [match for match in matches if names.get(match.channel) == sorted(match.keys)]
    wrong = [match for match in matches if match not in right]
    sure = sum(match.confidence >= CONFIDENT for match in right)
    most = max((match.confidence for match in wrong), default=0.0)
    print(
        f"{title}: {len(right)} of {len(names)} channels right, {sure} of them at {CONFIDENT:g} or "
        f"more; {len(wrong)} wrong, at {most:.2f} or less"
    )


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


if __name__ == "__main__":
    main(sys.argv[1:])
