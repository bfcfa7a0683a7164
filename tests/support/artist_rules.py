# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist may do to a face while EmoteBot is at work on it, as rules of a state machine."""

import os
from dataclasses import replace

import artist
import bpy
from artist import KeyByHand, Pair
from artist_state import moved_by_emotebot
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from emotebot_blender.session import control_renaming

parts = st.integers(0, 3)
blocks = st.integers(1, len(artist.PARTS["Head"]))
frames = st.integers(1, 40)
amounts = st.sampled_from([0.0, 0.25, 0.7, 1.0])
handles = st.sampled_from(["FREE", "ALIGNED", "VECTOR", "AUTO", "AUTO_CLAMPED"])
keys_by_hand = st.builds(
    KeyByHand,
    frames,
    amounts,
    st.sampled_from(["BEZIER", "LINEAR", "CONSTANT", "ELASTIC"]),
    st.sampled_from(["AUTO", "EASE_IN", "EASE_OUT"]),
    handles,
    handles,
    st.sampled_from(["KEYFRAME", "EXTREME", "BREAKDOWN", "GENERATED"]),
    amounts,
)
curve_settings = st.sampled_from(
    [
        {"lock": True},
        {"lock": False},
        {"mute": True},
        {"mute": False},
        {"hide": True},
        {"extrapolation": "LINEAR"},
        {"auto_smoothing": "NONE"},
        {"color_mode": "CUSTOM"},
    ]
)
strip_settings = st.sampled_from(
    [
        {"blend_type": "ADD"},
        {"blend_type": "REPLACE"},
        {"use_animated_influence": True, "influence": 0.5},
        {"extrapolation": "NOTHING"},
        {"mute": True},
        {"scale": 1.5},
        {"repeat": 2.0},
        {"use_auto_blend": False, "blend_in": 3.0},
        {"name": "Renamed by hand"},
    ]
)
track_settings = st.sampled_from(
    [{"mute": True}, {"mute": False}, {"lock": True}, {"is_solo": True}, {"is_solo": False}]
)
layer_settings = st.sampled_from(
    [{"mute": True}, {"mute": False}, {"lock": True}, {"lock": False}, {"is_solo": True}]
)
animation_settings = st.sampled_from(
    [
        {"use_nla": False},
        {"use_nla": True},
        {"action_blend_type": "ADD"},
        {"action_blend_type": "REPLACE"},
        {"action_influence": 0.5},
        {"action_influence": 1.0},
        {"action_extrapolation": "NOTHING"},
    ]
)


class Steps(RuleBasedStateMachine):
    """Everything is done to a face and its twin alike, by names, as undo ends all references."""

    def begin(self) -> None:
        """Have no steps to undo, or to redo, but those from here on."""
        self.done, self.undone = -1, 0
        self.step("Open")

    def step(self, name: str) -> None:
        """End what can be undone as one step."""
        bpy.ops.ed.undo_push(message=name)
        self.done, self.undone = self.done + 1, 0


class KeyRules(Steps):
    """Keys of the active action."""

    @rule(part=parts, block=blocks, key=keys_by_hand)
    def set_key(self, part: int, block: int, key: KeyByHand) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        block = min(block, len(pair.real.key_blocks) - 1)
        curves = [artist.curve_of(artist.active_curves(keys), keys, block) for keys in pair]
        if any(curve is not None and is_closed(curve) for curve in curves):
            return
        if is_baked(pair):
            key = among_baked_keys(key, curves[1])
            if curves[1] is not None and artist.point_at(curves[1], key.frame) is not None:
                pair.twin["replaced"] = [*pair.twin.get("replaced", ()), block * 1000 + key.frame]
        artist.set_key(pair, block, key)
        self.step("Set key")

    @rule(part=parts, data=st.data())
    def delete_key(self, part: int, data: st.DataObject) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        if (chosen := draw_key(pair, data)) is not None:
            artist.remove_key(pair, *chosen)
            self.step("Delete key")

    @rule(part=parts, data=st.data(), offset=st.sampled_from([-3, 2, 11]))
    def move_key(self, part: int, data: st.DataObject, offset: int) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        if (chosen := draw_key(pair, data)) is None:
            return
        block, frame = chosen
        curves = artist.both_curves(pair, block)
        if not any(artist.point_at(curve, frame + offset) for curve in curves):
            artist.move_key(pair, block, frame, offset)
            self.step("Move key")

    @rule(part=parts, block=blocks)
    def delete_baked_key(self, part: int, block: int) -> None:
        pair = pair_of(part)
        block = min(block, len(pair.real.key_blocks) - 1)
        curves = [artist.curve_of(artist.active_curves(keys), keys, block) for keys in pair]
        if not is_baked(pair) or curves[0] is None or len(curves[0].keyframe_points) < 2:
            return
        own = {tuple(point.co) for point in curves[1].keyframe_points} if curves[1] else set()
        for point in curves[0].keyframe_points:
            if tuple(point.co) not in own:
                curves[0].keyframe_points.remove(point)
                self.step("Delete baked key")
                return


