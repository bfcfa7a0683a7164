# SPDX-License-Identifier: GPL-3.0-or-later
import bpy
import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face, find_object

HEAD = ("eyeBlinkLeft", "eyeBlinkRight", "mouthClose", "mouthSmileLeft", "jawOpen")


@pytest.fixture
def character(add):
    """Return a function that adds a whole character, everything under one empty."""

    def build(name: str) -> dict[str, bpy.types.Object]:
        root = add("EMPTY", f"{name} root")
        rig = add("ARMATURE", f"{name} rig", parent=root)
        head = add("MESH", f"{name} head", HEAD, parent=root, armature=rig)
        return {
            "root": root,
            "rig": rig,
            "head": head,
            "body": add("MESH", f"{name} body", armature=rig),
            "teeth": add("MESH", f"{name} teeth", ["jawOpen"], parent=rig),
            "eye": add("MESH", f"{name} eye", ["eyeLookUpLeft"], parent=head),
            "glasses": add("MESH", f"{name} glasses", parent=head),
            "prop": add("EMPTY", f"{name} prop", parent=rig),
            "sibling": add("MESH", f"{name} base", parent=root),
        }

    return build


def meshes_of(face) -> set[str]:
    return {mesh.name for mesh in face.objects}


@pytest.mark.parametrize(
    "part", ["root", "rig", "head", "body", "teeth", "eye", "glasses", "prop", "sibling"]
)
def test_any_object_leads_to_its_own_face(empty_scene, character, part):
    for name in ("Ada", "Bob"):
        parts = character(name)
    parts_of_ada = {
        key: bpy.data.objects[obj.name.replace("Bob", "Ada")] for key, obj in parts.items()
    }
    for name, group in (("Ada", parts_of_ada), ("Bob", parts)):
        face = find_face(group[part], empty_scene)
        assert face.name == f"{name} head"
        assert meshes_of(face) == {f"{name} head", f"{name} teeth", f"{name} eye"}
        assert face.armature == group["rig"]
        assert face.channels == (
            "eyeBlinkLeft", "eyeLookUpLeft", "eyeBlinkRight", "jawOpen", "mouthClose",
            "mouthSmileLeft",
        )  # fmt: skip


def test_the_only_face_needs_no_object(empty_scene, character, add):
    character("Ada")
    add("MESH", "Ground")
    assert find_face(None, empty_scene).name == "Ada head"


def test_two_faces_are_named_for_choice(empty_scene, character):
    character("Ada")
    character("Bob")
    with pytest.raises(
        EmoteBotError, match=r"2 faces; name or select one of them: “Ada head”, “Bob head”"
    ):
        find_face(None, empty_scene)


def test_two_characters_under_one_empty_stay_two(empty_scene, character, add):
    crowd = add("EMPTY", "Crowd")
    parts = [character(name) for name in ("Ada", "Bob")]
    for part in parts:
        part["root"].parent = crowd
    assert find_face(parts[0]["eye"], empty_scene).name == "Ada head"
    assert find_face(parts[1]["sibling"], empty_scene).name == "Bob head"
    with pytest.raises(EmoteBotError, match="“Crowd” leads to 2 faces"):
        find_face(crowd, empty_scene)


def test_two_heads_without_armature_under_one_empty_stay_two(empty_scene, add):
    crowd = add("EMPTY", "Crowd")
    first, second = (add("MESH", name, HEAD, parent=crowd) for name in ("One", "Two"))
    assert meshes_of(find_face(first, empty_scene)) == {"One"}
    assert meshes_of(find_face(second, empty_scene)) == {"Two"}


def test_a_rider_is_not_the_horse(empty_scene, character):
    horse, rider = character("Horse"), character("Rider")
    rider["root"].parent = horse["rig"]
    assert find_face(horse["body"], empty_scene).name == "Horse head"
    assert find_face(horse["root"], empty_scene).name == "Horse head"
    assert find_face(rider["prop"], empty_scene).name == "Rider head"


