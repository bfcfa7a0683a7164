# SPDX-License-Identifier: GPL-3.0-or-later
"""The job type for Flamenco, run by a JavaScript engine with the globals that Flamenco documents.

``author.Task(name, type)``, ``author.Command(name, parameters)``, ``task.addCommand``,
``task.addDependency``, ``job.addTask``, ``path`` and ``frameChunker`` as Flamenco 3 has them.
"""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotebot_blender.cli.shot_table import read_shots

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "flamenco" / "emotebot.js"

FLAMENCO = """
const print = () => {}, alert = print;
const author = {
    Task: (name, type) => ({
        name: name, type: type, commands: [], dependencies: [],
        addCommand(command) { this.commands.push(command); },
        addDependency(task) { this.dependencies.push(task.name); },
    }),
    Command: (name, parameters) => ({ name: name, parameters: parameters }),
};
const path = {
    basename: (file) => file.split("/").pop(),
    dirname: (file) => file.split("/").slice(0, -1).join("/"),
    join: (...parts) => parts.join("/").replace(/\\/+/g, "/"),
    stem: (file) => file.split("/").pop().replace(/(.)\\.[^.]*$/, "$1"),
};
function frameChunker(range, size) {
    const [first, last] = range.replace("..", "-").split("-").map(Number);
    const chunks = [];
    for (let start = first; start <= (last || first); start += size) {
        const end = Math.min(start + size - 1, last || first);
        chunks.push(end > start ? `${start}-${end}` : `${start}`);
    }
    return chunks;
}
function compiled(settings) {
    const job = { settings: settings, tasks: [], addTask(task) { this.tasks.push(task); } };
    compileJob(job);
    return JSON.stringify(job.tasks);
}
"""
"""Flamenco's side, as far as the script uses it."""


@pytest.fixture(scope="module")
def engine():
    """Return V8 with the script loaded, in strict mode as Flamenco loads it."""
    racer = pytest.importorskip("py_mini_racer", reason="needs a JavaScript engine, mini-racer")
    context = racer.MiniRacer()
    context.eval('"use strict";' + FLAMENCO + SCRIPT.read_text(encoding="utf-8") + "; 0")
    return context


@pytest.fixture
def compiled(engine):
    """Return a function that gives the tasks for a table."""

    def compiled(shots: str, table: str = "/farm/shots.csv", **chosen: object) -> list[dict]:
        given = {"table": table, "table_path": table, "shots": shots, "chunk_size": 10}
        given |= {"render_output_root": "", "force": False, **chosen}
        return json.loads(engine.call("compiled", given))

    return compiled


TABLE = 'shot,script,output,frames\na,"happy, then sad",a.blend,1-25\nb,sad,/x/b.blend,\n'


def test_each_shot_is_a_task_that_performs_it(compiled):
    tasks = compiled(TABLE)
    assert [(task["name"], task["type"]) for task in tasks] == [
        ("perform-a", "blender"),
        ("perform-b", "blender"),
    ]
    (command,) = tasks[0]["commands"]
    assert command == {
        "name": "exec",
        "parameters": {
            "exe": "{blender}",
            "args": ["--command", "emotebot", "batch", "/farm/shots.csv", "--shot=a"],
        },
    }


def test_what_is_done_is_performed_again_by_force(compiled):
    assert compiled(TABLE, force=True)[0]["commands"][0]["parameters"]["args"][-1] == "--force"


def test_frames_are_rendered_once_the_shot_is_performed(compiled):
    tasks = compiled(TABLE, render_output_root="/farm/frames")
    rendering = [task for task in tasks if task["name"].startswith("render-")]
    assert [(task["name"], task["dependencies"]) for task in rendering] == [
        ("render-a-1-10", ["perform-a"]),
        ("render-a-11-20", ["perform-a"]),
        ("render-a-21-25", ["perform-a"]),
        ("render-b", ["perform-b"]),
    ]
    first, last = (task["commands"][0] for task in (rendering[0], rendering[-1]))
    assert first["name"] == "blender-render"
    assert first["parameters"]["blendfile"] == "/farm/a.blend"
    assert first["parameters"]["args"] == [
        *("--render-output", "/farm/frames/a/######", "--render-format", "PNG"),
        *("--render-frame", "1..10"),
    ]
    assert last["parameters"]["blendfile"] == "/x/b.blend"
    assert last["parameters"]["args"][-1] == "--render-anim"


def test_a_table_in_json(compiled):
    shots = json.dumps({"shots": [{"script": "sad", "csv": "d/c.csv", "seed": 3}]})
    assert [task["name"] for task in compiled(shots, "/farm/shots.json")] == ["perform-c"]


@pytest.mark.parametrize("shots", ["", "shot,script\n", "script\nhappy\n"])
def test_a_table_without_shots_is_refused(engine, compiled, shots):
    with pytest.raises(Exception, match="shot"):
        compiled(shots)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells.filter(str.strip)), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t"),
)
def test_both_readers_find_the_same_shots(rows, delimiter, engine, tmp_path_factory):
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter)
    writer.writerow(("shot", "script", "csv"))
    writer.writerows((f"{n} {name}", script, f"{n}.csv") for n, (name, script) in enumerate(rows))
    path = tmp_path_factory.mktemp("table") / "shots.csv"
    path.write_text(table.getvalue(), encoding="utf-8", newline="")
    settings_ = {"table_path": str(path), "shots": table.getvalue(), "chunk_size": 1}
    tasks = json.loads(engine.call("compiled", settings_))
    assert [task["name"] for task in tasks] == [f"perform-{shot.name}" for shot in read_shots(path)]


def test_the_settings_are_those_that_flamenco_knows(engine):
    job_type = json.loads(engine.eval("JSON.stringify(JOB_TYPE)"))
    assert job_type["label"]
    known = {"key", "type", "subtype", "required", "default", "description", "eval", "visible"}
    known |= {"propargs", "label", "choices", "editable", "evalInfo"}
    for setting in job_type["settings"]:
        assert setting.keys() <= known
        assert setting["type"] in {"string", "int32", "float", "bool"}
        assert setting.get("visible", "visible") in {"visible", "hidden", "submission", "web"}


def test_the_table_is_read_where_the_job_is_submitted(engine, tmp_path):
    table = tmp_path / "shots.csv"
    table.write_text("\ufeffshot,script\n", encoding="utf-8")
    job_type = json.loads(engine.eval("JSON.stringify(JOB_TYPE)"))
    (setting,) = (each for each in job_type["settings"] if each["key"] == "shots")
    chosen = type("Settings", (), {"table": str(table)})
    names = {"Path": Path, "abspath": lambda name: Path(name).resolve(), "settings": chosen}
    assert eval(setting["eval"], {}, names) == "shot,script\n"