class CurveRules(Steps):
    """The active action: its curves, and how it counts."""

    @rule(part=parts, block=blocks, settings=curve_settings)
    def set_curve(self, part: int, block: int, settings: dict) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        curves = artist.both_curves(pair, min(block, len(pair.real.key_blocks) - 1))
        artist.settle(curves, **settings)
        note_silenced(pair)
        self.step("Set curve")

    @rule(part=parts, block=blocks)
    def add_modifier(self, part: int, block: int) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        for curve in artist.both_curves(pair, min(block, len(pair.real.key_blocks) - 1)):
            if not curve.modifiers:
                curve.modifiers.new("CYCLES").cycles_before = 1
        self.step("Add modifier")

    @rule(part=parts)
    def switch_action(self, part: int) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        if not is_baked(pair) and len(artist.active_curves(pair.twin)):
            artist.switch_action(pair)
            self.step("Switch action")

    @rule(part=parts, settings=animation_settings)
    def set_animation(self, part: int, settings: dict) -> None:
        pair = pair_of(part)
        if all(keys.animation_data for keys in pair):
            artist.settle([keys.animation_data for keys in pair], **settings)
            note_silenced(pair)
            self.step("Set animation")


class StripRules(Steps):
    """Strips of the artist's own."""

    @rule(part=parts)
    def push_down(self, part: int) -> None:
        pair = pair_of(part)
        artist.own_action(pair)
        if not is_baked(pair) and len(artist.active_curves(pair.twin)):
            artist.push_down(pair)
            self.step("Push down")

    @rule(part=parts, block=blocks, key=keys_by_hand)
    def set_strip_key(self, part: int, block: int, key: KeyByHand) -> None:
        pair = pair_of(part)
        for track in range(len(artist.tracks_of(pair, pair.twin))):
            artist.set_strip_key(pair, track, min(block, len(pair.real.key_blocks) - 1), key)
        self.step("Set strip key")

    @rule(part=parts, settings=strip_settings)
    def set_strip(self, part: int, settings: dict) -> None:
        pair = pair_of(part)
        if artist.tracks_of(pair, pair.twin):
            artist.settle(artist.strips_of(pair, 0), **settings)
            note_silenced(pair)
            self.step("Set strip")


class TrackRules(Steps):
    """Tracks of the artist's own."""

    @rule(part=parts, settings=track_settings)
    def set_track(self, part: int, settings: dict) -> None:
        pair = pair_of(part)
        if artist.tracks_of(pair, pair.twin):
            artist.settle([artist.tracks_of(pair, keys)[0] for keys in pair], **settings)
            note_silenced(pair)
            self.step("Set track")


class ShapeKeyRules(Steps):
    """Shape keys, and the frame at which they are seen."""

    @rule(frame=frames)
    def go_to(self, frame: int) -> None:
        bpy.context.scene.frame_set(frame)

    @rule(part=parts, block=blocks, value=amounts)
    def set_value(self, part: int, block: int, value: float) -> None:
        pair = pair_of(part)
        block = min(block, len(pair.real.key_blocks) - 1)
        if not is_free(pair, block) or is_animated(pair, block):
            return
        if pair.real.key_blocks[block].value != value:  # else nobody sees that it was set
            artist.settle([keys.key_blocks[block] for keys in pair], value=value)
            self.step("Set value")

    @rule(part=parts, block=blocks)
    def rename_shape_key(self, part: int, block: int) -> None:
        pair = pair_of(part)
        block = min(block, len(pair.real.key_blocks) - 1)
        others = {key.name for key in pair.real.key_blocks if key != pair.real.key_blocks[block]}
        if others.isdisjoint(artist.CHANNELS):
            return  # a mesh is part of a face for as long as it has one of these
        artist.settle([keys.key_blocks[block] for keys in pair], name=f"Key {block}")
        control_renaming.follow_names()  # Blender notifies of a name where there is a window
        self.step("Rename")


class FaceRules(Steps):
    """Which faces there are."""

    @rule(linked=st.booleans())
    def duplicate(self, linked: bool) -> None:
        if len(artist.heads()) < 2:
            artist.duplicate(artist.heads()[0], linked)
            self.step("Duplicate")

    @rule(number=st.integers(0, 1))
    def select(self, number: int) -> None:
        heads = artist.heads()
        artist.select(heads[number % len(heads)])
        self.step("Select")


