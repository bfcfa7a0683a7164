# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.head_convention import (
    HeadConvention,
    NamedHead,
    head_conventions,
    named_heads,
)


@pytest.mark.parametrize("convention", head_conventions(), ids=lambda one: one.name)
def test_every_convention_is_found_on_an_armature_of_its_names(convention):
    names = ("hand", *convention.necks, convention.head)
    assert named_heads(names)[0] == NamedHead(convention.head, convention.necks)


def test_a_head_with_a_neck_comes_before_one_without():
    assert named_heads(("c_head.x", "head", "neck"))[0] == NamedHead("head", ("neck",))


def test_bones_without_a_prefix_come_before_those_with():
    names = ("ORG-spine.006", "ORG-spine.004", "neck", "head")
    assert [named.head for named in named_heads(names)][:2] == ["head", "ORG-spine.006"]


def test_a_prefix_belongs_to_all_bones():
    assert named_heads(("mixamorig:Head", "Neck")) == (NamedHead("mixamorig:Head"),)


@pytest.mark.parametrize("names", [(), ("forehead", "neck"), ("spine", "jaw")])
def test_what_only_ends_like_a_head_is_none(names):
    assert named_heads(names) == ()


@pytest.mark.parametrize(("head", "necks"), [("", ("neck",)), ("head", ()), ("head", ("",))])
def test_a_convention_without_a_name_is_refused(head, necks):
    with pytest.raises(EmoteBotError, match="naming convention for a head"):
        HeadConvention("Example", "nobody", head, necks)
