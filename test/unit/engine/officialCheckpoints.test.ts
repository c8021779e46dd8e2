/**
 * Checkpoints as the authors of the methods save them, imported by training/import_checkpoint.py: the engine comes to the
 * tokens and hidden states of the published algorithm, read plainly in PyTorch (training/tests/official, which writes
 * test/fixtures/official).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import type { FeedInput, FeedOptions, Mark, Sequence, Step } from "../../../src/engine/decoding/model";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { manifestNotes, strategyRows } from "../../../src/engine/strategies";

const OFFICIAL = path.resolve("test/fixtures/official");
const CHECKPOINTS = ["coconut", "softcot", "lightthinker", "anllm", "inftythink"];
const MOST_APART = 1e-4;

interface Golden {
  strategy: string;
  question: string;
  options: Record<string, unknown>;
  /** Thoughts that were compressed, and rounds, where the method has them. */
  compressed?: number;
  rounds?: number;
  /** Everything read and written in order; null where an embedding stood for a token. */
  ids: (number | null)[];
  /** How many of them the model did not write. */
  given: number;
  width: number;
  /** float32 [ids, width], little-endian, in base64. */
  hidden: string;
}

/** What the model's last sequence was fed, rewound ids left out and evicted ones not, with the hidden state of every place. */
interface Fed {
  ids: number[];
  hidden: number[];
}

/** Has every sequence of the model keep what is fed to it; what its callers get is what they ask for. */
function recorded(model: OnnxModel): Fed {
  const fed: Fed = { ids: [], hidden: [] };
  const start = model.newSequence.bind(model);
  const feedOf =
    (sequence: Sequence) =>
    async (input: FeedInput, options: FeedOptions = {}) => {
      const step: Step = await sequence.feed(input, { ...options, hidden: true, distributions: input.ids.length });
      const { distributions: count = 1 } = options;
      fed.ids.push(...input.ids);
      fed.hidden.push(...step.hidden!);
      const kept = count === 0 ? [] : step.distributions.slice(-count);
      return { ...step, distributions: kept, hidden: step.hidden!.slice(-count * model.facts.hiddenSize!) };
    };
  const newSequence = () => {
    const sequence = start();
    fed.ids.length = fed.hidden.length = 0;
    const feed = feedOf(sequence);
    const rewind = (mark: Mark): void => {
      // Evicted ids are kept here, so that the place of a row is not its place among the live ones.
      fed.ids.length -= sequence.rows - mark.rows;
      fed.hidden.length = fed.ids.length * model.facts.hiddenSize!;
      sequence.rewind(mark);
    };
    return new Proxy<Sequence>(sequence, {
      get(target, key) {
        if (key === "feed") return feed;
        if (key === "rewind") return rewind;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value as () => unknown).bind(target) : value;
      },
    });
  };
  Object.defineProperty(model, "newSequence", { value: newSequence });
  return fed;
}

describe("official checkpoints", () => {
  for (const name of CHECKPOINTS) {
    const folder = path.join(OFFICIAL, name);
    const golden = JSON.parse(readFileSync(path.join(folder, "golden.json"), "utf8")) as Golden;
    const { ids, given, width, strategy } = golden;

    describe(name, function () {
      this.timeout(60_000);
      let model: OnnxModel;
      let fed: Fed;
      let trace: Trace;
      before(async () => {
        model = await loadOnnxModel(folder, { threads: 1 });
        fed = recorded(model);
        const events: TraceEvent[] = [];
        await runStrategy({
          backend: model,
          request: {
            ...{ id: "run", strategy, model: { kind: "folder", path: folder } },
            messages: [{ role: "user", content: golden.question }],
            options: golden.options,
          },
          route: () => Promise.reject(new Error("Nobody is to be routed.")),
          emit: (batch) => events.push(...batch),
          signal: new AbortController().signal,
        });
        trace = fold(events);
      });
      after(() => model.dispose());

      it("says what it was trained for", () => {
        assert.equal(strategyRows(model).find(({ id }) => id === strategy)?.reason, undefined);
        assert.deepEqual(manifestNotes(model.manifest), []);
      });

      it("reads and writes the tokens of the plain reading", () => {
        assert.deepEqual(
          fed.ids,
          ids.slice(0, fed.ids.length).map((id) => id ?? -1),
        );
        // Nothing has to be fed after the last token.
        assert.ok(fed.ids.length >= ids.length - 1);
        const written = ids.slice(given);
        assert.ok(written.length >= 12, "a text of some length");
        assert.deepEqual(
          trace.positions.slice(-written.length).map(({ id }) => id),
          written,
        );
      });

      it("compresses as many thoughts, in as many rounds", () => {
        assert.equal(trace.evictions.length, golden.compressed ?? 0);
        assert.equal(trace.rounds.length, golden.rounds ?? 0);
      });

      it("comes to its hidden states", () => {
        const bytes = Buffer.from(golden.hidden, "base64");
        let apart = 0;
        fed.hidden.forEach((value, index) => {
          apart = Math.max(apart, Math.abs(value - bytes.readFloatLE(4 * index)));
        });
        assert.equal(fed.hidden.length, fed.ids.length * width);
        assert.ok(apart < MOST_APART, `${apart.toExponential(1)} apart`);
      });
    });
  }
});
