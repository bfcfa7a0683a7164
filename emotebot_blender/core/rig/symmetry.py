# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls that a rig may have for both sides of a face in one, or for each side of it apart."""

from collections.abc import Sequence
from dataclasses import replace

from ..channels import mirrored_name
from .convention import ControlName, Convention, Feed
from .spelling import Form, form_of, side_free

DIRECTED = ("jaw", "mouth", "eyeLookIn", "eyeLookOut")
"""Channels whose side is a direction: with both sides in one they would mean something else."""


def with_other_sides(convention: Convention) -> Convention:
    """Return a convention that also knows halves of its whole controls, and wholes of its halves.

    Both halves of a control are as good as the control. A whole one stands in for the halves of two
    channels, which move it by half of its value each, so that both together give all of it. What
    the convention names already stays as it is.
    """
    known = {form_of(control.name) for control in convention.controls() if control.kind != "bone"}
    feeds, approximations = dict(convention.feeds), dict(convention.approximations)
    for channel, groups in convention.feeds.items():
        mirrored = mirrored_name(channel)
        if mirrored == channel:
            others = [_halves(group, known) or _wholes(group, 1.0, known) for group in groups]
            feeds[channel] = (*groups, *filter(None, others))
        elif channel.removesuffix("Left").removesuffix("Right") not in DIRECTED:
            others = [_wholes(group, 0.5, known) for group in groups]
            shared = (*filter(None, others), *approximations.get(channel, ()))
            approximations |= {channel: shared} if shared else {}
    return replace(convention, feeds=feeds, approximations=approximations)


def _halves(group: Sequence[Feed], known: set[Form]) -> tuple[Feed, ...]:
    """Return the halves of every control of a group, or nothing where it has no wholes."""
    halves = []
    for feed in group:
        form = form_of(feed.control.name)
        if feed.control.kind == "bone" or feed.half or form.side:
            return ()
        if known & {Form(form.stem, "l"), Form(form.stem, "r")}:
            return ()
        name = side_free(feed.control.name)
        halves += [replace(feed, control=_like(feed, f"{name} {side}")) for side in "LR"]
    return tuple(halves)


def _wholes(group: Sequence[Feed], share: float, known: set[Form]) -> tuple[Feed, ...]:
    """Return what the controls of a group are halves of, or nothing where one is none.

    Args:
        group: halves of one side, or of both.
        share: of the value of a half that the whole has at full.
        known: forms that the convention has.
    """
    wholes = {}
    for feed in group:
        form = form_of(feed.control.name)
        if feed.control.kind == "bone" or feed.half or form.side not in ("l", "r"):
            return ()
        if Form(form.stem) in known:
            return ()
        whole = replace(feed, control=_like(feed, side_free(feed.control.name)))
        wholes[form.stem] = replace(whole, full=feed.full * share, offset=feed.offset * share)
    return tuple(wholes.values())


def _like(feed: Feed, name: str) -> ControlName:
    return ControlName(name, feed.control.kind)
