# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets of faces, one file each: how it lies on disk, and what its labels mean."""

from .affectnet import AFFECTNET
from .beat import BEAT
from .ckplus import CKPLUS
from .crema_d import CREMA_D
from .fer2013 import FER2013
from .folder import FOLDER
from .item import Source
from .kdef import KDEF
from .livelink import LIVELINK
from .london import LONDON
from .mead import MEAD
from .rafdb import RAFDB
from .ravdess import RAVDESS
from .webcam import WEBCAM

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        LONDON,
        CREMA_D,
        RAVDESS,
        BEAT,
        MEAD,
        AFFECTNET,
        CKPLUS,
        RAFDB,
        FER2013,
        KDEF,
        LIVELINK,
        FOLDER,
        WEBCAM,
    )
}
"""What can be collected, by name."""
