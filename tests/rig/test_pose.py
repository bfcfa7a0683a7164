# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses
import time

import bpy
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName, Feed, RigMap
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import FacePoser, apply_weights, read_weights


def weights_of(**channels: float) -> np.ndarray:
    weights = np.zeros(52, dtype=np.float32)
    for name, weight in channels.items():
        weights[INDEX[name]] = weight
    return weights


class TestPose:
    def test_weights_become_values_without_keys(self, face):
        weights = np.zeros(52, dtype=np.float32)
        weights[INDEX["jawOpen"]] = 0.5
        apply_weights(face, weights)
        keys = face.objects[0].data.shape_keys
        assert [block.value for block in keys.key_blocks] == [0, 0, 0, 0, 0.5, 0]
        assert keys.animation_data is None

    def test_what_cannot_be_driven_stays(self, face):
        blocks = face.objects[0].data.shape_keys.key_blocks
        blocks["jawOpen"].lock_shape = True
        blocks["mouthClose"].mute = True
        apply_weights(face, np.ones(52, dtype=np.float32))
        assert [block.value for block in blocks] == [0, 1, 1, 0, 0, 0]

    @pytest.mark.parametrize("weights", [np.zeros(51), np.zeros((1, 52)), np.full(52, np.nan)])
    def test_no_pose(self, face, weights):
        with pytest.raises(EmoteBotError, match="52 finite weights"):
            apply_weights(face, weights)

    def test_nothing_that_can_be_posed(self, face):
        for block in face.objects[0].data.shape_keys.key_blocks[1:]:
            block.mute = True
        with pytest.raises(EmoteBotError, match="“Head” can be posed: all of Head is muted"):
            apply_weights(face, np.ones(52, dtype=np.float32))

    def test_only_what_the_channels_feed_is_touched(self, face):
        blocks = face.objects[0].data.shape_keys.key_blocks
        blocks["mouthClose"].value = 0.25
        apply_weights(face, np.ones(52, dtype=np.float32), ["jawOpen", "tongueOut"])
        assert [block.value for block in blocks] == [0, 0, 0, 0.25, 1, 0]
        with pytest.raises(EmoteBotError, match="“smile” is not one of the 52"):
            apply_weights(face, np.ones(52, dtype=np.float32), ["smile"])

    def test_values_stay_within_the_slider(self, face):
        block = face.objects[0].data.shape_keys.key_blocks["jawOpen"]
        block.slider_max = 0.5
        apply_weights(face, np.ones(52, dtype=np.float32))
        assert block.value == 0.5


class TestFacePoser:
    def test_it_moves_the_mesh(self, face, head):
        keys = head.data.shape_keys
        keys.key_blocks["jawOpen"].data[0].co = (0, 0, 4)
        poser = FacePoser(face)
        for weight in (0.5, 1.0, 0.25):
            poser.show(weights_of(jawOpen=weight))
            shown = head.evaluated_get(bpy.context.evaluated_depsgraph_get())
            assert shown.data.vertices[0].co.z == 4 * weight

    def test_others_stay(self, face, head):
        blocks = head.data.shape_keys.key_blocks
        blocks["Hair"].value, blocks["mouthClose"].value = 0.5, 0.75
        blocks["mouthClose"].lock_shape = True
        FacePoser(face).show(weights_of(jawOpen=1.0))
        assert [block.value for block in blocks] == [0, 0, 0, 0.75, 1, 0.5]

    def test_gains_add_up(self, face, head):
        hair = ControlName("Hair")
        both = RigMap("x", {"jawOpen": (Feed(hair, 0.5),), "mouthFunnel": (Feed(hair, -0.25),)})
        poser = FacePoser(dataclasses.replace(face, maps=(both,)))
        poser.show(weights_of(jawOpen=1.0, mouthFunnel=0.8))
        assert head.data.shape_keys.key_blocks["Hair"].value == pytest.approx(0.3)

    def test_shape_keys_that_came_or_went(self, face, head):
        poser = FacePoser(face)
        head.shape_key_add(name="More")
        with pytest.raises(EmoteBotError, match="shape keys of the face have changed"):
            poser.show(weights_of(jawOpen=1.0))

    def test_sixty_a_second_leave_time_for_all_else(self, add, empty_scene):
        face = find_face(add("MESH", "Head", CHANNELS), empty_scene)
        poser, weights = FacePoser(face), np.full(52, 0.5, dtype=np.float32)
        times = []
        for _ in range(50):
            begin = time.perf_counter()
            poser.show(weights)
            times.append(time.perf_counter() - begin)
        assert min(times) < 0.0001


class TestRead:
    def test_what_was_applied(self, reference_head):
        face = find_face(None, reference_head)
        weights = np.random.default_rng(0).random(52, dtype=np.float32)
        apply_weights(face, weights)
        covered = [INDEX[name] for name in face.channels]
        np.testing.assert_allclose(read_weights(face)[covered], weights[covered], atol=1e-6)

    def test_mean_gain_and_range(self, add, empty_scene):
        rig = add("ARMATURE", "Rig")
        head = add("MESH", "Head", ["eyeBlinkLeft", "mouthClose", "jawOpen", "Hair"], armature=rig)
        teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
        face = find_face(rig, empty_scene)
        hair, jaw = Feed(ControlName("Hair"), 0.5), Feed(ControlName("jawOpen"))
        doubled = RigMap("x", {"mouthClose": (hair,), "jawOpen": (jaw,)})
        face = dataclasses.replace(face, maps=(doubled, face.maps[1]))
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.25
        teeth.data.shape_keys.key_blocks["jawOpen"].value = 0.75
        head.data.shape_keys.key_blocks["Hair"].value = 0.75
        weights = read_weights(face)
        assert (weights.dtype, weights.shape) == (np.float32, (52,))
        assert weights[INDEX["jawOpen"]] == 0.5
        assert weights[INDEX["mouthClose"]] == 1  # .75 / .5, held
        assert weights.sum() == 1.5
