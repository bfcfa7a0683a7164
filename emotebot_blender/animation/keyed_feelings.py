# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyed feelings: one feeling at a frame, each a strip of its own above what else is played."""

from collections.abc import Collection

from bpy.types import Scene

from ..core.clip import Clip
from ..rig.face import Face
from .keyframes import Keying, KeyPlan, KeyReport, plan_clip
from .layers import free_kind, write_strip
from .placement import add_layer
from .strips import FEELING, LayerStrip, check_layer, clear_strip, keyed_feelings
from .visibility import notes_on

_SAME_FRAME = 0.01
"""Ends of strips closer than this, in frames, lie on one frame."""


def write_keyed_feeling(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    name: str,
    keying: Keying,
    channels: Collection[str] | None = None,
) -> KeyReport:
    """Write a clip that leads into a feeling as a strip of its own, which holds it from then on.

    Keyed feelings share the topmost NLA track with any; where the strip has no room there, it lies
    on a new track above all others. It takes the place of a feeling that ends on the same frame,
    where that moves no other controls.

    Args:
        face: what is driven.
        clip: from the pose before it to the feeling, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the clip lies.
        name: of the strip.
        keying: how the clip's values become keys.
        channels: those to drive; None for all that the face covers.

    Raises:
        EmoteBotError: nothing on the face can be keyed, a strip cannot be changed, or an argument
            makes no sense; nothing has been changed then.
    """
    plan = plan_clip(face, clip, scene, frame_start, keying, channels, lambda control: None)
    same = [
        layer
        for owner in plan.owners
        for layer in keyed_feelings(owner)
        if abs(layer.strip.frame_end - plan.frames[1]) < _SAME_FRAME and _covers(plan, layer)
    ]
    for owner in plan.owners:
        check_layer(owner, None)
    for layer in same:
        check_layer(layer.owner, layer)

    for layer in same:
        clear_strip(layer)
    kind = free_kind(face, FEELING)
    rate = scene.render.fps / scene.render.fps_base
    written = []
    for owner in plan.owners:
        feelings = keyed_feelings(owner)
        track = feelings[-1].track if feelings and not feelings[-1].track.lock else None
        layer = add_layer(owner, name, track, plan.frames)
        layer = write_strip(layer, {}, plan, kind, rate)
        layer.strip.extrapolation = "HOLD_FORWARD"
        written.append(layer)
    return plan.report(notes_on(face, written))


def feeling_frames(face: Face) -> tuple[tuple[float, float], ...]:
    """Return the first and last frame of each keyed feeling of a face, once, in their order."""
    strips = [layer.strip for owner in face.animated_ids for layer in keyed_feelings(owner)]
    return tuple(sorted({(float(strip.frame_start), float(strip.frame_end)) for strip in strips}))


def _covers(plan: KeyPlan, layer: LayerStrip) -> bool:
    """Return whether a plan keys all that a layer does."""
    planned = {control.path for control, _ in plan.keys_of(layer.owner)}
    return planned.issuperset((curve.data_path, curve.array_index) for curve in layer.curves or ())