def test_parts_without_armature_join_their_sibling(empty_scene, add):
    root = add("EMPTY", "Root")
    add("MESH", "Teeth", ["jawOpen"], parent=root)
    add("MESH", "Head", HEAD, parent=root)
    eye = add("MESH", "Eye", ["eyeLookUpLeft"], parent=root)
    for start in (None, root, eye):
        face = find_face(start, empty_scene)
        assert face.name == "Head"
        assert meshes_of(face) == {"Head", "Teeth", "Eye"}
        assert face.armature is None


def test_a_face_in_parts_only(empty_scene, add):
    root = add("EMPTY", "Root")
    add("MESH", "Upper", ["eyeBlinkLeft", "browInnerUp"], parent=root)
    add("MESH", "Lower", ["jawOpen", "mouthClose", "mouthPucker"], parent=root)
    face = find_face(None, empty_scene)
    assert meshes_of(face) == {"Upper", "Lower"}
    assert face.name == "Lower"


def test_two_simple_heads_side_by_side_stay_two(empty_scene, add):
    crowd = add("EMPTY", "Crowd")
    one = add("MESH", "One", ["jawOpen", "mouthClose"], parent=crowd)
    add("MESH", "Two", ["jawOpen", "mouthPucker", "mouthFunnel"], parent=crowd)
    assert meshes_of(find_face(one, empty_scene)) == {"One"}


def test_neighbouring_armatures_stay_two(empty_scene, add):
    crowd = add("EMPTY", "Crowd")
    rigs = [add("ARMATURE", f"Rig {name}", parent=crowd) for name in ("One", "Two")]
    one = add("MESH", "One", HEAD, armature=rigs[0])
    two = add("MESH", "Two", ["jawOpen"], armature=rigs[1])
    assert meshes_of(find_face(one, empty_scene)) == {"One"}
    assert meshes_of(find_face(two, empty_scene)) == {"Two"}


def test_an_eye_rig_on_a_body_rig_is_a_part(empty_scene, add):
    body = add("ARMATURE", "Body rig")
    eyes = add("ARMATURE", "Eye rig", parent=body)
    add("MESH", "Head", HEAD, armature=body)
    add("MESH", "Eyes", ["eyeLookUpLeft"], armature=eyes)
    face = find_face(eyes, empty_scene)
    assert meshes_of(face) == {"Head", "Eyes"}
    assert face.armature == body


def test_each_mesh_may_follow_its_own_naming(empty_scene, add):
    rig = add("ARMATURE", "Rig")
    add("MESH", "Head", HEAD, armature=rig)
    add("MESH", "Lashes", ["eyeBlink_L", "eyeBlink_R"], armature=rig)
    face = find_face(rig, empty_scene)
    assert {
        obj.name: rig_map.convention for obj, rig_map in zip(face.objects, face.maps, strict=True)
    } == {"Head": "ARKit", "Lashes": "Face Cap"}
    lash = next(control for control in face.controls() if control.name == "eyeBlink_R")
    assert lash.drive.channels == ((CHANNELS.index("eyeBlinkRight"), 1.0),)


def test_the_basis_is_no_control(empty_scene, add):
    head = add("MESH", "Head", HEAD)
    head.data.shape_keys.key_blocks["Basis"].name = "tongueOut"
    assert "tongueOut" not in find_face(head, empty_scene).channels


def test_shared_shape_keys_count_once(empty_scene, add):
    rig = add("ARMATURE", "Rig")
    head = add("MESH", "Head", HEAD, armature=rig)
    twin = add("MESH", "Twin", armature=rig)
    twin.data = head.data
    assert len(find_face(rig, empty_scene).controls()) == len(HEAD)


