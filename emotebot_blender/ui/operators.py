# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators: each gathers what it needs, calls one plain function and reports.

Scripts call them with keyword arguments and get the defaults for the rest; pressed in the panel,
they take from the panel's settings what the button does not say.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import bpy

from ..core.errors import EmoteBotError
from ..scene.head.choices import HEIGHT, LARGEST, PALETTES, SMALLEST
from . import emote
from .preferences import word_list
from .properties import STRONGEST, settings

if TYPE_CHECKING:
    from ..core.emotions import Feeling
    from ..scene.face import Face
    from ..scene.keyframes import KeyReport


AS_STYLE = "STYLE"
"""The palette that a style brings along."""

_PAINTED = ("skin", "shell", "eyes")


def _colour(group: str) -> Any:
    """Return a colour property; unless it is set, the palette's colour is taken."""
    return bpy.props.FloatVectorProperty(
        name=group.capitalize(),
        description="In place of the palette's",
        default=PALETTES["EMOTEBOT"].colours[group],
        min=0.0,
        max=1.0,
        subtype="COLOR",
        options={"SKIP_SAVE"},
    )


class _Reporting:
    """An ``EmoteBotError`` becomes a report, a bug its traceback."""

    bl_options: ClassVar = {"REGISTER", "UNDO"}
    properties: Any  # of the operator
    report: Any
    poll_message_set: Any
    act: Any  # of each operator: does the work in a context and returns what to report

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Act and report."""
        try:
            self.report({"INFO"}, self.act(context))
        except EmoteBotError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class _OnFace(_Reporting):
    """What acts on the face of the active object, else on the only one in the scene."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a face, and say what is wrong when there is none."""
        try:
            emote.glance(context.view_layer.objects.active, context.scene)
        except EmoteBotError as error:
            cls.poll_message_set(str(error))
            return False
        return True


