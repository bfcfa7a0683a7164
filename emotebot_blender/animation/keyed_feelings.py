# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyed feelings: one feeling at a frame, each a strip of its own above what else is played.

Where lip-sync is added to a feeling, its keys go on while it is held: the mouth has a part of it
while speech moves, and all of it in the pauses.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bpy.types import ID, Action, Scene

from ..core.clip import Clip
from ..core.messages import Message
from ..rig.control import path_of
from ..rig.face import Face
from .curves import checksum
from .evaluation import notes_on_stretching
from .feeling_times import SAME_FRAME, arrival_of, fit_feelings, make_room
from .key_report import KeyReport
from .keyframes import Keying, KeyPlan, plan_clip
from .layer_actions import shared_action
from .layer_writing import write_strip
from .layers import free_kind
from .mixing import Mixing
from .placement import add_layer
from .restoring import clear_strip, have_action_add
from .strips import FEELING, LayerStrip, check_layer, keyed_feelings
from .visibility import notes_on

TRACK = "EmoteBot Feelings"
"""Name of the tracks that keyed feelings lie on."""


def write_keyed_feeling(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    name: str,
    keying: Keying,
    channels: Collection[str] | None = None,
    release: float = 0.0,
    starts: Sequence[float] = (),
    mixing: Mixing | None = None,
) -> KeyReport:
    """Write a clip that leads into a feeling as a strip of its own.

    Keyed feelings share the topmost NLA track with any; where the strip has no room there, it lies
    on a new track above all others. It takes the place of a feeling that arrives on the same frame,
    where that moves no other controls and was not edited by hand. All feelings are fitted then.

    Args:
        face: what is driven.
        clip: from the pose before it to the feeling, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the clip lies.
        name: of the strip.
        keying: how the clip's values become keys.
        channels: those to drive; None for all that the face covers.
        release: seconds in which it goes away again.
        starts: as ``fit_feelings`` takes them.
        mixing: how it goes with other animation, without a strip that adds; None for what replaces
            all.

    Raises:
        EmoteBotError: nothing on the face can be keyed, a strip cannot be changed, or an argument
            makes no sense; nothing has been changed then.
    """
    mixing = mixing or Mixing(face, None, channels, has_adding_strip=False)
    plan = plan_clip(face, clip, scene, frame_start, keying, channels, lambda _: None, mixing)
    replaced, edited = _on_same_frame(plan)
    for owner in plan.owners:
        check_layer(owner, None)
    for layer in replaced:
        check_layer(layer.owner, layer)

    for layer in replaced:
        clear_strip(layer)
    make_room(face)
    kind = free_kind(face, FEELING)
    rate = scene.render.fps / scene.render.fps_base
    written: list[LayerStrip] = []
    for owner in plan.owners:
        shared = shared_action(written)
        written.append(_write_strip(owner, name, plan, kind, rate, mixing, shared))
    for layer in written:
        layer.write_record(replace(layer.record, release=release))
    fit_feelings(face, rate, starts)
    notes = [*mixing.notes(written), *notes_on(face, written)]
    if edited:
        notes.append(Message("What was edited by hand on this frame lies below"))
    stretching = notes_on_stretching(scene, plan.performed[1])
    return plan.report((*notes, *stretching), written[0].track.name)


def _on_same_frame(plan: KeyPlan) -> tuple[list[LayerStrip], bool]:
    """Return the strips that a plan takes the place of, and whether others there were edited."""
    same = [
        layer
        for owner in plan.owners
        for layer in keyed_feelings(owner)
        if abs(arrival_of(layer) - plan.performed[1]) < SAME_FRAME and _covers(plan, layer)
    ]
    replaced = [layer for layer in same if layer.record.written == checksum(layer.curves or ())]
    return replaced, len(replaced) < len(same)


def _write_strip(
    owner: ID,
    name: str,
    plan: KeyPlan,
    kind: str,
    rate: float,
    mixing: Mixing,
    shared: Action | None,
) -> LayerStrip:
    """Write the part of a feeling that goes to one ID, on a strip that ends as it is there.

    Args:
        owner: the ID.
        name: of the strip.
        plan: the keys.
        kind: of the layer.
        rate: frames a second.
        mixing: how it goes with other animation.
        shared: the action of its other strips; None for the first one.
    """
    feelings = keyed_feelings(owner)
    track = feelings[-1].track if feelings and not feelings[-1].track.lock else None
    layer = add_layer(owner, name, track, plan.performed, shared)
    if track is None or layer.track != track:
        layer.track.name = TRACK
    record = mixing.record(owner)
    have_action_add(owner, record)
    layer = write_strip(layer, {}, replace(plan, frames=plan.performed), kind, rate, record)
    if plan.frames != plan.performed:
        seconds = (plan.performed[1] - plan.performed[0]) / rate
        layer.write_record(replace(layer.record, arrival=seconds))
    layer.strip.extrapolation = "HOLD_FORWARD"
    return layer


def _covers(plan: KeyPlan, layer: LayerStrip) -> bool:
    """Return whether a plan keys all that a layer does."""
    planned = {control.path for control, _ in plan.keys_of(layer.owner)}
    return planned.issuperset(map(path_of, layer.curves or ()))
