# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary scenes to take pictures in: a portrait studio, or the artist's own scene as a copy.

The artist's scene is never touched: whatever a picture needs is made for it and removed after it.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import bpy
from bpy.types import ID, Object, Scene
from mathutils import Matrix, Vector

from ..rig.face import Face
from .framing import (
    HEAD_DEPTH,
    Framing,
    frame_face,
    head_extent,
    sees,
    view_layer_of,
)


@dataclass(frozen=True)
class Shot:
    """What a portrait shows; lengths in heights of the face, from chin to brows.

    Attributes:
        aspect: width to height of the picture.
        below: from the face's middle down to the picture's edge.
        above: from the face's middle up to the picture's edge; None for the whole head and a little
            air over it and beside it.
        aside: from the face's middle to the picture's edges left and right at the least; what is
            more than the other two lengths ask for enlarges all three.
        turn: degrees that the camera goes around the head, to the viewer's right; the lights stay.
        backdrop: whether there is one; else the picture is transparent around the character.
    """

    aspect: tuple[int, int] = (4, 5)
    below: float = 0.9
    above: float | None = None
    aside: float = 0.0
    turn: float = 0.0
    backdrop: bool = True


HEAD = Shot()
"""The whole head and the neck."""

_AIR = 0.1
"""Over the crown and beside the head, in heights of the face."""

_MOST_FRAMED = 32
"""Frames at which a moving head is looked at so that it is in the picture."""

_LEAST_ABOVE, _MOST_ABOVE = 1.15, 2.1
"""From the face's middle to the picture's upper edge, in heights of the face: a head without hair,
and a nodding head, or one with a hat that need not be seen to its top."""

_LIGHT_UNIT = 2.05
"""Heights of the face in which the positions of lights are measured: a head and its neck."""

_FLAT_BACKDROP = (0.13, 0.155, 0.18)
"""The backdrop in Workbench, which has no gradient, linear red, green, blue."""

_DISTANCE = 4.5
"""Camera to face in heights of the picture: as with a lens of 105 mm."""


@dataclass(frozen=True)
class _AreaLight:
    """An area light; lengths in ``_LIGHT_UNIT``.

    Attributes:
        position: from the face's middle, along right, forward and up.
        size: width and height.
        power: watts for a face whose ``_LIGHT_UNIT`` is 1.
        colour: linear red, green, blue.
        is_mirrored: whether eyes and whatever shines show it.
    """

    position: tuple[float, float, float]
    size: tuple[float, float]
    power: float
    colour: tuple[float, float, float]
    is_mirrored: bool = True


_WARM, _COOL = (1.0, 0.93, 0.83), (0.80, 0.91, 1.0)

_LIGHTS = (
    _AreaLight((-1.35, 2.0, 1.45), (1.5, 1.5), 104.0, _WARM),  # key
    _AreaLight((2.2, 2.0, 0.1), (2.4, 2.4), 19.0, _COOL, is_mirrored=False),  # fill
    _AreaLight((0.1, 1.6, -1.5), (1.2, 1.2), 7.0, _WARM, is_mirrored=False),  # under brows and chin
    _AreaLight((1.7, -1.5, 1.1), (0.35, 1.7), 50.0, _COOL),  # rim
    _AreaLight((-1.9, -1.5, 0.7), (0.35, 1.7), 28.0, _COOL),  # weaker rim on the side of the key
)


@dataclass
class _TemporaryBlocks:
    """Data blocks that are made for a picture and removed after it.

    Attributes:
        blocks: what was made so far.
    """

    blocks: list[ID] = field(default_factory=list)

    def add(self, block: ID) -> ID:
        """Return a data block after noting it for removal."""
        self.blocks.append(block)
        return block


@contextmanager
def portrait(
    face: Face,
    scene: Scene,
    width: int,
    height: int,
    shot: Shot = HEAD,
    frames: Sequence[int] = (),
) -> Iterator[Scene]:
    """Yield a scene with the face's character alone in a studio: camera, lights, backdrop.

    Args:
        face: the face.
        scene: where the character is; left as it is.
        width: of the picture in pixels.
        height: of the picture in pixels.
        shot: what it shows.
        frames: of the scene, those that will be pictured, on which the head may be turned: what is
            to be seen is seen on ``_MOST_FRAMED`` of them, at even distances; empty for the current
            one alone.
    """
    with empty_studio() as studio:
        try:
            for obj in character_objects(face, scene):
                studio.collection.objects.link(obj)
            framed = []
            for frame in _sampled(frames):
                studio.frame_set(frame)
                framed.append(_framed(face, studio, shot))
            studio.frame_set(scene.frame_current, subframe=scene.frame_subframe)
            framing, whole = _together(framed or [_framed(face, studio, shot)])
            with furnished(studio, framing, width, height, whole):
                yield studio
        finally:
            _restore_frame(scene)


@contextmanager
def empty_studio() -> Iterator[Scene]:
    """Yield a temporary scene without anything in it."""
    studio = bpy.data.scenes.new("EmoteBot studio")
    try:
        yield studio
    finally:
        bpy.data.scenes.remove(studio)