class TestSharedMesh:
    """Heads that show the same mesh have one set of shape keys, and so one sequence."""

    def twin(self, head: bpy.types.Object, scene: bpy.types.Scene) -> bpy.types.Object:
        """Return a linked duplicate of an object, as Alt-D makes it."""
        twin = head.copy()
        scene.collection.objects.link(twin)
        return twin

    def test_linked_duplicates_are_one_face_from_either(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        twin = self.twin(head, empty_scene)
        faces = [find_face(start, empty_scene) for start in (None, head, twin)]
        for face in faces:
            assert meshes_of(face) == {"Head", "Head.001"}
            assert len(face.controls()) == len(HEAD)
            assert face.sharing == (("Head", "Head.001"),)

    def test_a_duplicate_that_comes_first_in_the_scene_is_still_the_second(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        self.twin(head, empty_scene)
        inner = bpy.data.collections.new("Character")
        empty_scene.collection.children.link(inner)
        empty_scene.collection.objects.unlink(head)
        inner.objects.link(head)
        assert [obj.name for obj in empty_scene.objects] == ["Head.001", "Head"]
        assert find_face(None, empty_scene).name == "Head"

    def test_two_rigs_that_share_a_mesh_are_one_face_from_either(self, empty_scene, add):
        rigs = [add("ARMATURE", f"Rig {name}") for name in ("One", "Two")]
        head = add("MESH", "Head", HEAD, armature=rigs[0])
        twin = self.twin(head, empty_scene)
        twin.modifiers["Armature"].object = rigs[1]
        for start in (*rigs, head, twin):
            face = find_face(start, empty_scene)
            assert meshes_of(face) == {"Head", "Head.001"}
            assert face.sharing == (("Head", "Head.001"),)

    def test_a_part_between_two_duplicates_joins_them(self, empty_scene, add):
        root = add("EMPTY", "Root")
        head = add("MESH", "Head", HEAD, parent=root)
        add("MESH", "Teeth", ["jawOpen"], parent=root)
        self.twin(head, empty_scene)
        assert meshes_of(find_face(None, empty_scene)) == {"Head", "Head.001", "Teeth"}

    def test_heads_that_share_their_teeth_stay_two_and_say_so(self, empty_scene, add):
        roots = [add("EMPTY", f"Root {name}") for name in ("One", "Two")]
        one, two = (add("MESH", f"Head {root.name}", HEAD, parent=root) for root in roots)
        teeth = add("MESH", "Teeth", ["jawOpen"], parent=roots[0])
        self.twin(teeth, empty_scene).parent = roots[1]
        first, second = (find_face(head, empty_scene) for head in (one, two))
        assert meshes_of(first) == {one.name, "Teeth"}
        assert meshes_of(second) == {two.name, "Teeth.001"}
        assert first.sharing == (("Teeth", "Teeth.001"),)
        assert second.sharing == (("Teeth.001", "Teeth"),)

    def test_a_duplicate_in_another_scene_is_reported(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        self.twin(head, bpy.data.scenes.new("Other"))
        assert find_face(head, empty_scene).sharing == (("Head", "Head.001"),)

    def test_what_is_in_no_scene_is_passed_over(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        head.copy()
        assert find_face(head, empty_scene).sharing == ()


class TestNoFace:
    def test_no_such_object(self, empty_scene):
        with pytest.raises(EmoteBotError, match="no object “Nobody” in the scene"):
            find_object("Nobody", empty_scene)

    def test_an_object_in_another_scene_is_named(self, empty_scene, add):
        add("MESH", "Head", HEAD)
        with pytest.raises(EmoteBotError, match="in the scene “Other”, but in “Scene”: switch to"):
            find_object("Head", bpy.data.scenes.new("Other"))

    def test_a_face_in_another_scene_is_named(self, empty_scene, add):
        add("MESH", "Head", HEAD)
        with pytest.raises(EmoteBotError, match="the scene “Scene” has “Head”: switch to"):
            find_face(None, bpy.data.scenes.new("Other"))

    def test_no_shape_keys_in_the_scene(self, empty_scene, add):
        add("MESH", "Cube")
        with pytest.raises(EmoteBotError, match="“Scene” has no face: select a character"):
            find_face(None, empty_scene)

    def test_shape_keys_of_no_known_channel(self, empty_scene, add):
        cube = add("MESH", "Cube", ["Squash", "Stretch"])
        for start in (None, cube):
            with pytest.raises(EmoteBotError, match=r"no shape key of “Cube” has a name"):
                find_face(start, empty_scene)

    def test_an_object_apart_from_the_face(self, empty_scene, add, character):
        character("Ada")
        cube = add("MESH", "Cube")
        with pytest.raises(EmoteBotError, match="“Cube” has no face"):
            find_face(cube, empty_scene)

    def test_an_object_of_another_scene(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        with pytest.raises(EmoteBotError, match="“Head” is not in the scene “Other”"):
            find_face(head, bpy.data.scenes.new("Other"))

    def test_a_collection_shown_by_an_empty(self, empty_scene, add):
        shown = bpy.data.collections.new("Shown")
        shown.objects.link(bpy.data.objects.new("Hidden", bpy.data.meshes.new("Hidden")))
        empty = add("EMPTY", "Instance")
        empty.instance_collection = shown
        with pytest.raises(EmoteBotError, match="“Instance” shows a collection"):
            find_face(empty, empty_scene)


def test_an_armature_below_its_own_mesh_ends(empty_scene, add):
    head = add("MESH", "Head", HEAD)
    rig = add("ARMATURE", "Rig", parent=head)
    head.modifiers.new("Armature", "ARMATURE").object = rig
    assert find_face(rig, empty_scene).armature == rig


class TestBlocked:
    def test_none(self, empty_scene, add):
        assert find_face(add("MESH", "Head", HEAD), empty_scene).blocked() == ()

    def test_muted_locked_and_driven_keys(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        blocks = head.data.shape_keys.key_blocks
        blocks["jawOpen"].mute = True
        blocks["mouthClose"].lock_shape = True
        blocks["eyeBlinkLeft"].driver_add("value")
        blocked = find_face(head, empty_scene).blocked()
        assert {control: str(reason) for control, reason in blocked} == {
            "Head: jawOpen": "muted",
            "Head: mouthClose": "locked",
            "Head: eyeBlinkLeft": "driven",
        }

    def test_absolute_shape_keys(self, empty_scene, add):
        head = add("MESH", "Head", HEAD)
        head.data.shape_keys.use_relative = False
        ((control, reason),) = find_face(head, empty_scene).blocked()
        assert str(control) == "all of Head"
        assert "absolute" in str(reason)


def test_a_linked_head_is_found_and_cannot_be_driven(linked_head):
    head, scene = linked_head
    face = find_face(None, scene)
    assert face.objects == (head,)
    ((control, reason),) = face.blocked()
    assert str(control) == "all of Head"
    assert "linked from “library.blend”" in str(reason)


def test_an_overridden_head_can_be_driven(linked_head):
    head, scene = linked_head
    own = head.override_create(remap_local_usages=True)
    own.data.override_create(remap_local_usages=True)
    assert find_face(own, scene).blocked() == ()


@pytest.fixture
def beside_its_override(linked_head):
    """Return a linked head and its override, both in the scene, and that scene."""
    head, scene = linked_head
    own = head.override_create(remap_local_usages=False)
    own.data = head.data.override_create(remap_local_usages=False)
    scene.collection.objects.link(own)
    return head, own, scene


def test_beside_its_override_a_linked_head_is_passed_over(beside_its_override):
    head, own, scene = beside_its_override
    assert head.name == own.name
    assert find_object("Head", scene) == own
    assert find_face(None, scene).objects == (own,)


def test_a_linked_head_that_is_asked_for_is_the_one(beside_its_override):
    head, _, scene = beside_its_override
    assert find_face(head, scene).objects == (head,)


def test_two_heads_that_can_be_edited_are_named_beside_a_linked_one(linked_head):
    head, scene = linked_head
    for name in ("Ada", "Bob"):
        scene.collection.objects.link(bpy.data.objects.new(name, head.data.copy()))
    with pytest.raises(EmoteBotError, match="name or select one of them: “Ada”, “Bob”"):
        find_face(None, scene)


def test_reference_head(reference_head):
    face = find_face(reference_head.objects["ICT_Head"], reference_head)
    assert set(CHANNELS) - set(face.channels) == {"tongueOut"}
    controls = {control.name for control in face.controls()}
    blocks = {block.name for block in face.objects[0].data.shape_keys.key_blocks}
    assert blocks - controls == {
        "Basis", "PupilDilate_L", "PupilDilate_R", "cheekRaiser_L", "cheekRaiser_R",
    }  # fmt: skip
