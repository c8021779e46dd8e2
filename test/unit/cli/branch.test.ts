/** `thoughtlens branch` as a person runs it. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const PROMPT = `Stella has 47 books. On Tuesday she picks up 17 books. On Wednesday Stella loses 13 books. How many books does Stella have after Wednesday?

<!-- expected: 51 -->
`;

interface Report {
  branch: { run: string; at: number; why: string; sample?: { n: number } };
  seed: number;
  answer: string | null;
  exit: string;
  thinking: string;
  trace: string | null;
}

describe("thoughtlens branch", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  let parent: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-branch-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    await writeFile(path.join(folder, "books.md"), PROMPT);
    const out = path.join(folder, "kept");
    const result = await cli.run("run", path.join(folder, "books.md"), "--out", out);
    assert.equal(result.code, 0, result.err);
    parent = path.join(out, (await readdir(out))[0]!);
  });
  after(() => rm(folder, { recursive: true }));

  const branch = (...args: string[]) => cli.run("branch", ...args);
  const reports = async (...args: string[]): Promise<Report[]> => {
    const result = await branch(parent, ...args, "--json");
    assert.equal(result.code, 0, result.err);
    return JSON.parse(result.out) as Report[];
  };

  it("goes on behind a step as the run itself did, and keeps the trace", async () => {
    const out = path.join(folder, "branches");
    const [report] = await reports("--at", "2", "--continue", "--out", out);
    assert.deepEqual([report!.answer, report!.branch.why], ["51", "continue"]);
    const { events, problems } = readTrace(await readFile(report!.trace!, "utf8"));
    const original = fold(readTrace(await readFile(parent, "utf8")).events);
    assert.deepEqual(
      [problems, fold(events).positions.map(({ id }) => id)],
      [[], original.positions.map(({ id }) => id)],
    );
  });

  it("stops behind a step and answers", async () => {
    const [report] = await reports("--at", "1", "--answer");
    assert.deepEqual([report!.exit, report!.branch.why], ["stopped", "answer"]);
  });

  it("goes on from the text of a file in the step's place", async () => {
    const edit = path.join(folder, "edit.txt");
    await writeFile(edit, "On Tuesday she picks up 20 books. That makes 47 + 20 = 67 books after Tuesday.\n");
    const [report] = await reports("--at", "2", "--continue", "--edit", edit);
    assert.equal(report!.branch.why, "edit");
    assert.ok(report!.thinking.includes("67 books after Tuesday"));
    assert.equal(report!.answer, "54", "the rest goes by what was set");
  });

  it("writes a step anew as often as asked, each time by another seed", async () => {
    const samples = await reports("--at", "2", "--samples", "2", "--seed", "5", "--option", "maxTokens=60");
    assert.deepEqual(
      samples.map(({ seed, branch: { why, sample } }) => [seed, why, sample!.n]),
      [
        [6, "sample", 1],
        [7, "sample", 2],
      ],
    );
    const table = await branch(parent, "--at", "2", "--samples", "2", "--option", "maxTokens=60");
    assert.match(table.out, /^run\s+answer\s+right/);
  });

  it("takes another token", async () => {
    const [report] = await reports("--at", "token:12", "--token", " 9", "--option", "maxTokens=60");
    assert.deepEqual([report!.branch.at, report!.branch.why], [12, "token"]);
  });

  const REFUSED: [args: string[], code: number, said: RegExp][] = [
    [[], 2, /No trace was named/],
    [["TRACE"], 2, /Name one of --continue, --answer, --samples N and --token T/],
    [["TRACE", "--at", "1", "--continue", "--answer"], 2, /Name one of/],
    [["TRACE", "--continue"], 2, /No place was named/],
    [["TRACE", "--at", "soon", "--continue"], 2, /not “soon”/],
    [["TRACE", "--at", "99", "--continue"], 1, /has \d+ steps, and no step 99/],
    [["TRACE", "--at", "token:99999", "--continue"], 1, /there is no place 99999/],
    [["TRACE", "--at", "1", "--answer", "--edit", "x"], 2, /--edit stands beside --continue/],
    [["TRACE", "--at", "1", "--continue", "--edit", "nowhere.txt"], 1, /nowhere\.txt cannot be read/],
    [["TRACE", "--at", "1", "--samples", "0"], 2, /--samples takes 1 to 1000/],
  ];
  for (const [args, code, said] of REFUSED)
    it(`refuses ${args.join(" ") || "nothing"}`, async () => {
      const result = await branch(...args.map((each) => (each === "TRACE" ? parent : each)));
      assert.deepEqual([result.code, said.test(result.err)], [code, true], result.err);
    });
});
