# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what each channel does on EmoteBot's own head, as the template of other faces.

    python tools/displacements.py

Writes ``data/displacements.npz``. No other face goes into it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import bpy  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.rig.face_alignment import align  # noqa: E402
from emotebot_blender.core.rig.face_template import FILE, FaceTemplate, template_of, write_template  # noqa: E402
from emotebot_blender.core.rig.key_effects import measure  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.rig.mesh_displacements import read_displacements  # noqa: E402


def own_template() -> FaceTemplate:
    """Return what the channels of EmoteBot's own head do."""
    scene = bpy.data.scenes.new("Template")
    root = add_character(scene)
    scene.view_layers[0].update()
    displacements = read_displacements(find_face(root, scene).objects)
    effects = measure(displacements, align(displacements))
    keys = {name: [key] for key, name in enumerate(displacements.keys) if name in CHANNELS}
    return template_of(effects, keys)


if __name__ == "__main__":
    write_template(own_template())
    print(f"wrote {FILE.relative_to(ROOT)}")
