# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face offers, as plain objects for JSON and as a table for people."""

from typing import TYPE_CHECKING, Any

from ..core.channels import CHANNELS

if TYPE_CHECKING:
    from ..rig.face import Face


def describe(face: "Face") -> dict[str, Any]:
    """Return what a face offers: its parts, the controls of each channel, and what is missing."""
    from ..rig.face_notes import notes_on_face

    controls: dict[str, list[str]] = {name: [] for name in face.channels}
    for mesh, rig_map in zip(face.objects, face.maps, strict=True):
        for channel, feeds in rig_map.feeds.items():
            controls[channel] += [f"{mesh.name}: {feed.control}" for feed in feeds]
    return {
        "face": face.name,
        "armature": face.armature.name if face.armature else None,
        "meshes": [
            {"name": mesh.name, "naming": rig_map.convention, "channels": len(rig_map.channels)}
            for mesh, rig_map in zip(face.objects, face.maps, strict=True)
        ],
        "channels": controls,
        "missing": [name for name in CHANNELS if name not in controls],
        "left_alone": {str(control): str(reason) for control, reason in face.blocked()},
        "notes": [str(note) for note in notes_on_face(face)],
    }


def tabulate(described: dict[str, Any]) -> str:
    """Return what ``describe`` says as lines of text."""
    meshes = [
        f"{mesh['name']} ({mesh['naming']} names, {mesh['channels']} channels)"
        for mesh in described["meshes"]
    ]
    channels = described["channels"]
    lines = [
        ("Face", described["face"]),
        ("Armature", described["armature"] or "none"),
        *(("Meshes" if index == 0 else "", mesh) for index, mesh in enumerate(meshes)),
        ("Channels", f"{len(channels)} of {len(CHANNELS)}"),
        *((f"  {name}", ", ".join(controls)) for name, controls in channels.items()),
        ("Missing", ", ".join(described["missing"]) or "none"),
        *((f"  {control}", reason) for control, reason in described["left_alone"].items()),
        *(("Notes" if index == 0 else "", note) for index, note in enumerate(described["notes"])),
    ]
    width = max(len(title) for title, _ in lines) + 2
    return "\n".join(f"{title:<{width}}{text}".rstrip() for title, text in lines)
