// SPDX-License-Identifier: GPL-3.0-or-later

// A job type for Flamenco: performs a table of shots with EmoteBot, a task a shot, on as many workers
// as there are, and then renders the files that came out of it, if wanted. See docs/farm.md.
//
// The table is read where the job is submitted, as a compiler script cannot open files; each worker
// reads it again for the shot that it performs.

const JOB_TYPE = {
    label: "EmoteBot Shots",
    description: "Perform a table of shots with EmoteBot, and render them",
    settings: [
        {
            key: "table", type: "string", subtype: "file_path", required: true,
            description: "Table of shots, a .csv or .json file on storage that all workers share",
        },
        {
            key: "render_output_root", type: "string", subtype: "dir_path", default: "",
            description: "Folder for the frames of each shot that has an output; "
                + "leave empty to perform without rendering",
        },
        {
            key: "chunk_size", type: "int32", default: 10, propargs: { min: 1 },
            visible: "submission",
            description: "Frames that are rendered in one task, of shots that say their frames",
        },
        {
            key: "force", type: "bool", default: false, visible: "submission",
            description: "Perform shots that are done, too, and replace files that are there",
        },
        {
            key: "shots", type: "string", required: true, visible: "hidden",
            eval: "Path(abspath(settings.table)).read_text(encoding='utf-8-sig')",
            description: "What the table holds when the job is submitted",
        },
        {
            key: "table_path", type: "string", required: true, visible: "web",
            eval: "str(abspath(settings.table))",
            description: "Where the workers find the table",
        },
    ],
};

// What Python takes for space at the ends of a cell: EmoteBot reads the table again with it.
const ENDS = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

// Columns with files to write, in the order in which EmoteBot writes them: the first one that is
// filled in names a shot that has no name.
const OUTPUTS = ["output", "export-model", "csv", "export", "sheet", "render"];

function stripped(text) {
    return text.replace(ENDS, "");
}

function compileJob(job) {
    const settings = job.settings;
    const shots = shotsOf(settings.table_path, settings.shots);
    if (shots.length === 0) {
        throw `There are no shots in ${settings.table_path}`;
    }
    for (const shot of shots) {
        const performTask = authorPerformTask(settings, shot);
        job.addTask(performTask);
        if (settings.render_output_root && shot.output) {
            for (const task of authorRenderTasks(settings, shot)) {
                task.addDependency(performTask);
                job.addTask(task);
            }
        }
    }
    print(`${shots.length} shots in ${settings.table_path}`);
}

function authorPerformTask(settings, shot) {
    const task = author.Task(`perform-${shot.name}`, "blender");
    const args = ["--command", "emotebot", "batch", settings.table_path, `--shot=${shot.name}`];
    task.addCommand(author.Command("exec", {
        exe: "{blender}",
        args: settings.force ? args.concat(["--force"]) : args,
    }));
    return task;
}

function authorRenderTasks(settings, shot) {
    const blendfile = isAbsolute(shot.output)
        ? shot.output
        : path.join(path.dirname(settings.table_path), shot.output);
    const frames = path.join(settings.render_output_root, encodeURIComponent(shot.name), "######");
    const parts = shot.frames ? frameChunker(shot.frames, settings.chunk_size) : [""];
    return parts.map((part) => {
        const task = author.Task(`render-${shot.name}` + (part && `-${part}`), "blender");
        task.addCommand(author.Command("blender-render", {
            exe: "{blender}",
            exeArgs: "{blenderArgs}",
            argsBefore: [],
            blendfile: blendfile,
            args: ["--render-output", frames, "--render-format", "PNG"].concat(
                part ? ["--render-frame", part.replace(/-/g, "..")] : ["--render-anim"]),
        }));
        return task;
    });
}

// Return the shots of a table: their names, and what they say of output and frames.
function shotsOf(table, text) {
    const rows = table.toLowerCase().endsWith(".json") ? jsonRows(text) : csvRows(text);
    return rows.map((row) => {
        const cell = (name) =>
            stripped(String(row[name] === undefined || row[name] === null ? "" : row[name]));
        const written = OUTPUTS.map(cell).find((value) => value);
        const name = cell("shot") || (written && path.stem(written.replace(/\\/g, "/")));
        if (!name) {
            throw "Each shot needs a file to write: output, export-model, render, sheet, csv or export";
        }
        return { name: name, output: cell("output"), frames: cell("frames") };
    });
}

function jsonRows(text) {
    const content = JSON.parse(text);
    return Array.isArray(content) ? content : content.shots;
}

// Return the rows of a CSV table, each an object by the names of the columns.
function csvRows(text) {
    const rows = csvCells(text).filter((cells) => cells.some(stripped));
    const header = (rows.shift() || []).map((name) => stripped(name).toLowerCase());
    return rows.map((cells) => {
        const row = {};
        header.forEach((name, index) => { row[name] = cells[index]; });
        return row;
    });
}

// Return the cells of a CSV table (RFC 4180), whose header says what stands between them.
function csvCells(text) {
    const header = stripped(text).split("\n")[0];
    const count = (mark) => header.split(mark).length;
    const delimiter = [",", ";", "\t"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
    const rows = [];
    let row = [], cell = "", quoted = false;
    const endCell = () => { row.push(cell); cell = ""; };
    const endRow = () => { endCell(); rows.push(row); row = []; };
    for (let i = 0; i < text.length; i++) {
        const mark = text[i];
        if (quoted) {
            if (mark !== '"') cell += mark;
            else if (text[i + 1] === '"') { cell += '"'; i++; }
            else quoted = false;
        } else if (mark === '"' && cell === "") quoted = true;
        else if (mark === delimiter) endCell();
        else if (mark === "\n" || mark === "\r") {
            if (mark === "\r" && text[i + 1] === "\n") i++;
            endRow();
        } else cell += mark;
    }
    if (cell || row.length) endRow();
    return rows;
}

function isAbsolute(file) {
    return /^([/\\{]|[a-z]:)/i.test(file);  // a variable of Flamenco's, such as {shots}, too
}
