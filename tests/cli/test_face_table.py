# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command says of a face."""

import json

import bpy

from emotebot_blender.core.channels import CHANNELS


def test_map_lists_the_channels_and_their_controls(run, save):
    status, out, err = run("map", save(), "--json")
    assert (status, err) == (0, [])
    content = json.loads(out)
    assert (content["face"], content["found"]) == ("Face", "52 of 52 channels")
    assert content["objects"] == [
        {"name": "Face", "convention": "ARKit", "channels": 52, "lacks": []}
    ]
    assert content["channels"]["jawOpen"] == {
        "state": "covered",
        "controls": [{"object": "Face", "kind": "shape_key", "name": "jawOpen", "gain": 1.0}],
    }
    assert (len(content["channels"]), content["missing"]) == (52, [])


def test_map_has_a_line_for_each_part(run, save):
    face = bpy.data.objects["Face"]
    for name in ("browInnerUp", "cheekPuff", "cheekSquintLeft", "cheekSquintRight"):
        face.shape_key_remove(face.data.shape_keys.key_blocks[name])
    for name in ("noseSneerLeft", "noseSneerRight"):
        face.shape_key_remove(face.data.shape_keys.key_blocks[name])
    assert run("map", save())[1].splitlines() == [
        "Face      Face",
        "Armature  none",
        "Objects   Face (ARKit, 46 channels)",
        "Found     46 of 52 channels, no cheeks",
        "  Eyes    14 of 14",
        "  Brows   4 of 5; missing: browInnerUp",
        "  Cheeks  0 of 5",
        "  Mouth   28 of 28",
        "Notes     Nothing moves the cheeks; shape keys named like “cheekPuff” would",
    ]


def test_map_has_a_line_for_each_channel_if_asked(run, save):
    face = bpy.data.objects["Face"]
    face.shape_key_remove(face.data.shape_keys.key_blocks["browInnerUp"])
    lines = run("map", save(), "--channels")[1].splitlines()
    channels = [line.split(maxsplit=1) for line in lines if line.startswith("  ")]
    assert [name for name, _ in channels] == list(CHANNELS)
    reported = dict(channels)
    assert (reported["jawOpen"], reported["browInnerUp"]) == ("Face: jawOpen", "missing")


def test_map_says_the_offset_of_a_control(run, save):
    bpy.ops.emotebot.channel_choose(
        channel="jawOpen", object="Face", control="mouthPucker", gain=0.5, offset=-0.125
    )
    path = save()
    lines = [line.split(maxsplit=1) for line in run("map", path, "--channels")[1].splitlines()]
    assert ["jawOpen", "Face: mouthPucker × 0.5 -0.125"] in lines
    (control,) = json.loads(run("map", path, "--json")[1])["channels"]["jawOpen"]["controls"]
    assert (control["gain"], control["offset"]) == (0.5, -0.125)
