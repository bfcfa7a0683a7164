# SPDX-License-Identifier: GPL-3.0-or-later
"""Images: frames rendered to PNG files, and files read and written as arrays."""

from contextlib import suppress
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Scene
from numpy.typing import NDArray

from ..core.errors import EmoteBotError
from .whole_files import check_png

_BRIGHTEST = 2.0
"""No sample counts as brighter, or the edges of highlights would be jagged."""

_WITHOUT_DENOISER = 8
"""Times as many samples where the noise stays in."""

_FINE_SAMPLES = 4
"""Samples from which on the denoiser takes its time: of fewer it makes no more that way."""

CYCLES, EEVEE, WORKBENCH = "cycles", "eevee", "workbench"

ENGINES = {
    CYCLES: ("CYCLES",),
    EEVEE: ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE"),
    WORKBENCH: ("BLENDER_WORKBENCH",),
}
"""Blender's names of each engine, the first one that it knows being meant."""


def set_quality(scene: Scene, samples: int, engine: str = CYCLES) -> None:
    """Set a scene to render quickly and without noise.

    Cycles renders on the processor and so everywhere; the others want a display or a GPU.

    Args:
        scene: a temporary scene.
        samples: a pixel; without hard edges to resolve, 2 do for a film and 8 for a sheet.
        engine: one of ``ENGINES``; Workbench shows a scene as a solid viewport does, at once.

    Raises:
        EmoteBotError: this Blender has no such engine.
    """
    render = scene.render
    _set_engine(scene, engine)
    if engine == CYCLES:
        _set_cycles(scene, samples)
    elif engine == EEVEE:
        scene.eevee.taa_render_samples = samples * _WITHOUT_DENOISER
    else:
        _set_workbench(scene)
    render.use_persistent_data = True
    render.use_motion_blur = False
    render.use_border = False
    render.use_compositing = False
    render.use_sequencer = False
    render.use_multiview = False
    render.use_stamp = False
    render.use_file_extension = False
    render.use_overwrite = True


def _set_engine(scene: Scene, engine: str) -> None:
    for name in ENGINES[engine]:
        with suppress(TypeError):  # what Blender raises for a name that it does not know
            scene.render.engine = name
            return
    raise EmoteBotError(
        "Pictures need {engine}, and this Blender has none enabled", engine=engine.capitalize()
    )


def _set_cycles(scene: Scene, samples: int) -> None:
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.use_adaptive_sampling = False
    cycles.seed = 0
    cycles.use_animated_seed = False  # noise that stands still is not seen as flicker
    cycles.max_bounces = 3
    cycles.sample_clamp_direct = _BRIGHTEST
    cycles.sample_clamp_indirect = _BRIGHTEST
    cycles.use_auto_tile = False
    cycles.use_denoising = True
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:  # a Blender built without it, as Debian's is: more samples must do
        cycles.use_denoising = False
        cycles.samples = samples * _WITHOUT_DENOISER
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter = "FAST"
    cycles.denoising_quality = "FAST" if samples < _FINE_SAMPLES else "BALANCED"


def _set_workbench(scene: Scene) -> None:
    scene.view_settings.view_transform = "Standard"
    scene.display.render_aa = "8"
    shading = scene.display.shading
    shading.light = "STUDIO"
    shading.color_type = "TEXTURE"
    shading.show_cavity = True
    shading.cavity_type = "BOTH"


def render_frame(scene: Scene, frame: int, path: Path) -> None:
    """Render one frame of a temporary scene to a PNG file of 8 bits a channel.

    Args:
        scene: the scene, its quality and size set.
        frame: a frame of it.
        path: of the file.

    Raises:
        EmoteBotError: Blender could not render, or could not write the file whole.
    """
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"  # from 5.0 on it says which formats there are
    settings.file_format = "PNG"
    settings.color_depth = "8"
    scene.frame_set(frame)
    scene.render.filepath = str(path)
    path.unlink(missing_ok=True)  # lest an earlier frame be taken for one that was not written
    run_render(scene, write_still=True)
    check_png(path)


def run_render(scene: Scene, **options: bool) -> None:
    """Render a scene with Blender's operator.

    Blender renders by an operator alone, and that takes its frame from the context's scene even
    when another scene is passed by name. So this function overrides the context: the only one in
    ``render`` that uses ``bpy.context`` and ``bpy.ops``.

    Args:
        scene: the scene.
        options: of the operator ``render.render``.

    Raises:
        EmoteBotError: Blender could not render, or the user broke it off.
    """
    with bpy.context.temp_override(scene=scene):
        try:
            status = bpy.ops.render.render(**options)
        except RuntimeError as error:  # what the operator reports as an error
            reason = str(error).strip().removeprefix("Error: ")
            raise EmoteBotError("Blender cannot render: {reason}", reason=reason) from error
    if "FINISHED" not in status:
        raise EmoteBotError("The render was broken off")


def read_image(path: Path) -> NDArray[np.float32]:
    """Return an image file, shape (height, width, 4), 0 to 1, from the bottom row up."""
    image = bpy.data.images.load(str(path))
    try:
        width, height = image.size
        pixels = np.empty(height * width * 4, dtype=np.float32)
        image.pixels.foreach_get(pixels)
        return pixels.reshape(height, width, 4)
    finally:
        bpy.data.images.remove(image)


def set_preview(datablock: bpy.types.ID, pixels: NDArray[np.float32]) -> None:
    """Give a data-block the picture that the asset browser shows.

    Args:
        datablock: one of this file.
        pixels: shape (height, width, 4), 0 to 1, from the bottom row up.
    """
    image = datablock.preview_ensure()
    image.image_size = (pixels.shape[1], pixels.shape[0])
    image.image_pixels_float.foreach_set(pixels.ravel())


def new_image(name: str, pixels: np.ndarray) -> bpy.types.Image:
    """Return a new image of the file.

    Args:
        name: of the image.
        pixels: shape (height, width, 3), or 4 with alpha last, 0 to 1, from the bottom row up.
    """
    height, width, channels = pixels.shape
    image = bpy.data.images.new(name, width, height, alpha=channels == 4)
    rgba = np.ones((height, width, 4), dtype=np.float32)
    rgba[..., :channels] = pixels
    image.pixels.foreach_set(rgba.ravel())
    return image


def write_image(pixels: np.ndarray, path: Path) -> None:
    """Write an image as a PNG file.

    Args:
        pixels: shape (height, width, 3), or 4 with alpha last, 0 to 1, from the bottom row up.
        path: of the file.

    Raises:
        EmoteBotError: the file could not be written whole.
    """
    image = new_image(path.stem, pixels)
    try:
        image.file_format = "PNG"
        image.filepath_raw = str(path)
        image.save()
    except RuntimeError as error:  # what Blender reports as an error
        reason = str(error).strip().removeprefix("Error: ")
        raise EmoteBotError(
            "“{path}” cannot be written: {reason}", path=path, reason=reason
        ) from error
    finally:
        bpy.data.images.remove(image)
    check_png(path)
