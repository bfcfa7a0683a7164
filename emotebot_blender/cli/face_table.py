# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face offers, as plain objects for JSON and as lines for people."""

from typing import TYPE_CHECKING, Any

from ..core.channels import CHANNELS, MIX_GROUPS

if TYPE_CHECKING:
    from ..core.rig.convention import Feed
    from ..rig.face import Face

Line = tuple[str, str]
"""A title, empty where the last one goes on, and what stands beside it."""


def describe(face: "Face") -> dict[str, Any]:
    """Return all that EmoteBot knows of a face.

    Returns:
        The names of the face and of its armature; what of it was "found", in words; its "objects"
        with their conventions and how many channels each moves; all "channels" with their states
        and controls, and the gain by which one was "calibrated"; the "presets" that show emotions
        as a whole; what is "missing"; what is "left_alone", and why; and "notes", sentences.
    """
    from ..rig.face_calibration import gains_on
    from ..rig.face_checks import checks_on_face
    from ..rig.face_coverage import coverage_of
    from ..rig.face_notes import notes_on_face

    coverage = coverage_of(face)
    pairs = list(zip(face.objects, face.maps, strict=True))
    channels: dict[str, dict[str, Any]] = {
        name: {"state": state, "controls": []} for name, state in coverage.states.items()
    }
    for obj, rig_map in pairs:
        for channel, feeds in rig_map.feeds.items():
            channels[channel]["controls"] += [_describe_feed(obj.name, feed) for feed in feeds]
    for channel, sure in coverage.recognised.items():
        channels[channel]["recognised"] = sure
    for channel, gain in gains_on(face).items():
        channels[channel]["calibrated"] = gain
    for channel, doubt in coverage.doubts.items():
        channels[channel]["doubt"] = str(doubt)
    return {
        "face": face.name,
        "armature": face.armature.name if face.armature else None,
        "found": str(coverage.found),
        "objects": [
            {
                "name": part.name,
                "convention": part.convention,
                "channels": part.channels,
                "lacks": list(part.lacks),
            }
            for part in coverage.objects
        ],
        "channels": channels,
        "presets": [
            {**_describe_feed(obj.name, preset.feed), "emotions": dict(preset.emotions)}
            for obj, rig_map in pairs
            for preset in rig_map.presets
        ],
        "missing": list(coverage.channels("missing")),
        "left_alone": {str(control): str(reason) for control, reason in face.blocked()},
        "notes": [str(note) for note in (*notes_on_face(face), *checks_on_face(face))],
    }


def tabulate(described: dict[str, Any], every_channel: bool = False) -> str:
    """Return what ``describe`` says as lines of text.

    Args:
        described: what it has returned.
        every_channel: whether each channel has a line with its controls, not each part of the face
            one with what is missing.
    """
    lines = [
        ("Face", described["face"]),
        ("Armature", described["armature"] or "none"),
        *_titled("Objects", [_object_text(part) for part in described["objects"]]),
        ("Found", described["found"]),
        *(_lines_of_channels if every_channel else _lines_of_parts)(described["channels"]),
        *_titled("Calibrated", _gain_texts(described["channels"])),
        *_titled("Presets", [_preset_text(preset) for preset in described["presets"]]),
        *_titled(
            "Left alone",
            [f"{control} ({reason})" for control, reason in described["left_alone"].items()],
        ),
        *_titled("Notes", described["notes"]),
    ]
    width = max(len(title) for title, _ in lines) + 2
    return "\n".join(f"{title:<{width}}{text}".rstrip() for title, text in lines)


def _describe_feed(object_name: str, feed: "Feed") -> dict[str, Any]:
    control = feed.control
    axis = {"axis": control.axis} if control.axis else {}
    half = {"half": True} if feed.half else {}
    offset = {"offset": feed.offset} if feed.offset else {}
    return {
        "object": object_name,
        "kind": control.kind,
        "name": control.name,
        **axis,
        "gain": feed.full,
        **half,
        **offset,
    }


def _titled(title: str, texts: list[str]) -> list[Line]:
    return [("" if index else title, text) for index, text in enumerate(texts)]


def _lines_of_parts(channels: dict[str, Any]) -> list[Line]:
    lines = []
    for part, names in MIX_GROUPS.items():
        states = {name: channels[name]["state"] for name in names}
        count = sum(state != "missing" for state in states.values())
        clauses = [f"{count} of {len(names)}"]
        for state in ("approximated", "doubtful", "missing"):
            in_state = [name for name, own in states.items() if own == state]
            if in_state and count:
                clauses.append(f"{state}: {', '.join(in_state)}")
        lines.append((f"  {part.capitalize()}", "; ".join(clauses)))
    return lines


def _lines_of_channels(channels: dict[str, Any]) -> list[Line]:
    lines = []
    for name in CHANNELS:
        channel = channels[name]
        clauses = [] if channel["state"] == "covered" else [channel["state"]]
        clauses += [_control_text(control) for control in channel["controls"]]
        clauses += [channel["doubt"]] if "doubt" in channel else []
        lines.append((f"  {name}", ", ".join(clauses)))
    return lines


def _gain_texts(channels: dict[str, Any]) -> list[str]:
    """Return the gains that channels were given, in one line, or none."""
    gains = {name: own["calibrated"] for name, own in channels.items() if "calibrated" in own}
    return [", ".join(f"{name} × {gain:g}" for name, gain in gains.items())] if gains else []


def _object_text(part: dict[str, Any]) -> str:
    count = part["channels"]
    channels = "1 channel" if count == 1 else f"{count} channels"
    return f"{part['name']} ({part['convention'] or 'no convention'}, {channels})"


def _control_text(control: dict[str, Any]) -> str:
    name = " ".join(filter(None, (control["name"], control.get("axis"))))
    gain = "" if control["gain"] == 1 else f" × {control['gain']:g}"
    offset = f" {control['offset']:+g}" if "offset" in control else ""
    return f"{control['object']}: {name}{gain}{offset}"


def _preset_text(preset: dict[str, Any]) -> str:
    emotions = (
        emotion if share == 1 else f"{share:.0%} {emotion}"
        for emotion, share in preset["emotions"].items()
    )
    return f"{_control_text(preset)} ({', '.join(emotions)})"
