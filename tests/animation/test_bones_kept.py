# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of a rig is lost whose bones rotate by quaternions, whatever is done in whichever order.

An artist does the same to a rig and to a twin that EmoteBot never touches. Once EmoteBot's work is
cleared, both show the same on every frame, to the bit.
"""

from collections.abc import Iterable

import bpy
from bpy.types import Object
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from keying import all_keys, clip_of
from scene_fixtures import add_bone_face

from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, layer_kinds
from emotebot_blender.core.errors import EmoteBotError

RUNS, STEPS = 60, 12
FRAMES = range(-3, 26)

bones = st.sampled_from(["jaw", "tongue", "lip"])
frames = st.integers(1, 20)
amounts = st.sampled_from([-0.5, 0.0, 0.25, 0.75])
components = st.sampled_from([(0, 1, 2, 3), (1,), (0, 3), (2, 3)])
keyings = st.sampled_from([Keying(None), Keying()])


class Rigs(RuleBasedStateMachine):
    """The rig "Robot" and its twin; all bones but the jaw rotate by quaternions."""

    @initialize()
    def open_file(self) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        self.face = add_bone_face("Robot")
        self.rigs = self.face.armature, add_bone_face("Twin").armature
        for rig in self.rigs:
            rig.pose.bones["lip"].rotation_mode = "QUATERNION"
        self.baked = False

    @rule(frame=frames)
    def go_to(self, frame: int) -> None:
        self.scene.frame_set(frame)

    @precondition(lambda self: not self.is_worked_on())
    @rule(bone=bones, index=st.integers(0, 3), value=amounts)
    def pose(self, bone: str, index: int, value: float) -> None:
        for rig in self.rigs:
            rig.pose.bones[bone].rotation_quaternion[index] = value
            rig.pose.bones[bone].rotation_euler[index % 3] = value

    @precondition(lambda self: not self.is_worked_on())
    @rule(bone=bones, indices=components, frame=frames, value=amounts)
    def key(self, bone: str, indices: Iterable[int], frame: int, value: float) -> None:
        """Key some components; beneath a layer the others would be the layer's for good."""
        for rig in self.rigs:
            posed = rig.pose.bones[bone]
            for index in indices:
                if posed.rotation_mode == "QUATERNION":
                    posed.rotation_quaternion[index] = value
                    posed.keyframe_insert("rotation_quaternion", index=index, frame=frame)
            rig.update_tag()

    @precondition(lambda self: not self.is_worked_on())
    @rule()
    def push_down(self) -> None:
        for rig in self.rigs:
            data = rig.animation_data
            if data is None or data.action is None:
                return
            strip = data.nla_tracks.new().strips.new("Mine", 1, data.action)
            if hasattr(strip, "action_slot"):
                strip.action_slot = data.action_slot
            data.action = None

    @rule(frame=frames, weight=st.sampled_from([0.5, 1.0]), keying=keyings)
    def perform(self, frame: int, weight: float, keying: Keying) -> None:
        clip = clip_of(tongueOut=[0.0, weight, 0.0], mouthPucker=[weight, 0.0, weight])
        write_layer(self.face, clip, self.scene, frame, "A", keying)

    @rule(frame=frames, keying=keyings)
    def key_feeling(self, frame: int, keying: Keying) -> None:
        clip = clip_of(tongueOut=[0.0, 0.5], jawOpen=[0.0, 0.5])
        write_keyed_feeling(self.face, clip, self.scene, frame, "Happy", keying)

    @rule(keying=keyings)
    def bake(self, keying: Keying) -> None:
        kinds = layer_kinds(self.face)
        before = shown(self.scene, self.rigs[:1])
        try:
            bake_layers(self.face, self.scene, kinds, keying)
        except EmoteBotError:
            return
        self.baked = True
        if keying.tolerance is None:
            for frame, values in shown(self.scene, self.rigs[:1]).items():
                assert values == before[frame], frame

    @precondition(lambda self: self.is_worked_on())
    @rule()
    def clear(self) -> None:
        for kind in layer_kinds(self.face):
            clear_layer(self.face, kind)
        clear_bakes(self.face)
        self.baked = False
        assert all_keys(self.rigs[0]) == all_keys(self.rigs[1])
        for frame, (real, twin) in shown(self.scene, self.rigs).items():
            assert real == twin, frame

    def is_worked_on(self) -> bool:
        return self.baked or bool(layer_kinds(self.face))


def shown(scene: bpy.types.Scene, rigs: Iterable[Object]) -> dict[int, list]:
    """Return for each frame the pose of each rig."""
    current, poses = scene.frame_current, {}
    for frame in FRAMES:
        scene.frame_set(frame)
        poses[frame] = [
            [
                (*bone.rotation_quaternion, *bone.rotation_euler, *bone.location, *bone.scale)
                for bone in rig.pose.bones
            ]
            for rig in rigs
        ]
    scene.frame_set(current)
    return poses


def test_nothing_of_a_rig_is_lost() -> None:
    profile = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        phases=[Phase.generate, Phase.shrink],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Rigs, settings=profile)
