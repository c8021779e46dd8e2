/** What else a model might have chosen: what is recorded of it, what it costs the file, and what servers are asked for. */
import assert from "node:assert/strict";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import { traceEvent, type TraceEvent } from "../../../src/core/trace/trace";
import { serializeEvent } from "../../../src/core/trace/traceFile";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { LogitDistribution } from "../../../src/engine/backends/onnx/distribution";
import { readChunk } from "../../../src/engine/backends/remote/serverChunk";
import { ServerRefusal } from "../../../src/engine/backends/remote/serverErrors";
import { ServerDialect } from "../../../src/engine/backends/remote/serverDialect";
import { askForLogprobs } from "../../../src/engine/backends/remote/serverDiscovery";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { recordRun } from "./branchedRuns";

const bytesOf = (events: readonly TraceEvent[]): number =>
  events.reduce((sum, event) => sum + Buffer.byteLength(serializeEvent(event)) + 1, 0);

const withoutOthers = (event: TraceEvent): TraceEvent => ({
  ...event,
  ...("others" in event && { others: undefined }),
});

const MODELS = [
  { name: "the included model, which is mostly sure", folder: "models/pocket/base" },
  { name: "a model of random weights, which never is", folder: "test/fixtures/models/tiny" },
];

describe("alternatives", () => {
  for (const { name, folder } of MODELS)
    describe(`of ${name}`, () => {
      let model: LanguageModel;
      before(async () => {
        model = await loadOnnxModel(path.resolve(folder), { threads: 1 });
      });
      after(() => model.dispose());

      const run = (alternatives: number, more: Record<string, unknown> = {}) =>
        recordRun(model, "chain-of-thought", { options: { alternatives, maxTokens: 150, ...more } });

      it("are the likeliest tokens beside the chosen one, with their probabilities", async () => {
        const { trace, events } = await run(5);
        for (const event of events) traceEvent.parse(event);
        const unsure = trace.positions.filter(({ others }) => others !== undefined);
        assert.ok(unsure.length > 0);
        for (const { text, others = [], logprob } of unsure) {
          assert.ok(others.length <= 5);
          assert.ok(others.every(([other, probability]) => other !== text && probability >= 0.005));
          assert.deepEqual(
            others.map(([, probability]) => probability),
            others.map(([, probability]) => probability).sort((a, b) => b - a),
          );
          const sum = others.reduce((total, [, probability]) => total + probability, Math.exp(logprob!));
          assert.ok(sum <= 1.01, `${sum}`);
          assert.ok(others[0]![1] <= Math.exp(logprob!) + 0.001, "greedy decoding took the likeliest");
        }
      });

      it("are the same by what the graph worked out as by all its logits", async () => {
        const sequence = model.newSequence();
        const ids = model.tokenizer.encode("Stella has 47 books. On Tuesday she picks up");
        const { distributions } = await sequence.feed({ ids }, { distributions: 8 });
        for (const each of distributions) {
          const plain = new LogitDistribution(each.logits).top(6);
          const told = each.top(6);
          assert.deepEqual(
            told.map(([id]) => id),
            plain.map(([id]) => id),
          );
          told.forEach(([, logprob], place) => assert.ok(Math.abs(logprob - plain[place]![1]) < 1e-3));
        }
        sequence.dispose();
      });

      it("change nothing of what is written, and make its file at most 40 % longer", async () => {
        const [without, five, twenty] = [await run(0), await run(5), await run(20)];
        const ids = ({ trace }: typeof five) => trace.positions.map(({ id }) => id);
        assert.deepEqual(ids(five), ids(without));
        assert.ok(without.trace.positions.every(({ others }) => others === undefined));
        for (const each of [five, twenty]) {
          // Of one and the same run: how its tokens come together in events, and so its length, is a matter of time.
          const growth = bytesOf(each.events) / bytesOf(each.events.map(withoutOthers)) - 1;
          assert.ok(growth > 0 && growth <= 0.4, `${(growth * 100).toFixed(1)} %`);
        }
      });
    });

  it("that a file tells of the wrong places are nobody's", () => {
    const trace = fold([
      traceEvent.parse({
        t: "tokens",
        at: 0,
        text: ["a", "b"],
        others: [
          [1, [["c", 120]]],
          [7, [["d", 10]]],
        ],
      }),
    ]);
    assert.deepEqual(
      trace.positions.map(({ others }) => others),
      [undefined, [["c", 0.12]]],
    );
  });
});

describe("alternatives of a server", () => {
  it("are asked for as many as its protocol has", () => {
    assert.deepEqual(askForLogprobs("chat", 30), { logprobs: true, top_logprobs: 20 });
    assert.deepEqual(askForLogprobs("completions", 30), { logprobs: 5 });
    assert.deepEqual(askForLogprobs("completions", 0), { logprobs: 1 });
  });

  it("are asked for no more where it refuses them, and log-probabilities still are", async () => {
    const dialect = new ServerDialect();
    const sent: object[] = [];
    await dialect.ask({ logprobs: true, top_logprobs: 5 }, (words) => {
      sent.push(words);
      const isRefused = words["top_logprobs"] !== 1;
      return isRefused
        ? Promise.reject(new ServerRefusal("host", 400, "top_logprobs must be at most 1"))
        : Promise.resolve();
    });
    assert.deepEqual(sent, [
      { logprobs: true, top_logprobs: 5 },
      { logprobs: true, top_logprobs: 1 },
    ]);
  });

  const chosen = { token: " a", logprob: Math.log(0.6) };
  const CASES: [what: string, choice: object, others: unknown][] = [
    [
      "a chat",
      {
        delta: { content: " a" },
        logprobs: {
          content: [
            {
              ...chosen,
              top_logprobs: [chosen, { token: " c", logprob: Math.log(0.1) }, { token: " b", logprob: Math.log(0.25) }],
            },
          ],
        },
      },
      [" b", " c"],
    ],
    [
      "a completion",
      { text: " a", logprobs: { tokens: [" a"], token_logprobs: [-0.5], top_logprobs: [{ " a": -0.5, " b": -1.5 }] } },
      [" b"],
    ],
    [
      "one that lists none",
      { text: " a", logprobs: { tokens: [" a"], token_logprobs: [-0.5], top_logprobs: null } },
      [],
    ],
    [
      "one that lists nonsense",
      {
        delta: { content: " a" },
        logprobs: { content: [{ ...chosen, top_logprobs: [7, { token: 3 }, { token: "x", logprob: -9999 }] }] },
      },
      [],
    ],
  ];
  for (const [what, choice, others] of CASES)
    it(`are read of ${what}`, () => {
      const [token] = readChunk({ choices: [choice] }).tokens;
      assert.deepEqual(
        (token?.others ?? []).map(([text]) => text),
        others,
      );
    });
});
