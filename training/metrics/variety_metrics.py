# SPDX-License-Identifier: GPL-3.0-or-later
"""How much faces differ, from take to take, between subjects, and as it is seen on a mesh.

A weight of .1 of the jaw moves more of a face than one of an upper lip. So faces are compared by
where they have the skin of a head, with what each channel does to it as in the template of
``core/rig/face_template.py``: mean displacements of the cells of a grid before the face, not of
vertices, so that a mesh that is finer in some places does not count more there. Channels are added;
what correctives of a head add to two of them at once, and where eyeballs look, is left out.
"""

from collections.abc import Mapping

import numpy as np
from scipy.spatial import distance


def displacement_map(fields: np.ndarray) -> np.ndarray:
    """Return the matrix that takes weights to where distances are those of the skin.

    The distance of two faces, ``weights @ matrix``, is the root mean square of the displacement
    from one to the other, over all cells that any channel moves, in percent of the distance of the
    eyes.

    Args:
        fields: displacements by the channels at full in half distances of the eyes, shape
            (channels, ..., 3).

    Returns:
        float64, shape (channels, channels).
    """
    cells = fields.reshape(len(fields), -1, 3).astype(np.float64)
    skin = cells[:, cells.any(axis=(0, 2))]
    rows = 50 * skin.reshape(len(fields), -1) / np.sqrt(skin.shape[1])
    squares, axes = np.linalg.eigh(rows @ rows.T)
    matrix: np.ndarray = axes * np.sqrt(np.maximum(squares, 0))
    return matrix


def takes_and_subjects(rows: np.ndarray, takes: int) -> tuple[float, float]:
    """Return the mean distance of two takes of one subject, and of faces of different subjects.

    Args:
        rows: faces, shape (n, d), those of one subject one after the other.
        takes: of each subject, two or more.
    """
    apart = distance.cdist(rows, rows)
    owner = np.arange(len(rows)) // takes
    same = owner[:, None] == owner[None]
    other_take = same & ~np.eye(len(rows), dtype=bool)
    return float(apart[other_take].mean()), float(apart[~same].mean())


def nearest_means(rows: Mapping[str, np.ndarray]) -> dict[str, tuple[str, float]]:
    """Return for each class which other class has the nearest mean, and how far away it is.

    Args:
        rows: name of a class to its rows, shape (n, d); two classes or more.
    """
    names = list(rows)
    means = np.array([rows[name].mean(axis=0) for name in names])
    apart = distance.cdist(means, means)
    np.fill_diagonal(apart, np.inf)
    nearest = apart.argmin(axis=1)
    return {
        name: (names[other], float(apart[index, other]))
        for index, (name, other) in enumerate(zip(names, nearest, strict=True))
    }
