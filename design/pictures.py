# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a design to look at.

    python -m design.pictures hooded --poses neutral happiness --turns 0 40 --output sheet.png

A pose is an emotion, whose weights the shipped networks give (``--take`` chooses the seed), or
channels as ``jawOpen=.5,mouthSmileLeft=1``.
"""

import argparse
import os
import time
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector
from PIL import Image, ImageDraw

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import express

from .assemble import UNIT, Character, add_character
from .proportions import DESIGNS

LIGHTS = (
    ((-11, -17, 12), 11, 1.35, (1.0, 0.94, 0.86)),
    ((15, -15, 1), 18, 0.36, (0.82, 0.91, 1.0)),
    ((1, -12, -13), 10, 0.10, (1.0, 0.9, 0.8)),
    ((14, 13, 10), 6, 0.75, (0.85, 0.93, 1.0)),
    ((-15, 12, 7), 6, 0.5, (1.0, 0.95, 0.9)),
)
"""Place, size, power and colour of each area light."""

LAMP = {
    "neutral": (1.0, 0.85, 0.5),
    "happiness": (1.0, 0.62, 0.12),
    "sadness": (0.1, 0.33, 1.0),
    "surprise": (0.95, 0.95, 1.0),
    "anger": (1.0, 0.08, 0.05),
    "fear": (0.45, 0.25, 1.0),
    "disgust": (0.2, 0.75, 0.12),
    "contempt": (0.75, 0.6, 0.35),
}


def weights_of(pose: str, take: int) -> dict[str, float]:
    """Return the weights of a pose by channel."""
    if pose in EMOTIONS:
        row = express(load_networks(), Feeling(Mixture.of({pose: 1.0}), 1.0), take)[0]
        return {name: float(value) for name, value in zip(CHANNELS, row, strict=True)}
    pairs = (item.split("=") for item in pose.split(",") if item)
    weights: dict[str, float] = {}
    for name, value in pairs:
        for end in ("Left", "Right") if f"{name}Left" in CHANNELS and name != "mouth" else ("",):
            weights[name + end] = float(value)
    return weights


def studio(size: int, samples: int, engine: str) -> bpy.types.Scene:
    """Return an empty scene with lights, a camera and a grey world."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    for place, width, power, colour in LIGHTS:
        data = bpy.data.lights.new("light", "AREA")
        data.size, data.energy, data.color = width * UNIT, 26.0 * power * UNIT * 4, colour
        light = bpy.data.objects.new("light", data)
        light.location = Vector(place) * UNIT * 2.2
        light.rotation_euler = (-light.location).to_track_quat("-Z", "Y").to_euler()
        scene.collection.objects.link(light)
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.lens, camera.data.clip_start = 85, 0.01
    scene.collection.objects.link(camera)
    scene.camera = camera
    world = bpy.data.worlds.new("world")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.27, 0.31, 0.34, 1)
    world.node_tree.nodes["Background"].inputs[1].default_value = 0.75
    scene.world = world
    render = scene.render
    render.resolution_x = render.resolution_y = size
    render.engine = engine
    render.threads_mode, render.threads = "FIXED", int(os.environ.get("THREADS", "2"))
    if engine == "CYCLES":
        scene.cycles.samples, scene.cycles.use_denoising = samples, True
        scene.cycles.max_bounces = 4
        render.use_persistent_data = True
    scene.view_settings.view_transform = "Standard"
    return scene


def aim(scene: bpy.types.Scene, turn: float, middle: float, height: float) -> None:
    """Turn the camera around the head.

    Args:
        scene: the studio.
        turn: degrees to the viewer's right.
        middle: height of the picture's middle in centimetres.
        height: of the picture in centimetres.
    """
    angle = np.radians(turn)
    away = height * 85 / 36
    target = Vector((0, 0.5, middle)) * UNIT
    place = Vector((np.sin(angle) * away, 0.5 - np.cos(angle) * away, middle + 0.02 * away)) * UNIT
    scene.camera.location = place
    scene.camera.rotation_euler = (target - place).to_track_quat("-Z", "Y").to_euler()


