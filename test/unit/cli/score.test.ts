import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const TINY = path.resolve("test/fixtures/models/tiny");
const R1 = path.resolve("test/fixtures/traces/math500_deepseek_r1.jsonl");

/** In the order in which they ask at a place. */
const RULES = [
  ...["think-brake", "deer", "semantic-redundancy", "answer-agreement", "answer-convergence"],
  "entropy-after-thinking",
];

interface Report {
  file: string;
  traces: {
    writer: string;
    reader: string;
    perplexity: number;
    tokens: { trial: number; total: number };
    checks: { by: string; share: number; confidence: number | null }[];
    stops: { by: string; checks: number; stop: object | null }[];
    trace: string | null;
  }[];
}

describe("thoughtlens score", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-score-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
  });
  after(() => rm(folder, { recursive: true }));

  const score = (...args: string[]) => cli.run("score", ...args);

  it("scores every trace of a file of DeepSeek-R1 and writes them as traces", async () => {
    const out = path.join(folder, "kept", "scored.thoughts.jsonl");
    const result = await score(R1, "--model", TINY, "--at", "line", "--limit", "2", "--json", "--out", out);
    assert.equal(result.code, 0, result.err);
    const { file, traces } = JSON.parse(result.out) as Report;
    assert.equal(file, path.basename(R1));
    assert.deepEqual(
      traces.map(({ trace }) => path.basename(trace!)),
      ["scored.thoughts.jsonl", "scored-2.thoughts.jsonl"],
    );
    for (const { writer, reader, perplexity, tokens, checks, stops, trace } of traces) {
      assert.deepEqual([writer, reader], ["deepseek-reasoner", "tiny"]);
      assert.ok(perplexity > 1 && tokens.trial > 0 && checks.length > 0);
      const places = checks.length / RULES.length;
      assert.ok(checks.every(({ share }) => share <= 1));
      assert.ok(checks.every(({ by, confidence }) => (by === "deer" ? confidence! <= 1 : confidence === null)));
      assert.deepEqual(
        stops.map(({ by, checks: count }) => [by, count]),
        RULES.map((rule) => [rule, places]),
      );
      const { events, problems } = readTrace(await readFile(trace!, "utf8"));
      assert.deepEqual(problems, []);
      const read = fold(events);
      assert.equal(read.header?.scored?.model, "deepseek-reasoner");
      assert.equal(read.positions.length, tokens.total);
      assert.equal(read.checks.length, checks.length);
    }
  });

  it("says as text where the thinking could have stopped", async () => {
    const file = path.join(folder, "thought.md");
    await writeFile(file, "<think>\nThree and four.\n\nThat is 7.\n</think>\n\nThe answer is \\boxed{7}.");
    const sure = await score(file, "--model", TINY, "--option", "threshold=0");
    assert.equal(sure.code, 0, sure.err);
    assert.match(sure.out, /^Trace: written by unknown, read by tiny$/m);
    assert.match(sure.out, /^DEER could have stopped after \d+ thinking tokens, \d+\.\d % of them, with the answer /m);
    assert.match(sure.out, /^The trace holds no prompt: /m);
    const unsure = await score(file, "--model", TINY, "--option", "threshold=1");
    assert.match(unsure.out, /^DEER would not have stopped \(1 check\)\.$/m);
  });

  it("says in one sentence what is wrong, and what to do", async () => {
    await writeFile(path.join(folder, "nothing.json"), '{"hello": [1, 2]}');
    const cases: [args: string[], code: number, said: RegExp][] = [
      [[], 2, /No trace was named\. Run thoughtlens score/],
      [[R1, "--at", "sometimes"], 2, /--at takes transition, paragraph, line or several of them, not “sometimes”/],
      [["absent.jsonl"], 1, /The file absent\.jsonl cannot be read\./],
      [["nothing.json"], 1, /Name a trace, /],
      [[R1, "--model", "http://127.0.0.1:9/v1"], 1, /A server gives no log-probabilities.*Choose a local model\./],
    ];
    for (const [args, code, said] of cases) {
      const result = await score(...args);
      assert.equal(result.code, code, result.err);
      assert.match(result.err, said);
    }
  });
});