class _OfFeeling(_OnFace):
    """What shows one feeling."""

    words: bpy.props.StringProperty(
        name="Feeling",
        description="What the face should feel: a word, an emoji, or a mixture of them",
        options={"SKIP_SAVE"},
    )
    intensity: bpy.props.FloatProperty(
        name="Intensity",
        description="How strongly it shows: 1 is what the words say",
        default=1.0,
        min=0.0,
        max=STRONGEST,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    seed: bpy.props.IntProperty(
        name="Take",
        description="Another number is another way to show the same feeling",
        min=0,
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not said."""
        _take_unsaid(self.properties, context.scene, ("words", "intensity", "seed", "reduce"))
        return self.execute(context)

    def feeling(self) -> "Feeling":
        """Return the feeling of the words."""
        return emote.read_feeling(self.words, self.intensity, word_list())


class _Keying:
    """What writes keys."""

    reduce: bpy.props.FloatProperty(
        name="Tolerance",
        description="How far the curves may stray for fewer keys; 0 keys every frame",
        default=0.01,
        min=0.0,
        options={"SKIP_SAVE"},
    )


class Pose(_OfFeeling, bpy.types.Operator):
    """Show a feeling on the face now, without keys"""

    bl_idname = "emotebot.pose"
    bl_label = "Show Feeling"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Keep the words in the panel, where "Key It" finds them."""
        if self.words:
            settings(context.scene).words = self.words
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> str:
        """Pose the face."""
        face = _face(context)
        emote.pose(face, self.feeling(), self.seed)
        return f"“{face.name}” shows “{self.words}”"


class Key(_OfFeeling, _Keying, bpy.types.Operator):
    """Key the feeling at the current frame, with the natural way into it before that"""

    bl_idname = "emotebot.key"
    bl_label = "Key It"

    def act(self, context: bpy.types.Context) -> str:
        """Key the face."""
        scene = context.scene
        face, feeling = _face(context), self.feeling()
        frame, tolerance = scene.frame_current_final, self.reduce or None
        report = emote.key(face, feeling, scene, frame, self.seed, tolerance)
        return f"“{self.words}” on “{face.name}”: {_told(report)}"


class Perform(_OnFace, _Keying, bpy.types.Operator):
    """Perform a script of feelings on the face, as keys"""

    bl_idname = "emotebot.perform"
    bl_label = "Perform Script"

    script: bpy.props.StringProperty(
        name="Script",
        description="Feelings in their order, or the path of a file that holds them",
        options={"SKIP_SAVE"},
    )
    text: bpy.props.StringProperty(
        name="Text",
        description="Name of a text data-block to perform in place of the script",
        options={"SKIP_SAVE"},
    )
    seed: bpy.props.IntProperty(
        name="Take",
        description="Another number is another performance of the same script",
        min=0,
        options={"SKIP_SAVE"},
    )
    frame_start: bpy.props.IntProperty(
        name="First Frame",
        description="Where the performance begins; the scene's first frame if not given",
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take from the panel what is not said."""
        chosen = settings(context.scene)
        if not (self.script or self.text):
            self.script, self.text = chosen.script, chosen.text.name if chosen.text else ""
        _take_unsaid(self.properties, context.scene, ("seed", "reduce"))
        return self.execute(context)

    def act(self, context: bpy.types.Context) -> str:
        """Perform on the face."""
        scene = context.scene
        said = self.properties.is_property_set("frame_start")
        first = self.frame_start if said else scene.frame_start
        face, script = _face(context), emote.read(self.script, self.text, word_list())
        _, report = emote.perform(
            face, script, emote.networks(), scene, first, self.seed, self.reduce or None
        )
        beats = "1 beat" if len(script.beats) == 1 else f"{len(script.beats)} beats"
        return f"{beats} on “{face.name}”: {_told(report)}"


def _fill_colours(operator: "AddCharacter", _context: bpy.types.Context) -> None:
    """Show the colours of the palette chosen, for whoever wants to change one of them."""
    from ..scene.head.style import style_of

    palette = operator.palette if operator.palette != AS_STYLE else style_of(operator.style).palette
    for group in _PAINTED:
        setattr(operator, group, PALETTES[palette].colours[group])


def _fill_styles_colours(operator: "AddCharacter", context: bpy.types.Context) -> None:
    """Show the colours that come with the style, unless a palette was chosen instead."""
    if operator.palette == AS_STYLE:
        _fill_colours(operator, context)


class AddCharacter(_Reporting, bpy.types.Operator):
    """Add the EmoteBot head at the 3D cursor and make it active"""

    bl_idname = "emotebot.add_character"
    bl_label = "Add EmoteBot"

    name: bpy.props.StringProperty(name="Name", default="EmoteBot", options={"SKIP_SAVE"})
    size: bpy.props.FloatProperty(
        name="Height",
        description="From the foot of the collar to the crown",
        default=HEIGHT,
        min=SMALLEST,
        max=LARGEST,
        soft_max=3.0,
        subtype="DISTANCE",
        unit="LENGTH",
        options={"SKIP_SAVE"},
    )
    style: bpy.props.IntProperty(
        name="Style",
        description="0 is EmoteBot; every other number is someone else",
        min=0,
        update=_fill_styles_colours,
        options={"SKIP_SAVE"},
    )
    palette: bpy.props.EnumProperty(
        name="Palette",
        description="Colours that go together",
        items=[
            (AS_STYLE, "As the Style Has It", "The palette that belongs to the style"),
            *((name, palette.label, "") for name, palette in PALETTES.items()),
        ],
        update=_fill_colours,
        options={"SKIP_SAVE"},
    )
    skin: _colour("skin")
    shell: _colour("shell")
    eyes: _colour("eyes")
    asset: bpy.props.BoolProperty(
        name="Asset",
        description="Show it in the asset browser; Blender then keeps it even when it is deleted",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether objects can be added now."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Go back to Object Mode first")
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Add it where somebody looks on, and bring it close: a head is small in a new file."""
        done = self.execute(context)
        if "FINISHED" in done and context.area and context.area.type == "VIEW_3D":
            _bring_close(context)
        return done

    def act(self, context: bpy.types.Context) -> str:
        """Build the head."""
        from ..scene.character import add_character

        palette = "" if self.palette == AS_STYLE else self.palette
        own = {
            group: tuple(getattr(self, group))
            for group in _PAINTED
            if self.properties.is_property_set(group)
        }
        head = add_character(
            context.scene, self.name, self.size, palette, own, self.style, self.asset
        )
        head.location = context.scene.cursor.location
        for other in context.selected_objects:
            other.select_set(False)
        head.select_set(True)
        context.view_layer.objects.active = head
        return f"“{head.name}” is ready: press a feeling"


def _bring_close(context: bpy.types.Context) -> None:
    """Frame the parts of the active character in the viewport, as View Selected does."""
    head = context.view_layer.objects.active
    window = next(region for region in context.area.regions if region.type == "WINDOW")
    head.select_set(False)
    for part in head.children:
        part.select_set(True)
    with context.temp_override(region=window):
        bpy.ops.view3d.view_selected()
    for part in head.children:
        part.select_set(False)
    head.select_set(True)


def draw_in_add_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """Offer the head in Add > Armature, with the other characters that can be had."""
    menu.layout.operator(AddCharacter.bl_idname, text="EmoteBot", icon="OUTLINER_OB_ARMATURE")


def _face(context: bpy.types.Context) -> "Face":
    return emote.face_of(context.view_layer.objects.active, context.scene)


def _take_unsaid(
    properties: bpy.types.OperatorProperties, scene: bpy.types.Scene, names: Iterable[str]
) -> None:
    """Set those properties that the caller left open, where there are such, as the panel has it."""
    for name in names:
        if name in properties.bl_rna.properties and not properties.is_property_set(name):
            setattr(properties, name, getattr(settings(scene), name))


def _told(report: "KeyReport") -> str:
    first, last = report.frames
    told = f"{report.keys} keys on frames {first:g} to {last:g}"
    if report.skipped:
        control, reason = report.skipped[0]
        more = f" and {len(report.skipped) - 1} more" if len(report.skipped) > 1 else ""
        told += f"; left alone: {control} ({reason}){more}"
    return told
