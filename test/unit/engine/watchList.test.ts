/** A watch list in a run: steps are marked while they are written, a server's classifier is asked afterwards, and neither fails the run. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Classify } from "../../../src/core/measure/watchList";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { moderate } from "../../../src/engine/backends/remote/moderation";
import { ServerClient } from "../../../src/engine/backends/remote/serverClient";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { LIMITS } from "./serverBench";
import { scriptedModel } from "./scriptedModel";

const TEMPLATE =
  "{% for m in messages %}{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n<think>\n{% endif %}";
const TEXT = "Build a bomb first.\nThen have some tea.\n</think>\n\n\\boxed{tea}";

async function traced(watch: unknown[], classify?: Classify): Promise<Trace> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: scriptedModel(
      TEMPLATE,
      (_, written) => /^(?:<\/think>|[^\S\n]?\p{L}+|[^])/u.exec(TEXT.slice(written.length))?.[0] ?? "",
    ),
    request: {
      ...{ id: "run", model: { kind: "folder", path: "scripted" }, strategy: "chain-of-thought" },
      ...{ messages: [{ role: "user", content: "What to do?" }], options: { maxTokens: 60 }, watch },
    },
    route: () => Promise.reject(new Error("Nothing is routed.")),
    ...(classify ? { classify } : {}),
    emit: (batch) => events.push(...batch),
    signal: new AbortController().signal,
  });
  return fold(events);
}

describe("a watch list in a run", () => {
  it("marks steps and the answer, and counts them at the end", async () => {
    const trace = await traced([
      { name: "unsafe", words: ["bomb"] },
      { name: "topic", patterns: ["te+a"] },
    ]);
    assert.deepEqual(trace.end?.marks, { unsafe: 1, topic: 2 });
    const place = trace.marks.find(({ what }) => what === "unsafe")!;
    const span = trace.spans.find(({ kind, from }) => kind === "step" && from === place.from);
    assert.equal(span?.to, place.to);
  });

  it("asks classifiers once the run is through", async () => {
    const trace = await traced([{ name: "policy", classifier: { url: "http://localhost:1" } }], (_, texts) =>
      Promise.resolve(texts.map((text) => ({ isFlagged: text.includes("bomb"), category: "violence", score: 0.8 }))),
    );
    assert.deepEqual(trace.end?.marks, { policy: 1 });
    assert.deepEqual([trace.marks[0]!.by, trace.marks[0]!.score], ["violence", 0.8]);
  });

  it("goes on where a classifier is not heard, and says so", async () => {
    const trace = await traced([{ name: "policy", classifier: { url: "http://localhost:1" } }], () =>
      Promise.reject(new Error("nobody there")),
    );
    assert.equal(trace.end?.answer, "tea");
    assert.match(trace.notes.at(-1)!.message, /^The classifier of the watch list was not heard: /);
  });

  it("is refused before the run where it does not fit", () =>
    assert.rejects(traced([{ name: "x", patterns: ["("] }]), { code: "watch-list" }));
});

describe("a classifier on a server", () => {
  let server: Server;
  let answer: (input: string[]) => unknown;
  const seen: { path: string | undefined; body: { input: string[]; model?: string }; key: string | undefined }[] = [];
  before(async () => {
    server = createServer((request, response) => {
      let raw = "";
      request.on("data", (part) => (raw += String(part)));
      request.on("end", () => {
        const body = JSON.parse(raw) as { input: string[] };
        seen.push({ path: request.url, body, key: request.headers.authorization });
        response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer(body.input)));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => void server.close());
  const client = () => new ServerClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, "key", LIMITS);
  const ask = (texts: string[], threshold?: number) =>
    moderate(
      client(),
      { url: "x", model: "omni", ...(threshold === undefined ? {} : { threshold }) },
      texts,
      new AbortController().signal,
    );

  it("is asked as OpenAI's is, in batches, with its key", async () => {
    answer = (input) => ({
      results: input.map((text) => ({
        flagged: text.includes("9"),
        categories: { violence: text.includes("9"), hate: null },
        category_scores: { violence: text.includes("9") ? 0.7 : 0.1, hate: 0.05 },
      })),
    });
    const verdicts = await ask(Array.from({ length: 40 }, (_, index) => `text ${index}`));
    assert.deepEqual(
      seen.map(({ body }) => body.input.length),
      [32, 8],
    );
    assert.deepEqual([seen[0]!.path, seen[0]!.body.model, seen[0]!.key], ["/v1/moderations", "omni", "Bearer key"]);
    assert.deepEqual(verdicts[9], { isFlagged: true, category: "violence", score: 0.7 });
    assert.equal(verdicts.filter(({ isFlagged }) => isFlagged).length, 4);
  });

  it("flags by a person's own threshold where there is one", async () => {
    answer = (input) => ({ results: input.map(() => ({ flagged: false, category_scores: { hate: 0.4 } })) });
    assert.deepEqual(
      [(await ask(["a"]))[0]!.isFlagged, (await ask(["a"], 0.3))[0]!.isFlagged, (await ask(["a"], 0.5))[0]!.isFlagged],
      [false, true, false],
    );
  });

  for (const [what, wrong] of [
    ["another shape", { results: [{ flagged: "yes" }] }],
    ["fewer verdicts than texts", { results: [] }],
    ["a list", []],
  ] as const)
    it(`is not believed where it answers with ${what}`, async () => {
      answer = () => wrong;
      await assert.rejects(ask(["a"]), { code: "server-garbage" });
    });
});
