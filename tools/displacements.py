# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how far each channel goes, for the template of other faces and for their calibration.

    python tools/displacements.py

The template ``data/displacements.npz`` says what channels do. Where and which way they move the
skin was measured on EmoteBot's head before it was redrawn. On today's, brows, lids and cheeks go
along with other channels as they do on no other head: by a template of it alone, 40 of 51 channels
of the reference head of ``../shared`` were recognised, by the former one 49 (both as
``benchmarks/recognition.py`` counts). So that is kept as data. How far channels go, how far
eyeballs turn and the tongue comes out is measured on today's head and put into the file.

How far the channels go on the reference head goes into ``data/channel_sizes.json``, a number for
each, where that head is there; else the file stays as it is. No other face goes into either.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import bpy  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.rig.calibration import SIZES_FILE, sizes_text  # noqa: E402
from emotebot_blender.core.rig.face_alignment import align  # noqa: E402
from emotebot_blender.core.rig.face_template import (  # noqa: E402
    FILE,
    FaceTemplate,
    read_template,
    template_of,
    write_template,
)
from emotebot_blender.core.rig.key_effects import KeyEffects, measure  # noqa: E402
from emotebot_blender.rig.channel_effects import measure_channels  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.rig.mesh_displacements import read_displacements  # noqa: E402

REFERENCE = ROOT.parent / "shared" / "rigs" / "reference_head.blend"

SOURCE = (
    "The ICT-FaceKit light model, USC Institute for Creative Technologies: how far its channels "
    "go, in half distances of the eyes, as tools/displacements.py measures it"
)


def own_template() -> FaceTemplate:
    """Return what the channels of EmoteBot's own head do."""
    scene = bpy.data.scenes.new("Template")
    root = add_character(scene)
    scene.view_layers[0].update()
    displacements = read_displacements(find_face(root, scene).objects)
    effects = measure(displacements, align(displacements))
    keys = {name: [key] for key, name in enumerate(displacements.keys) if name in CHANNELS}
    return template_of(effects, keys)


def going_as_far(template: FaceTemplate, head: FaceTemplate) -> FaceTemplate:
    """Return a template whose channels go as far as they do on a head.

    Args:
        template: of all channels.
        head: of the same.
    """
    known, own = template.effects, head.effects
    factors = own.sizes / known.sizes
    fields = known.fields * factors[:, None, None, None, None]
    return FaceTemplate(template.channels, KeyEffects(fields, own.gazes, own.tongues))


def reference_sizes() -> dict[str, float]:
    """Return how far each channel goes on the reference head."""
    bpy.ops.wm.open_mainfile(filepath=str(REFERENCE))
    face = find_face(None, bpy.context.scene)
    measured = measure_channels(face.objects, face.maps)
    assert measured is not None
    return measured.sizes


if __name__ == "__main__":
    write_template(going_as_far(read_template(), own_template()))
    print(f"wrote {FILE.relative_to(ROOT)}")
    if REFERENCE.is_file():
        SIZES_FILE.write_text(sizes_text(SOURCE, reference_sizes()), encoding="utf-8")
        print(f"wrote {SIZES_FILE.relative_to(ROOT)}")
    else:
        print(f"left {SIZES_FILE.relative_to(ROOT)}: there is no {REFERENCE}")
