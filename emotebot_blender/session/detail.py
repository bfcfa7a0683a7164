# SPDX-License-Identifier: GPL-3.0-or-later
"""How a face that has both presets and channels shows feelings: in detail, whole, or both."""

from typing import Any

import bpy

from .settings import calling
from .translation import CONTEXT

DETAILS = (
    (
        "AUTO",
        "Automatic",
        "In detail, but whole where few controls move brows or mouth",
    ),
    ("DETAIL", "In Detail", "Channel by channel; the face’s own emotion shapes stay at rest"),
    ("WHOLE", "Whole", "By the face’s own emotion shapes, as far as it has some for the feeling"),
    ("BLEND", "Blend", "Partly by the face’s own emotion shapes, partly in detail"),
)
"""Items of how a face with presets shows feelings."""


_detail_edited = calling("detail_edited")


class DetailProperties:
    """How a face with presets shows feelings; to be mixed in."""

    detail: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Show Feelings",
        description="How a face with both emotion shapes and finer controls shows feelings",
        items=DETAILS,
        update=_detail_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )
    whole_share: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Share of Whole",
        description="How much of a feeling the face’s own emotion shapes show: 1 is all of it",
        default=0.5,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=_detail_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )


def chosen_share(settings: Any) -> float | None:
    """Return how much of a feeling presets show, 0 to 1; None for what suits the rig.

    Args:
        settings: anything with the properties of ``DetailProperties``.
    """
    shares = {"AUTO": None, "DETAIL": 0.0, "WHOLE": 1.0, "BLEND": settings.whole_share}
    return shares[settings.detail]
