/** Places, texts and models that a branch cannot begin with, or begins with otherwise than one may think: what the command line says. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { readTrace, serializeEvent } from "../../../src/core/trace/traceFile";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { LoopbackServer } from "../engine/loopbackServer";
import { BundledCli } from "./bundledCli";

const PROMPT =
  "Stella has 47 books. On Tuesday she picks up 17 books. On Wednesday Stella loses 13 books. How many books does Stella have after Wednesday?\n";
const TINY = path.resolve("test/fixtures/models/tiny");

describe("thoughtlens branch, where that is not plain", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  const files = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-branch-bad-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    await writeFile(path.join(folder, "books.md"), PROMPT);
    for (const strategy of ["chain-of-thought", "coconut", "lightthinker"]) {
      const result = await cli.run("run", "books.md", "--strategy", strategy, "--out", path.join(folder, strategy));
      assert.equal(result.code, 0, result.err);
      files.set(strategy, path.join(folder, strategy, (await readdir(path.join(folder, strategy)))[0]!));
    }
    // The same run as a tool tells it whose tokens are letters and signs.
    const { events } = readTrace(await readFile(files.get("chain-of-thought")!, "utf8"));
    const letters = events.flatMap((event) => {
      if (event.t === "run") {
        const { sha256: _, ...model } = event.model;
        return [{ ...event, id: "letters", model }];
      }
      return [];
    });
    const text = fold(events).positions.map((position) => position.text);
    const tokens: TraceEvent = { t: "tokens", at: 0, kind: "text", text: [...text.join("")] };
    files.set("letters", path.join(folder, "letters.thoughts.jsonl"));
    await writeFile(files.get("letters")!, [...letters, tokens].map((event) => `${serializeEvent(event)}\n`).join(""));
    for (const [name, edit] of Object.entries({
      closes: "So it is 9.\n</think>\n\n",
      ends: "So it is 9.<|im_end|>\n",
    }))
      await writeFile(path.join(folder, `${name}.txt`), edit);
  });
  after(() => rm(folder, { recursive: true }));

  const traceOf = async (name: string): Promise<Trace> =>
    fold(readTrace(await readFile(files.get(name)!, "utf8")).events);
  const kindAt = (kind: string) => (trace: Trace) => trace.positions.findIndex((each) => each.kind === kind) + 1;
  const token = (at: number): string => `token:${at}`;

  /** In which trace, where, and what is asked there. */
  const REFUSED: [what: string, trace: string, at: (trace: Trace) => string, args: string[], said: RegExp][] = [
    [
      "among latents",
      "coconut",
      (trace) => token(kindAt("latent")(trace)),
      ["--continue"],
      /latent steps.* Choose a place/s,
    ],
    [
      "behind latents, for another model",
      "coconut",
      (trace) => token(trace.positions.length),
      ["--continue", "--model", TINY],
      /hidden states, which no other model can read\. Choose the model/,
    ],
    [
      "among gist tokens",
      "lightthinker",
      (trace) => token(kindAt("gist")(trace)),
      ["--continue"],
      /block of gist tokens.* Choose a place/s,
    ],
    [
      "inside a mark of thinking",
      "letters",
      (trace) =>
        token(
          trace.positions
            .map(({ text }) => text)
            .join("")
            .indexOf("</think>") + 3,
        ),
      ["--continue"],
      /inside <\/think>, which marks thinking and is written whole\. Choose a place/,
    ],
    [
      "with a text that ends the turn",
      "chain-of-thought",
      () => "2",
      ["--continue", "--edit", "ends.txt"],
      /<\|im_end\|> ends the model's turn.* Take it out/,
    ],
    [
      "with a token that ends the turn",
      "chain-of-thought",
      () => token(9),
      ["--token", "<|im_end|>"],
      /<\|im_end\|> ends the model's turn.* Choose another token/,
    ],
    [
      "in the answer, to stop thinking",
      "chain-of-thought",
      (trace) => token(trace.positions.length),
      ["--answer"],
      /the answer has begun\. Choose a step/,
    ],
  ];
  for (const [what, name, at, args, said] of REFUSED)
    it(`is refused ${what}`, async () => {
      const place = at(await traceOf(name));
      const result = await cli.run("branch", files.get(name)!, "--at", place, ...args);
      const last = result.err.trim().split("\n").at(-1)!;
      assert.deepEqual([result.code, said.test(last)], [1, true], result.err);
    });

  const NOTED: [what: string, trace: string, at: (trace: Trace) => string, args: string[], said: RegExp][] = [
    [
      "inside a thought whose rows had left the cache",
      "lightthinker",
      ({ evictions: [evicted] }) => token(Math.floor((evicted!.from + evicted!.to) / 2)),
      ["--continue"],
      /rows of this thought had left the cache later on/,
    ],
    [
      "in the trace of another model",
      "chain-of-thought",
      () => "2",
      ["--continue", "--model", TINY],
      /wrote the text before this place; this model has read it in its own tokens/,
    ],
    ["in a trace with other tokens", "letters", () => token(90), ["--continue"], /wrote the text before this place/],
    [
      "with a text that closes thinking",
      "chain-of-thought",
      () => "2",
      ["--continue", "--edit", "closes.txt"],
      /closes thinking: what follows is the answer/,
    ],
  ];
  for (const [what, name, at, args, said] of NOTED)
    it(`goes on ${what}, and says so`, async () => {
      const place = at(await traceOf(name));
      const result = await cli.run("branch", files.get(name)!, "--at", place, ...args, "--option", "maxTokens=400");
      assert.deepEqual([result.code, said.test(result.err)], [0, true], result.err);
    });

  it("goes on inside a branch whose parent was deleted", async () => {
    const out = path.join(folder, "orphans");
    const first = await cli.run(
      "branch",
      files.get("chain-of-thought")!,
      "--at",
      "1",
      "--continue",
      "--edit",
      "closes.txt",
      "--out",
      out,
    );
    assert.equal(first.code, 0, first.err);
    const [name] = await readdir(out);
    const orphan = path.join(out, name!);
    const { events } = readTrace(await readFile(orphan, "utf8"));
    // No folder that is looked into holds the parent.
    const alone = path.join(folder, "alone.thoughts.jsonl");
    await writeFile(alone, events.map((event) => `${serializeEvent(event)}\n`).join(""));
    await rm(out, { recursive: true });
    const second = await cli.run(
      "branch",
      alone,
      "--at",
      token(fold(events).positions.length - 1),
      "--continue",
      "--json",
    );
    assert.equal(second.code, 0, second.err);
    const [report] = JSON.parse(second.out) as [{ branch: { run: string }; answer: string }];
    const { header, end } = fold(events);
    assert.deepEqual([report.branch.run, report.answer], [header!.id, end!.answer]);
  });

  it("is refused on a server that does not go on from a beginning", async () => {
    const model = await loadOnnxModel(TINY, { threads: 1 });
    const server = await LoopbackServer.start(model, "openai");
    const result = await cli.run(
      "branch",
      files.get("chain-of-thought")!,
      "--at",
      "2",
      "--continue",
      "--model",
      server.url,
    );
    server.close();
    await model.dispose();
    assert.equal(result.code, 1, result.err);
    assert.match(result.err, /cannot go on from a given beginning of an answer\. Choose a local model/);
  });
});
