# SPDX-License-Identifier: GPL-3.0-or-later
"""A character with its animation written for other programs, by Blender's own exporters.

Their defaults lose shape key animation (FBX), or write an animation for each action (glTF), so what
plays is sampled on every frame of the scene's range, all layers, lip-sync and drivers together.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import EmoteBotError
from ..core.messages import Message, listed
from .output_files import check_output, replacing

if TYPE_CHECKING:
    from bpy.types import Context, Object, Scene

    from ..rig.face import Face

_GLTF = {
    "export_format": "GLB",
    "use_selection": True,
    "export_animations": True,
    "export_animation_mode": "SCENE",
    "export_anim_scene_split_object": False,
    "export_force_sampling": True,
    "export_morph": True,
    "export_morph_animation": True,
    "export_apply": False,  # shape keys are lost where modifiers are applied
    "will_save_settings": False,
}

_FBX = {
    "use_selection": True,
    "use_mesh_modifiers": False,  # as above
    "bake_anim": True,
    "bake_anim_use_nla_strips": False,  # strips and actions of shape keys are not looked at
    "bake_anim_use_all_actions": False,
    "bake_anim_simplify_factor": 0.0,
    "add_leaf_bones": False,
}

_USD = {
    "selected_objects_only": True,
    "export_animation": True,
    "export_shapekeys": True,
    "export_armatures": True,
    "convert_world_material": False,  # a light, and a picture of it in a folder beside the file
}

_EXPORTERS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    ".glb": ("export_scene", "gltf", _GLTF, "export_def_bones"),
    ".fbx": ("export_scene", "fbx", _FBX, "use_armature_deform_only"),
    ".usd": ("wm", "usd_export", _USD, "only_deform_bones"),
    ".usda": ("wm", "usd_export", _USD, "only_deform_bones"),
    ".usdc": ("wm", "usd_export", _USD, "only_deform_bones"),
}
"""By the ending of a file an operator of Blender's, its settings, and the one that leaves out bones
which deform nothing."""


def check_model(path: Path) -> None:
    """Check that a model of this name can be written.

    Raises:
        EmoteBotError: it cannot.
    """
    if path.suffix.lower() not in _EXPORTERS:
        raise EmoteBotError(
            "“{path}” must end in {ending}", path=path, ending=listed(list(_EXPORTERS))
        )
    check_output(path, "")


def export_model(face: "Face", path: Path, deforming: bool = False) -> tuple[Message, ...]:
    """Write the character of a face with all that plays in the scene's range of frames.

    Args:
        face: of the character, in the current scene, which is as it was then.
        path: of the file, which is replaced if it is there; its ending tells the format.
        deforming: whether bones that deform nothing are left out.

    Returns:
        What the file does not hold, a sentence each.

    Raises:
        EmoteBotError: the file cannot be written, or its exporter is switched off.
    """
    import bpy

    from ..rig.character_objects import character_objects

    check_model(path)
    context = bpy.context
    module, name, settings, deforming_only = _EXPORTERS[path.suffix.lower()]
    if name not in dir(getattr(bpy.ops, module)):
        raise EmoteBotError(
            "Switch on Blender’s add-on for {ending} in the preferences first", ending=path.suffix
        )
    export: Callable[..., Any] = getattr(getattr(bpy.ops, module), name)
    scene = context.scene
    objects = character_objects(face, scene)
    if any(obj.mode not in ("OBJECT", "POSE") for obj in objects):
        raise EmoteBotError("Switch to Object Mode first: what is being edited is not written")
    with _selected(objects, context) as written, replacing(path) as part:
        try:
            export(filepath=str(part), **settings, **{deforming_only: deforming})
        except RuntimeError as error:  # what the operator reports as an error
            reason = str(error).strip().removeprefix("Error: ")
            raise EmoteBotError(
                "“{path}” cannot be written: {reason}", path=path, reason=reason
            ) from error
        if not part.is_file():
            raise EmoteBotError("Blender’s exporter has not written “{path}”", path=path)
    return tuple(_losses(face, scene, written, path.suffix.lower()))


@contextmanager
def _selected(objects: "tuple[Object, ...]", context: "Context") -> "Iterator[list[Object]]":
    """Select objects alone for a while, as far as they are shown, and give these; go back then.

    Exporters play the scene: its frame is set back, too.
    """
    layer, scene = context.view_layer, context.scene
    selected = [obj for obj in layer.objects if obj.select_get()]
    active, frame = layer.objects.active, (scene.frame_current, scene.frame_subframe)
    try:
        for obj in selected:
            obj.select_set(False)
        shown = [obj for obj in objects if layer.objects.get(obj.name) == obj and obj.visible_get()]
        for obj in shown:
            obj.select_set(True)
        yield shown
    finally:
        for obj in layer.objects:
            obj.select_set(obj in selected)
        layer.objects.active = active
        scene.frame_set(frame[0], subframe=frame[1])


def _losses(
    face: "Face", scene: "Scene", written: "list[Object]", ending: str
) -> Iterator[Message]:
    """Yield what of a character a file does not hold, a sentence each.

    Args:
        face: of the character.
        scene: whose frames were written.
        written: its objects that were.
        ending: of the file.
    """
    from ..animation.strips import own_layer_strips
    from ..rig.shape_keys import has_other_modifiers

    if missing := [obj.name for obj in face.objects if obj not in written]:
        yield Message("Left out, as they are hidden: {objects}", objects=listed(missing))
    if ending in (".glb", ".fbx"):
        modified = [obj.name for obj in written if has_other_modifiers(obj)]
        if modified:
            note = "Without modifiers, which would take the shape keys away: {objects}"
            yield Message(note, objects=listed(modified))
    keyed = [obj for obj in written if getattr(obj.data, "shape_keys", None)]
    if ending.startswith(".usd") and _has_repeated_keys(keyed):
        yield Message("USD numbers the shape keys that several meshes have: jawOpen, jawOpen1")
    strips = [layer.strip for owner in face.animated_ids for layer in own_layer_strips(owner)]
    first = min((strip.frame_start for strip in strips), default=scene.frame_start)
    if first < scene.frame_start:
        yield Message(
            "The performance begins on frame {first:.0f}, the file with the scene on {start}",
            first=first,
            start=scene.frame_start,
        )
    last = max((strip.frame_end for strip in strips), default=scene.frame_end)
    if last > scene.frame_end:
        yield Message(
            "The performance goes on to frame {last:.0f}, the file ends with the scene on {end}",
            last=last,
            end=scene.frame_end,
        )


def _has_repeated_keys(objects: "list[Object]") -> bool:
    """Return whether meshes have shape keys of one name."""
    names = [name for obj in objects for name in obj.data.shape_keys.key_blocks.keys()[1:]]
    return len(names) > len(set(names))