def render_tile(scene: bpy.types.Scene, character: Character, pose: str, take: int) -> Image.Image:
    """Return a picture of a pose."""
    character.pose(weights_of(pose, take))
    lamp = character.lamp.node_tree.nodes["Principled BSDF"]
    colour = (*LAMP.get(pose, LAMP["neutral"]), 1.0)
    lamp.inputs["Base Color"].default_value = lamp.inputs["Emission Color"].default_value = colour
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"design-tile-{os.getpid()}.png"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    with Image.open(path) as opened:
        return opened.copy()


def in_small(tile: Image.Image, size: int) -> Image.Image:
    """Return a picture in grey at a size of pixels, as a thumbnail shows it."""
    return tile.convert("L").resize((size, size), Image.Resampling.LANCZOS).convert("RGB")


def shadow(tile: Image.Image, size: int) -> Image.Image:
    """Return the black outline of a picture rendered without a backdrop."""
    alpha = tile.getchannel("A").resize((size, size), Image.Resampling.LANCZOS)
    return Image.eval(alpha, lambda value: 255 - value).convert("RGB")


def sheet(tiles: list[list[Image.Image]], titles: list[str]) -> Image.Image:
    """Return tiles in rows with a title over each column."""
    width, height = tiles[0][0].size
    result = Image.new("RGB", (width * len(tiles[0]), height * len(tiles) + 16), "white")
    draw = ImageDraw.Draw(result)
    for column, title in enumerate(titles):
        draw.text((column * width + 6, 2), title[:40], fill="black")
    for row, line in enumerate(tiles):
        for column, tile in enumerate(line):
            result.paste(tile, (column * width, row * height + 16))
    return result


def main() -> None:
    """Render a sheet."""
    parser = argparse.ArgumentParser(description="Pictures of a design.")
    parser.add_argument("design", choices=sorted(DESIGNS))
    parser.add_argument("--poses", nargs="+", default=["neutral"])
    parser.add_argument("--turns", nargs="+", type=float, default=[0.0])
    parser.add_argument("--take", type=int, default=2)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--middle", type=float, default=0.0)
    parser.add_argument("--height", type=float, default=25.0)
    parser.add_argument("--engine", default="CYCLES")
    parser.add_argument("--small", type=int, help="pixels: in grey, as a thumbnail")
    parser.add_argument("--shadow", type=int, help="pixels: as a black outline")
    parser.add_argument("--columns", type=int, help="poses in a row of the sheet")
    parser.add_argument("--save", type=Path, help="folder for each tile by itself")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    scene = studio(options.size, options.samples, options.engine)
    start = time.perf_counter()
    character = add_character(scene, DESIGNS[options.design])
    seconds = time.perf_counter() - start
    vertices = sum(len(obj.data.vertices) for _, obj in character.parts)
    print(f"{options.design}: {vertices} vertices in {seconds:.2f} s", flush=True)
    if options.shadow:
        scene.render.film_transparent = True
        scene.render.image_settings.color_mode = "RGBA"
    tiles = []
    for turn in options.turns:
        aim(scene, turn, options.middle, options.height)
        for pose in options.poses:
            tile = render_tile(scene, character, pose, options.take)
            if options.save:
                options.save.mkdir(parents=True, exist_ok=True)
                tile.save(options.save / f"{pose}_{turn:+.0f}_{options.take}.png")
            if options.shadow:
                tile = shadow(tile, options.shadow)
            elif options.small:
                tile = in_small(tile, options.small)
            tiles.append(tile)
    columns = options.columns or len(options.poses)
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    sheet(rows, options.poses[:columns]).save(options.output)
    os._exit(0)  # bpy as a module may hang on its way out


if __name__ == "__main__":
    main()
