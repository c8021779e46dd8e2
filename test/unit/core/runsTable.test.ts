import assert from "node:assert/strict";
import { runRow, type RunRow } from "../../../src/core/measure/runRow";
import {
  filterRuns,
  groupRuns,
  questionsOf,
  sortRuns,
  totalOf,
  type ReadLater,
  type SortKey,
} from "../../../src/core/measure/runsTable";
import type { RunHeader } from "../../../src/core/trace/trace";
import { cpuMs } from "./cpuTime";

const NOTHING_READ: ReadLater = { tokens: () => undefined, after: () => undefined };

function row(run: string, more: Partial<RunRow> = {}): RunRow {
  return {
    ...{ run, question: "How many apples?", asked: "apples", model: "base", strategy: "deer", title: "DEER" },
    ...{ answer: "42", verdict: "right", state: "finished", tokens: 100, started: "2026-05-04T10:00:00Z" },
    ...{ file: undefined, nth: undefined, turn: undefined },
    ...more,
  } as RunRow;
}

const idsOf = (rows: readonly RunRow[]): string => rows.map(({ run }) => run).join(" ");

describe("a row of the table of runs", () => {
  const header: RunHeader = {
    ...{ t: "run", v: 1, id: "a", strategy: "chain-of-thought", options: {}, model: { id: "base" }, prompt: {} },
    ...{ messages: [{ role: "user", content: "How many\napples?" }], started: "2026-05-04T10:00:00Z" },
  };
  const end = { t: "end" as const, answer: "42", correct: true, tokens: { total: 412 } };

  it("says in one line what the head and the end of a trace say", () => {
    const { question, title, answer, verdict, state, tokens } = runRow(
      { header, exit: undefined, end, live: false },
      "q",
    );
    assert.deepEqual(
      [question, title, answer, verdict, state, tokens],
      ["How many apples?", "Chain of Thought", "42", "right", "finished", 412],
    );
  });

  const verdicts: [gold: string | undefined, correct: boolean | undefined, verdict: string][] = [
    ["42", true, "right"],
    ["42", false, "wrong"],
    ["42", undefined, "unknown"],
    [undefined, undefined, "none"],
  ];
  for (const [gold, correct, verdict] of verdicts)
    it(`is ${verdict} where ${gold ?? "nothing"} was expected and the trace says ${correct}`, () => {
      const run = { header: { ...header, ...(gold ? { gold } : {}) }, exit: undefined, live: false };
      assert.equal(
        runRow({ ...run, end: { t: "end", answer: "42", ...(correct === undefined ? {} : { correct }) } }, "").verdict,
        verdict,
      );
    });

  it("does not know tokens that nobody counted, which is another thing than none", () => {
    assert.equal(runRow({ header, exit: undefined, end: { t: "end" }, live: false }, "").tokens, undefined);
    assert.equal(
      runRow({ header, exit: undefined, end: { t: "end", tokens: { total: 0 } }, live: false }, "").tokens,
      0,
    );
  });

  it("stands at the time of its import where the source says none", () => {
    const source = { format: "rows", file: "a.jsonl", row: 3, imported: "2026-06-01T00:00:00Z" };
    const { started, file, nth } = runRow(
      { header: { ...header, started: "", source }, exit: undefined, end, live: false },
      "",
    );
    assert.deepEqual([started, file, nth], ["2026-06-01T00:00:00Z", "a.jsonl", 3]);
  });
});

describe("the table of runs", () => {
  it("shows rows in which every word occurs, in any case and column", () => {
    const rows = [
      row("a", { answer: "17", model: "Qwen" }),
      row("b", { title: "Chain of Thought" }),
      row("c", { verdict: "wrong", file: "logs.jsonl" }),
    ];
    const cases: [text: string, ids: string][] = [
      ["", "a b c"],
      ["APPLES", "a b c"],
      ["qwen 17", "a"],
      ["chain thought", "b"],
      ["wrong", "c"],
      ["logs", "c"],
      ["qwen chain", ""],
      ["   ", "a b c"],
    ];
    for (const [text, ids] of cases) assert.equal(idsOf(filterRuns(rows, text)), ids, text);
  });

  const rows = [
    row("a", { tokens: 9, verdict: "wrong", answer: "10", model: "m10", question: "b", started: "2026-01-03" }),
    row("b", { tokens: undefined, verdict: "none", answer: undefined, model: "m9", question: "", started: "" }),
    row("c", { tokens: 100, verdict: "right", answer: "9", model: "M2", question: "a", started: "2026-01-04" }),
  ];
  const orders: [by: SortKey, rising: string, falling: string][] = [
    ["tokens", "a c b", "c a b"],
    ["verdict", "c a b", "a c b"],
    ["answer", "c a b", "a c b"],
    ["model", "c b a", "a b c"],
    ["question", "c a b", "a c b"],
    ["started", "a c b", "c a b"],
  ];
  for (const [by, rising, falling] of orders)
    it(`is sorted by ${by}, what is not known last either way`, () => {
      assert.equal(idsOf(sortRuns(rows, { by, descending: false }, NOTHING_READ)), rising);
      assert.equal(idsOf(sortRuns(rows, { by, descending: true }, NOTHING_READ)), falling);
    });

  it("is sorted by what was read of the traces", () => {
    const shares: Record<string, number> = { a: 0.6, c: 0.2 };
    const read: ReadLater = { tokens: (run) => (run === "b" ? 50 : undefined), after: (run) => shares[run] };
    assert.equal(idsOf(sortRuns(rows, { by: "after", descending: true }, read)), "a c b");
    assert.equal(idsOf(sortRuns(rows, { by: "tokens", descending: true }, read)), "c b a");
  });

  it("keeps the order of a file among runs of one moment", () => {
    const file = [3, 1, 2].map((nth) => row(`x${9 - nth}`, { nth }));
    assert.equal(idsOf(sortRuns(file, { by: "started", descending: true }, NOTHING_READ)), "x8 x7 x6");
    assert.equal(idsOf(sortRuns(file, { by: "model", descending: false }, NOTHING_READ)), "x8 x7 x6");
  });

  it("is grouped by question, in the order of the first rows", () => {
    const mixed = [
      row("a"),
      row("b", { asked: "pears", question: "How many pears?" }),
      row("c"),
      row("d", { asked: "" }),
      row("e", { asked: "" }),
    ];
    assert.deepEqual(
      groupRuns(mixed).map(({ question, rows: of }) => `${question} ${idsOf(of)}`),
      ["How many apples? a c", "How many pears? b", "How many apples? d e"],
    );
    // Two runs that do not say their question may be of two.
    assert.equal(questionsOf(mixed), 4);
  });

  it("says what rows come to, and of how many it is not known", () => {
    const total = totalOf([...rows, row("d", { verdict: "unknown", tokens: 20 })], NOTHING_READ);
    assert.deepEqual(total, { runs: 4, right: 1, wrong: 1, unknown: 2, medianTokens: 20, uncounted: 1 });
    assert.equal(totalOf([row("a", { tokens: 3 }), row("b", { tokens: 4 })], NOTHING_READ).medianTokens, 3.5);
    assert.equal(totalOf([], NOTHING_READ).medianTokens, undefined);
  });

  it("sorts and groups ten thousand rows within a moment", () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      row(`r${at}`, { question: `Question ${at % 500}`, asked: `q${at % 500}`, tokens: (at * 7919) % 3001 }),
    );
    const took = cpuMs(() => {
      groupRuns(sortRuns(filterRuns(many, "question"), { by: "question", descending: false }, NOTHING_READ));
    });
    assert.ok(took < 2000, `${took} ms`);
  });
});