@contextmanager
def furnished(
    studio: Scene, framing: Framing, width: int, height: int, shot: Shot
) -> Iterator[None]:
    """Within this, a temporary scene has a camera, lights and a backdrop for a portrait.

    Args:
        studio: the scene.
        framing: where the face is in it.
        width: of the picture in pixels.
        height: of the picture in pixels.
        shot: what it shows, with ``above`` given.
    """
    temporary = _TemporaryBlocks()
    try:
        _set_size(studio, width, height)
        _furnish(studio, framing, shot, temporary)
        studio.render.film_transparent = not shot.backdrop
        _set_colour_management(studio)
        yield
    finally:
        bpy.data.batch_remove(temporary.blocks)


@contextmanager
def camera_view(face: Face, scene: Scene, size: int) -> Iterator[Scene | None]:
    """Yield a copy of the artist's scene, seen by its own camera, or None if that misses the face.

    Args:
        face: what has to be in the picture.
        scene: the artist's scene; left as it is.
        size: pixels of the longer side of the picture; the proportions are the scene's.
    """
    framing = frame_face(face, view_layer_of(scene))
    if scene.camera is None or not sees(scene.camera, framing, scene):
        yield None
        return
    temporary = _TemporaryBlocks()
    copy = scene.copy()
    try:
        render = copy.render
        longer = max(render.resolution_x, render.resolution_y)
        _set_size(
            copy,
            round(size * render.resolution_x / longer),
            round(size * render.resolution_y / longer),
        )
        copy.render.film_transparent = False
        if not any(obj.type == "LIGHT" for obj in copy.objects):
            _add_lights(copy, framing, temporary)
        yield copy
    finally:
        bpy.data.scenes.remove(copy)
        bpy.data.batch_remove(temporary.blocks)
        _restore_frame(scene)


def _set_colour_management(studio: Scene) -> None:
    """Show colours as the materials have them, and roll highlights off softly."""
    settings = studio.view_settings
    try:
        settings.view_transform = "Khronos PBR Neutral"
    except TypeError:  # a studio's own colour management knows other names
        settings.view_transform = "Standard"
    settings.look = "None"


def _restore_frame(scene: Scene) -> None:
    """Evaluate the animation at the scene's own frame again."""
    scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)


