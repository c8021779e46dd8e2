import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const SESSION = [
  { type: "user", sessionId: "s", uuid: "1", message: { role: "user", content: "How many jars?" } },
  {
    type: "assistant",
    sessionId: "s",
    uuid: "2",
    message: {
      role: "assistant",
      model: "m",
      content: [
        { type: "thinking", thinking: "I look." },
        { type: "tool_use", id: "t", name: "shelf", input: { id: 3 } },
      ],
    },
  },
  {
    type: "user",
    sessionId: "s",
    uuid: "3",
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "7 rows of 8" }] },
  },
  {
    type: "assistant",
    sessionId: "s",
    uuid: "4",
    message: {
      role: "assistant",
      model: "m",
      content: [
        { type: "thinking", thinking: "7 * 8 = 56." },
        { type: "text", text: "There are \\boxed{56} jars." },
      ],
    },
  },
];
const OWN = { q: "How many jars?", reply: { text: "<think>7 * 8</think>\\boxed{56}" }, right: 56 };

describe("thoughtlens import", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    cli = await BundledCli.build(folder, {});
    await writeFile(path.join(folder, "session.jsonl"), SESSION.map((line) => JSON.stringify(line)).join("\n"));
    await writeFile(path.join(folder, "own.json"), JSON.stringify([OWN, { q: "?", other: 1 }]));
  });
  after(() => rm(folder, { recursive: true }));

  it("says in a table what the turns of a session thought, called and answered", async () => {
    const { code, out, err } = await cli.run("import", "session.jsonl");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^session\.jsonl: Claude Code session\n/);
    assert.match(out, /How many jars\?.*\bm\b.*\n.*56/);
  });

  it("keeps each turn as a trace of ours, in one group, and tells it all in JSON", async () => {
    const { code, out } = await cli.run("import", "session.jsonl", "--out", "kept", "--json");
    assert.equal(code, 0);
    const { files, runs } = JSON.parse(out) as { files: object[]; runs: Record<string, unknown>[] };
    assert.deepEqual(files, [{ file: "session.jsonl", format: "Claude Code session", runs: 2, problems: [] }]);
    assert.deepEqual(
      runs.map(({ turn, calls, answer }) => [turn, calls, answer]),
      [
        [{ n: 1, of: 2 }, 1, null],
        [{ n: 2, of: 2 }, 0, "56"],
      ],
    );
    const names = await readdir(path.join(folder, "kept"));
    assert.match(names.sort()[1]!, /^session-002-[0-9a-f]{8}\.thoughts\.jsonl$/);
    const { events, problems } = readTrace(await readFile(path.join(folder, runs[0]!["trace"] as string), "utf8"));
    const trace = fold(events);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      trace.calls.map(({ name, arguments: given, result }) => [name, given, result]),
      [["shelf", '{"id":3}', "7 rows of 8"]],
    );
    assert.equal(trace.header!.group, runs[1]!["group"]);
  });

  it("says which fields a file of no known form has, and reads it when it is told what they are", async () => {
    const unknown = await cli.run("import", "own.json");
    assert.equal(unknown.code, 1);
    assert.match(
      unknown.err,
      /own\.json: The file is JSON of no form that is known here; its fields are q, reply, right, other/,
    );
    const fields = ["question=q", "answer=reply.text", "expected=right"].flatMap((field) => ["--map", field]);
    const { code, out, err } = await cli.run("import", "own.json", ...fields, "--json");
    const { runs } = JSON.parse(out) as { runs: Record<string, unknown>[] };
    assert.deepEqual([code, runs.length, runs[0]!["answer"], runs[0]!["correct"]], [0, 1, "56", true]);
    assert.match(err, /1 of 2 rows hold nothing in the fields that you named\./);
  });

  const refused: [args: string[], code: number, says: RegExp][] = [
    [["import"], 2, /No file was named\./],
    [["import", "nowhere.json"], 1, /nowhere\.json cannot be read\. Check its name\./],
    [
      ["import", "own.json", "--map", "query=q"],
      2,
      /--map takes NAME=FIELD with one of question, thinking, answer, expected/,
    ],
    [
      ["import", "own.json", "--map", "answer=reply.txt"],
      1,
      /No row has the field reply\.txt; there are q, reply\.text/,
    ],
    [["import", "own.json", "--map", "question=q"], 1, /No field is named for the thinking or the answer\./],
  ];
  for (const [args, code, says] of refused) {
    it(`${args.join(" ")}: says what is wrong`, async () => {
      const finished = await cli.run(...args);
      assert.equal(finished.code, code);
      assert.match(finished.err, says);
    });
  }
});
