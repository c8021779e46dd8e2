/** Stop sequences: the text of a run ends before the first of them, locally and on a server, and the trace says so. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fold } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { ChosenToken } from "../../../src/engine/decoding/decoder";
import { HoldBack } from "../../../src/engine/decoding/holdBack";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { ServerBench } from "./serverBench";

const token = (text: string): ChosenToken => ({ id: 0, text, logprob: 0, entropy: 0, ms: 0 });

/** What stands of a text that comes in these pieces, and what ended it. */
function written(
  pieces: readonly string[],
  { sequences = [], transitions = [] }: { sequences?: string[]; transitions?: string[] },
): { text: string; found: string | undefined; held: string } {
  const hold = new HoldBack(transitions, sequences, "");
  const held: ChosenToken[] = [];
  let text = "";
  for (const piece of pieces) {
    held.push(token(piece));
    const { stands, found } = hold.judge(held, text);
    text += held
      .splice(0, stands)
      .map((each) => each.text)
      .join("");
    const rest = held.map((each) => each.text).join("");
    if (found?.by === "sequence") return { text: text + found.before, found: found.sequence, held: "" };
    if (found) return { text, found: "transition", held: rest };
  }
  return { text, found: undefined, held: held.map((each) => each.text).join("") };
}

describe("holding tokens back", () => {
  const CASES: [
    why: string,
    pieces: string[],
    options: Parameters<typeof written>[1],
    expected: ReturnType<typeof written>,
  ][] = [
    ["a sequence that is one token", ["a", "###", "b"], { sequences: ["###"] }, { text: "a", found: "###", held: "" }],
    [
      "one that several tokens make",
      ["a", "#", "#", "#b"],
      { sequences: ["###"] },
      { text: "a", found: "###", held: "" },
    ],
    ["one in the middle of a token", ["a", "b###c"], { sequences: ["###"] }, { text: "ab", found: "###", held: "" }],
    [
      "one that begins in the middle of a token and ends in another",
      ["ab#", "##"],
      { sequences: ["###"] },
      { text: "ab", found: "###", held: "" },
    ],
    [
      "what only begins like it",
      ["a", "##", "b"],
      { sequences: ["###"] },
      { text: "a##b", found: undefined, held: "" },
    ],
    ["what may still become it", ["a", "##"], { sequences: ["###"] }, { text: "a", found: undefined, held: "##" }],
    [
      "a beginning that begins anew",
      ["##", "##", "#"],
      { sequences: ["##a", "###"] },
      { text: "", found: "###", held: "" },
    ],
    ["the first of two", ["x", "ab"], { sequences: ["b", "a"] }, { text: "x", found: "a", held: "" }],
  ];
  for (const [why, pieces, options, expected] of CASES)
    it(why, () => assert.deepEqual(written(pieces, options), expected));

  it("finds a transition word after what began like a sequence", () => {
    const { text, found, held } = written(["done.", "\n", "Wait", ","], {
      sequences: ["\n\nQ"],
      transitions: ["Wait"],
    });
    assert.deepEqual([text + held, found], ["done.\nWait", "transition"]);
    assert.ok(held.endsWith("Wait"));
  });

  it("never lets a sequence stand, loses nothing before it, and lets all else stand", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 12 }),
        fc.array(letters, { minLength: 1, maxLength: 3 }),
        (pieces, sequences) => {
          const all = pieces.join("");
          const ends = sequences.map((sequence) => all.indexOf(sequence)).filter((at) => at >= 0);
          const { text, found, held } = written(pieces, { sequences });
          assert.equal(found !== undefined, ends.length > 0);
          if (found === undefined) assert.equal(text + held, all);
          else {
            assert.ok(all.startsWith(text + found));
            assert.ok(!sequences.some((sequence) => text.includes(sequence)));
          }
        },
      ),
    );
  });
});

describe("a run with stop sequences", function () {
  this.timeout(60_000);
  let bench: ServerBench;
  before(async () => (bench = await ServerBench.open()));
  beforeEach(() => bench.reset());
  afterEach(() => bench.server?.close());

  const run = async (backend: Parameters<typeof runStrategy>[0]["backend"], strategy: string, options: object) => {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend,
      request: {
        ...{ id: "r", model: { kind: "folder", path: "m" }, strategy },
        messages: [{ role: "user", content: "How many apples does Mia have?" }],
        options: { maxTokens: 40, ...options },
      },
      route: () => Promise.reject(new Error("Nobody is to be routed.")),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  };
  const textOf = (trace: ReturnType<typeof fold>) => trace.positions.map(({ text }) => text).join("");

  it("ends before a sequence that the model here would write, wherever its tokens end", async () => {
    const whole = textOf(await run(bench.model, "chain-of-thought", {}));
    for (const [from, to] of [
      [10, 12],
      [23, 30],
      [31, 32],
    ] as const) {
      const sequence = whole.slice(from, to);
      const trace = await run(bench.model, "chain-of-thought", { stop: ["never written", sequence] });
      assert.equal(textOf(trace), whole.slice(0, whole.indexOf(sequence)));
      assert.equal(trace.exit?.why, "stop-sequence");
      assert.ok(trace.notes.some(({ message }) => message.includes(JSON.stringify(sequence))));
      assert.deepEqual(trace.header?.options["stop"], ["never written", sequence]);
    }
  });

  it("writes as without where nothing of the kind comes", async () => {
    const [plain, stopped] = [
      await run(bench.model, "chain-of-thought", {}),
      await run(bench.model, "chain-of-thought", { stop: ["\u0000\u0001"] }),
    ];
    assert.equal(textOf(stopped), textOf(plain));
    assert.equal(stopped.exit?.why, plain.exit?.why);
  });

  it("does not end trial answers, which do not stand", async () => {
    const transitions = ["the", "and", "She", "apples"];
    const trials = async (stop: string[]) => {
      const trace = await run(bench.model, "deer", { transitions, threshold: 1, maxChecks: 2, stop });
      return trace.checks.map(({ answer, trial }) => [answer, trial![1] - trial![0]]);
    };
    const plain = await trials([]);
    assert.ok(plain.length > 0);
    assert.deepEqual(await trials(["\\boxed", "\n**Final"]), plain);
  });

  for (const [dialect, api] of [
    ["llama.cpp", "completions"],
    ["openai", "chat"],
  ] as const)
    it(`ends so on a server too: ${dialect}, ${api}`, async () => {
      const server = await bench.connect(dialect, api);
      bench.server.script = () => "<think>\n12 - 3 = 9.\n</think>\n\n\\boxed{9}\nQuestion: what next?";
      const trace = await run(server, "chain-of-thought", { stop: ["\nQuestion:"] });
      assert.equal(textOf(trace), "<think>\n12 - 3 = 9.\n</think>\n\n\\boxed{9}");
      // It came after thinking had ended by itself.
      assert.equal(trace.exit?.why, "end-of-thinking");
      assert.equal(trace.end?.answer, "9");
      assert.match(trace.notes.at(-1)!.message, /stop sequence/);
    });

  it("refuses what is no stop sequence by the option's name", async () => {
    await assert.rejects(run(bench.model, "chain-of-thought", { stop: [""] }), /option stop/);
    await assert.rejects(run(bench.model, "chain-of-thought", { stop: "###" }), /option stop/);
  });
});