def _set_size(scene: Scene, width: int, height: int) -> None:
    scene.render.resolution_x = max(width // 2 * 2, 4)  # H.264 wants even sides
    scene.render.resolution_y = max(height // 2 * 2, 4)
    scene.render.resolution_percentage = 100


def character_objects(face: Face, scene: Scene) -> list[Object]:
    """Return the face's objects, its armature and all that has the same root as they do."""
    members = [*face.objects, *([face.armature] if face.armature else [])]
    roots = {_root(member) for member in members}
    kinds = {"LIGHT", "LIGHT_PROBE", "CAMERA"}
    return [
        obj
        for obj in scene.objects
        if obj in members or (obj.type not in kinds and _root(obj) in roots)
    ]


def _root(obj: Object) -> Object:
    """Return the topmost ancestor of an object, through parents and armatures that deform it."""
    seen: set[Object] = set()
    while obj not in seen:
        seen.add(obj)
        armatures = [modifier.object for modifier in obj.modifiers if modifier.type == "ARMATURE"]
        obj = next((armature for armature in armatures if armature), None) or obj.parent or obj
    return obj


def _furnish(studio: Scene, framing: Framing, shot: Shot, temporary: _TemporaryBlocks) -> None:
    """Add a camera, lights and a backdrop to a scene.

    Args:
        studio: the scene.
        framing: where the face is in it.
        shot: what the camera shows.
        temporary: takes what is made.
    """
    assert shot.above is not None
    render = studio.render
    least = (shot.below + shot.above) * render.resolution_x / render.resolution_y / 2
    scale = max(shot.aside / least, 1.0)
    below, above = shot.below * scale, shot.above * scale
    height = (below + above) * framing.height
    data = temporary.add(bpy.data.cameras.new("EmoteBot camera"))
    camera = temporary.add(bpy.data.objects.new("EmoteBot camera", data))
    data.sensor_fit = "VERTICAL"
    data.lens = data.sensor_height * _DISTANCE
    data.clip_start = height / 100
    data.clip_end = height * 100
    aim = framing.centre + Vector((0, 0, (above - below) / 2 * framing.height))
    pivot = aim - framing.forward * (HEAD_DEPTH * framing.height)
    turn = Matrix.Rotation(math.radians(shot.turn), 3, "Z")
    position = aim + framing.forward * (_DISTANCE * height)
    _point_at(camera, pivot + turn @ (position - pivot), pivot)
    studio.collection.objects.link(camera)
    studio.camera = camera
    _add_lights(studio, framing, temporary)
    studio.world = temporary.add(_backdrop())


def _sampled(frames: Sequence[int]) -> Sequence[int]:
    """Return ``_MOST_FRAMED`` of some frames at the most, the first and the last among them."""
    if len(frames) <= _MOST_FRAMED:
        return frames
    step = (len(frames) - 1) / (_MOST_FRAMED - 1)
    return [frames[round(number * step)] for number in range(_MOST_FRAMED)]


def _framed(face: Face, studio: Scene, shot: Shot) -> tuple[Framing, Shot]:
    """Return where a face is on the current frame, and what a shot of it shows, ``above`` given."""
    layer = view_layer_of(studio)
    framing = frame_face(face, layer)
    if shot.above is not None:
        return framing, shot
    meshes = [obj for obj in studio.objects if obj.type == "MESH" and not obj.hide_render]
    extent = head_extent(framing, meshes, layer, shot.turn)
    above = min(max(extent.above / framing.height + _AIR, _LEAST_ABOVE), _MOST_ABOVE)
    return framing, replace(shot, above=above, aside=extent.aside / framing.height + _AIR)


def _together(framed: Sequence[tuple[Framing, Shot]]) -> tuple[Framing, Shot]:
    """Return one place of a face, and one shot of it, in which all that several show is seen."""
    framings = [framing for framing, _ in framed]
    forward = sum((framing.forward for framing in framings), Vector())
    forward = forward.normalized() if forward.length > 0.1 * len(framings) else framings[0].forward
    height = max(framing.height for framing in framings)
    turned = Framing(Vector(), forward, height).orientation
    places = [turned.transposed() @ framing.centre for framing in framings]  # right, forward, up
    low, high = (Vector(map(edge, *places)) if places[1:] else places[0] for edge in (min, max))
    middle = (low + high) / 2
    below, above, aside = 0.0, 0.0, 0.0
    for place, (framing, shot) in zip(places, framed, strict=True):
        assert shot.above is not None
        away = place - middle
        below = max(below, (shot.below * framing.height - away.z) / height)
        above = max(above, (shot.above * framing.height + away.z) / height)
        aside = max(aside, (shot.aside * framing.height + abs(away.x)) / height)
    whole = replace(framed[0][1], below=below, above=above, aside=aside)
    return Framing(turned @ middle, forward, height), whole


def _add_lights(scene: Scene, framing: Framing, temporary: _TemporaryBlocks) -> None:
    unit = _LIGHT_UNIT * framing.height
    for setting in _LIGHTS:
        data = temporary.add(bpy.data.lights.new("EmoteBot light", "AREA"))
        data.shape = "RECTANGLE"
        data.size, data.size_y = (side * unit for side in setting.size)
        data.color = setting.colour
        data.energy = setting.power * unit * unit  # as bright on a giant as on a mouse
        light = temporary.add(bpy.data.objects.new("EmoteBot light", data))
        light.visible_glossy = setting.is_mirrored
        offset = framing.orientation @ Vector(setting.position)
        _point_at(light, framing.centre + offset * unit, framing.centre)
        scene.collection.objects.link(light)


def _point_at(obj: Object, position: Vector, target: Vector) -> None:
    rotation = (target - position).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    obj.matrix_world = Matrix.Translation(position) @ rotation


def _backdrop() -> bpy.types.World:
    """Return a world that lights softly and looks like slate blue paper, lit behind the head."""
    world = bpy.data.worlds.new("EmoteBot backdrop")
    world.color = _FLAT_BACKDROP
    if world.node_tree is None:
        world.use_nodes = True
    if hasattr(world, "cycles"):
        world.cycles.sampling_method = "NONE"  # it lights evenly: no direction matters more
    tree = world.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputWorld")
    mix = tree.nodes.new("ShaderNodeMixShader")
    rays = tree.nodes.new("ShaderNodeLightPath")
    ambient = tree.nodes.new("ShaderNodeBackground")
    paper = tree.nodes.new("ShaderNodeBackground")
    window = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    glow = tree.nodes.new("ShaderNodeTexGradient")
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ambient.inputs["Color"].default_value = (0.95, 0.97, 1.0, 1)
    ambient.inputs["Strength"].default_value = 0.22
    mapping.inputs["Location"].default_value = (-0.5, -0.55, 0)
    glow.gradient_type = "SPHERICAL"
    ramp.color_ramp.elements[0].color = (0.085, 0.105, 0.13, 1)
    ramp.color_ramp.elements[1].color = (0.42, 0.46, 0.49, 1)
    ramp.color_ramp.interpolation = "EASE"
    for source, target in (
        (window.outputs["Window"], mapping.inputs["Vector"]),
        (mapping.outputs["Vector"], glow.inputs["Vector"]),
        (glow.outputs["Fac"], ramp.inputs["Fac"]),
        (ramp.outputs["Color"], paper.inputs["Color"]),
        (rays.outputs["Is Camera Ray"], mix.inputs[0]),
        (ambient.outputs["Background"], mix.inputs[1]),
        (paper.outputs["Background"], mix.inputs[2]),
        (mix.outputs["Shader"], output.inputs["Surface"]),
    ):
        tree.links.new(source, target)
    return world
