/** Money by a person's own prices: what is billed as what, what it comes to, and tables that are refused. */
import assert from "node:assert/strict";
import { measure } from "../../../src/core/measure/metrics";
import { billedOf, costOf, costWords, formatMoney, parsePrices, priceOf } from "../../../src/core/measure/prices";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { csvOf } from "../../../src/core/formats/exports/csvExport";
import { fold } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { benchTable } from "../../../src/core/measure/benchTable";

const RUN = (more: object = {}): TraceEvent => ({
  ...{ t: "run", v: 1, id: "r", strategy: "deer", options: {}, model: { id: "tiny" }, prompt: {}, messages: [] },
  started: "2026-01-01T00:00:00Z",
  ...more,
});
const words = (at: number, count: number, kind: "text" | "forced" | "gist" = "text"): TraceEvent => ({
  ...{ t: "tokens", at, kind },
  text: Array.from({ length: count }, () => "a"),
});
const PRICE = { input: 2, cached: 0.5, output: 10, currency: "USD" };

describe("what a run is billed for", () => {
  const CASES: [what: string, events: TraceEvent[], billed: [number, number, number] | undefined][] = [
    [
      "a prompt and an answer",
      [RUN(), { t: "prefill", at: 0, tokens: 100, reused: 0, ms: 1 }, words(0, 20)],
      [100, 0, 20],
    ],
    [
      "a prompt whose beginning was in the cache",
      [RUN(), { t: "prefill", at: 0, tokens: 100, reused: 60, ms: 1 }, words(0, 20)],
      [40, 60, 20],
    ],
    [
      "text that was given, and text that a server was sent again",
      [
        RUN(),
        { t: "prefill", at: 0, tokens: 100, reused: 0, ms: 1 },
        words(0, 20),
        words(20, 5, "forced"),
        { t: "resent", at: 25, tokens: 120 },
        words(25, 3),
      ],
      [225, 0, 23],
    ],
    ["gist tokens, which nobody bills", [RUN(), words(0, 4, "gist")], [0, 0, 0]],
    [
      "a trace of another tool, whose tokens nobody counted",
      [RUN({ source: { format: "x" } }), words(0, 9)],
      undefined,
    ],
  ];
  for (const [what, events, billed] of CASES)
    it(what, () => {
      const found = billedOf(fold(events));
      assert.deepEqual(found && [found.input, found.cached, found.output], billed);
      assert.deepEqual(measure(fold(events)).billed, found);
    });

  it("comes to its price, cached input as input where it has no price of its own", () => {
    const billed = { input: 1_000_000, cached: 2_000_000, output: 100_000 };
    assert.equal(costOf(billed, PRICE), 2 + 1 + 1);
    assert.equal(costOf(billed, { input: 2, output: 10, currency: "USD" }), 2 + 4 + 1);
  });

  const MONEY: [number, string][] = [
    [0, "0.00 USD"],
    [0.00001234, "0.000012 USD"],
    [0.5, "0.50 USD"],
    [1.005, "1.00 USD"],
    [1234.5, "1234.50 USD"],
  ];
  for (const [money, text] of MONEY) it(`is written ${text}`, () => assert.equal(formatMoney(money, "USD"), text));

  it("has a price under its very name only", () => {
    const prices = { tiny: PRICE };
    assert.equal(priceOf(prices, "tiny"), PRICE);
    for (const model of ["Tiny", "tiny-2", "constructor", undefined]) assert.equal(priceOf(prices, model), undefined);
    assert.equal(costWords({ input: 1, cached: 0, output: 0 }, undefined), undefined);
    assert.equal(costWords(undefined, PRICE), undefined);
  });

  it("stands in the table of figures where there is a price, and leaves its columns empty where not", () => {
    const trace = fold([RUN(), { t: "prefill", at: 0, tokens: 100, reused: 0, ms: 1 }, words(0, 20)]);
    const last = (text: string) => text.split("\r\n")[1]!.split(",").slice(-5);
    assert.deepEqual(last(csvOf([trace], { tiny: PRICE })), ["100", "0", "20", "0.0004", "USD"]);
    assert.deepEqual(last(csvOf([trace])), ["100", "0", "20", "", ""]);
  });

  it("is meant over the questions of a bench, and of none where one was not counted", () => {
    const trace = (output: number) => measure(fold([RUN(), words(0, output)]));
    const run = (question: number, output: number) => {
      const figures = trace(output);
      return { question, strategy: "deer", answer: undefined, correct: true, figures };
    };
    assert.deepEqual(benchTable([run(0, 2), run(1, 4)], ["deer"], "tiny")[0]!.billed, {
      input: 0,
      cached: 0,
      output: 3,
    });
    const { billed: _, ...older } = trace(2);
    const mixed = [run(0, 2), { ...run(1, 4), figures: older }];
    assert.equal(benchTable(mixed, ["deer"], "tiny")[0]!.billed, undefined);
  });
});

describe("a table of prices", () => {
  it("is read", () => assert.deepEqual(parsePrices(JSON.stringify({ tiny: PRICE }), "prices.json"), { tiny: PRICE }));

  const REFUSED: [what: string, text: string, sentence: RegExp][] = [
    ["no JSON", "{", /prices\.json is no JSON\./],
    ["a list", "[]", /is no table of prices/],
    ["a price below nothing", '{"m": {"input": -1, "output": 1, "currency": "USD"}}', /at m → input/],
    ["a price in words", '{"m": {"input": "2 USD", "output": 1, "currency": "USD"}}', /at m → input/],
    ["no currency", '{"m": {"input": 1, "output": 1}}', /at m → currency/],
    ["a name that is misspelt", '{"m": {"input": 1, "ouput": 1, "output": 1, "currency": "USD"}}', /at m: .*ouput/],
    ["more than there is", '{"m": {"input": 1e999, "output": 1, "currency": "USD"}}', /at m → input/],
  ];
  for (const [what, text, sentence] of REFUSED)
    it(`with ${what} is refused`, () =>
      assert.throws(
        () => parsePrices(text, "prices.json"),
        (error: ActionableError) =>
          error.code === "prices-invalid" && sentence.test(error.message) && /per million tokens/.test(error.action!),
      ));
});