class UndoRules(Steps):
    """What Blender does with the whole file."""

    @rule()
    def undo(self) -> None:
        if self.done > 0:
            bpy.ops.ed.undo()
            self.done, self.undone = self.done - 1, self.undone + 1

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        bpy.ops.ed.redo()
        self.done, self.undone = self.done + 1, self.undone - 1

    @rule()
    def save_and_open(self) -> None:
        path = os.path.join(bpy.app.tempdir, "nothing_lost.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        self.begin()


class LayerRules(Steps):
    """What is EmoteBot's, changed by hand."""

    @rule(part=parts, offset=st.sampled_from([-4, 7]))
    def move_layer(self, part: int, offset: int) -> None:
        for track in artist.made_tracks(pair_of(part)):
            for strip in track.strips:
                strip.frame_start, strip.frame_end = (
                    strip.frame_start + offset,
                    strip.frame_end + offset,
                )
        self.step("Move layer")

    @rule(part=parts)
    def edit_layer(self, part: int) -> None:
        for track in artist.made_tracks(pair_of(part)):
            artist.raise_keys(artist.strip_curves(track.strips[0]))
        self.step("Edit layer")

    @rule(part=parts)
    def rename_layer(self, part: int) -> None:
        for track in artist.made_tracks(pair_of(part)):
            track.name = track.strips[0].name = track.strips[0].action.name = "Performance"
        self.step("Rename layer")

    @rule(part=parts, settings=layer_settings)
    def set_layer(self, part: int, settings: dict) -> None:
        pair = pair_of(part)
        made = artist.made_tracks(pair)[:1]
        if made and "is_solo" in settings:  # one track is at a time
            for keys in pair:
                artist.settle((t for t in artist.all_tracks(keys) if t.is_solo), is_solo=False)
        artist.settle(made, **settings)
        self.step("Set layer")


def pair_of(part: int) -> Pair:
    """Return one of the meshes that there are."""
    pairs = artist.pairs()
    return pairs[part % len(pairs)]


def is_baked(pair: Pair) -> bool:
    """Return whether a bake lies in the active action of the face."""
    return bool(pair.twin.get("baked"))


def note_silenced(pair: Pair) -> None:
    """Note that keys of the artist's may not count from now on, in the midst of EmoteBot's work.

    What they showed at that moment, nobody knows who sees EmoteBot's work over it.
    """
    if artist.made_tracks(pair) or is_baked(pair):
        pair.twin["silenced"] = True


def is_closed(curve: bpy.types.FCurve) -> bool:
    """Return whether nobody sets keys on a curve."""
    return bool(curve.lock or curve.mute)


def is_free(pair: Pair, block: int) -> bool:
    """Return whether EmoteBot leaves a shape key alone at the moment."""
    path = pair.real.key_blocks[block].path_from_id("value")
    return path not in moved_by_emotebot(pair) and not is_baked(pair)


def is_animated(pair: Pair, block: int) -> bool:
    """Return whether the artist has animated a shape key."""
    path = pair.twin.key_blocks[block].path_from_id("value")
    strips = [strip for track in artist.tracks_of(pair, pair.twin) for strip in track.strips]
    curves = [artist.active_curves(pair.twin), *map(artist.strip_curves, strips)]
    return any(curve.data_path == path for some in curves for curve in some)


def among_baked_keys(key: KeyByHand, own: bpy.types.FCurve | None) -> KeyByHand:
    """Return a key whose handles Blender finds again once keys beside it have gone.

    Of a curve with a single key it leaves them, and aligned ones as they last were turned.
    """
    is_only = own is None or len(own.keyframe_points) < 2
    handle = "FREE" if is_only or "ALIGNED" in (key.left, key.right) else None
    kind = key.kind if key.kind != "GENERATED" else "KEYFRAME"
    return replace(key, left=handle or key.left, right=handle or key.right, kind=kind)


def draw_key(pair: Pair, data: st.DataObject) -> tuple[int, float] | None:
    """Draw a key of the artist's that is not the last one of its curve: shape key and frame.

    A key that was set in the place of one that a bake had replaced stays: without it, Clear puts
    back the one below.
    """
    choices = []
    least = 3 if is_baked(pair) else 2
    replaced = pair.twin.get("replaced", ()) if is_baked(pair) else ()
    for block in range(1, len(pair.twin.key_blocks)):
        curves = artist.both_curves(pair, block)
        if not curves or is_closed(curves[0]) or len(curves[1].keyframe_points) < least:
            continue
        for point in curves[1].keyframe_points:
            same = artist.point_at(curves[0], point.co[0])
            if same is None or tuple(same.co) != tuple(point.co) or same.type != point.type:
                continue
            if is_baked(pair) and same.type == "GENERATED":
                continue  # maybe it is the bake's
            if block * 1000 + round(point.co[0]) not in replaced:
                choices.append((block, point.co[0]))
    return data.draw(st.sampled_from(choices)) if choices else None
