# SPDX-License-Identifier: GPL-3.0-or-later
"""Image files as arrays."""

import numpy as np

from emotebot_blender.render.images import read_image, write_image


def test_a_picture_reads_as_it_was_written(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.float32) / 255
    write_image(pixels, tmp_path / "p.png")
    np.testing.assert_allclose(read_image(tmp_path / "p.png")[..., :3], pixels, atol=1e-6)
