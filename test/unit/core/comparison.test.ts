import assert from "node:assert/strict";
import {
  COLUMN_NAMES,
  comparedSummary,
  comparedTrace,
  compareRuns,
  COMPARISON_COLUMNS,
  sortRows,
  type ColumnName,
  type ComparedRun,
  type ComparisonRow,
} from "../../../src/core/measure/comparison";
import { cellText, comparisonCells, comparisonMarkdown } from "../../../src/core/measure/comparisonText";
import { measure } from "../../../src/core/measure/metrics";
import { fold } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import * as samples from "../samples/sampleTraces";

const compared = (id: string, events: TraceEvent[], live = false): ComparedRun =>
  comparedTrace({ id, trace: fold(events), live });

const cot = compared("cot", samples.chainOfThought());
const deer = compared("deer", samples.deer());
const draft = compared("draft", samples.chainOfDraft());
const budget = compared("budget", samples.cutByBudget());

const column = (rows: readonly ComparisonRow[], name: ColumnName): string[] => rows.map((row) => cellText(row, name));

describe("runs set against each other", () => {
  it("say strategy, answer, verdict, tokens, time, saving, exit and peak", () => {
    const { head, rows } = comparisonCells(compareRuns([cot, deer, budget]));
    assert.deepEqual(head, ["strategy", "answer", "verdict", "tokens", "time", "saving", "exit", "peak", "made of"]);
    assert.deepEqual(rows[0]!.slice(0, 3), ["Chain of Thought", "42", "✓ right"]);
    assert.equal(rows[0]![5], "baseline");
    assert.match(rows[1]![5]!, /^−\d+ % tokens, [−+]\d+ % time$/);
    assert.match(rows[2]!.join("|"), /^Budget\|16\|✗ wrong\|.*budget used up at \d+/);
  });

  it("count each saving in tokens and in time, against the same run", () => {
    const { rows } = compareRuns([cot, draft]);
    const [base, short] = rows as [ComparisonRow, ComparisonRow];
    assert.equal(short.saving!.tokens, short.processed! / base.processed! - 1);
    assert.equal(short.saving!.ms, short.ms! / base.ms! - 1);
  });

  describe("say what was generated and processed", () => {
    const work = (generated: number, processed: number, warm = 0) => ({ generated, processed, warm, reused: warm });
    const worked = (run: ComparedRun, of: ComparedRun["work"]): ComparedRun => ({ ...run, work: of });

    it("in columns of their own where it is known of any, a dash where it is not", () => {
      const { head, rows } = comparisonCells(compareRuns([worked(cot, work(90, 1500, 64)), deer]));
      const [generated, processed] = [head.indexOf("generated"), head.indexOf("processed")];
      assert.deepEqual([rows[0]![generated], rows[0]![processed]], ["90", "1,500 + 64 reused"]);
      assert.deepEqual([rows[1]![generated], rows[1]![processed]], ["–", "–"]);
    });

    it("and claim savings on both and in time, but for what the first run left in the cache", () => {
      const { rows } = compareRuns([worked(cot, work(100, 200)), worked(deer, work(50, 136, 64))]);
      assert.deepEqual([rows[1]!.saving!.generated, rows[1]!.saving!.processed], [-0.5, 0]);
      assert.match(cellText(rows[1]!, "saving"), /^−50 % generated, [^,]*0 % processed, [−+]\d+ % time$/);
    });

    it("and claim them on tokens where one of the two was not counted", () => {
      const { rows } = compareRuns([worked(cot, work(100, 200)), deer]);
      assert.match(cellText(rows[1]!, "saving"), /^−\d+ % tokens, /);
    });
  });

  describe("have a baseline", () => {
    const baseline = (runs: ComparedRun[], pinned?: string): string | undefined =>
      compareRuns(runs, { pinned }).rows.find(({ isBaseline }) => isBaseline)?.run;

    it("which is the chain of thought, wherever it stands", () => assert.equal(baseline([deer, cot, draft]), "cot"));
    it("which is the first run where there is none", () => assert.equal(baseline([deer, draft]), "deer"));
    it("which is any run that was pinned", () => assert.equal(baseline([cot, deer, draft], "draft"), "draft"));
    it("as before where the pinned run is gone", () => assert.equal(baseline([cot, deer], "draft"), "cot"));
    it("that is none where there are no runs", () => assert.deepEqual(compareRuns([]).rows, []));
  });

  describe("have no saving", () => {
    const saving = (run: ComparedRun): string => cellText(compareRuns([cot, run]).rows[1]!, "saving");
    const cases: [name: string, run: ComparedRun][] = [
      ["while they go on", compared("deer", samples.deer().slice(0, 9), true)],
      ["where they were cut off", compared("deer", samples.deer().slice(0, 9))],
      ["where they were cancelled", { ...deer, finished: false, exit: "cancelled" }],
      ["where they failed", { ...deer, finished: false, exit: "error" }],
      [
        "where they were asked something else",
        { ...deer, header: { ...deer.header!, messages: [{ role: "user", content: "And how many pears?" }] } },
      ],
    ];
    for (const [name, run] of cases) it(name, () => assert.equal(saving(run), "–"));
  });

  it("say how it stands with a run that has no answer", () => {
    const states: [ComparedRun, string][] = [
      [{ ...deer, header: undefined, live: true, answer: undefined }, "waiting"],
      [{ ...deer, header: undefined, finished: false, answer: undefined }, "failed"],
      [compared("deer", samples.deer().slice(0, 9), true), "running"],
      [compared("deer", samples.deer().slice(0, 9)), "incomplete"],
      [{ ...deer, answer: undefined }, "none"],
    ];
    for (const [run, text] of states) assert.equal(cellText(compareRuns([run]).rows[0]!, "answer"), text);
  });

  it("give no peak to a trace that does not say what its cache held", () => {
    const bare = samples.chainOfThought().filter(({ t }) => t !== "prefill" && t !== "context");
    assert.ok(compared("cot", samples.chainOfThought()).peak! > 0);
    assert.equal(compared("bare", bare).peak, undefined);
  });

  it("name the model only where models differ, and the cost only where there is a price", () => {
    const other = { ...deer, header: { ...deer.header!, model: { id: "large" } } };
    const plain = compareRuns([cot, deer]).columns;
    assert.ok(!plain.includes("model") && !plain.includes("cost"));
    const prices = { large: { input: 1, output: 2, currency: "EUR" } };
    const { rows, columns } = compareRuns([cot, other], { prices });
    assert.deepEqual(columns.slice(0, 2), ["strategy", "model"]);
    assert.match(cellText(rows[1]!, "cost"), /^0\.\d+ EUR$/);
    assert.equal(cellText(rows[0]!, "cost"), "–");
  });

  describe("of which the first and last lines alone are known", () => {
    const { header, exit, end } = fold(samples.deer());
    const { tokens, ms, billed, context } = measure(fold(samples.deer()));
    const last = { ...end!, tokens, ms, ...(billed ? { billed } : {}) };
    const rowOf = (peak: object): ComparisonRow =>
      compareRuns([comparedSummary("deer", { header: header!, exit, end: { ...last, ...peak } }, false)]).rows[0]!;
    const whole = compareRuns([deer]).rows[0]!;

    it("say the same as with all of them", () => {
      for (const name of COLUMN_NAMES)
        assert.equal(cellText(rowOf({ peak: context.peak }), name), cellText(whole, name), name);
      assert.ok(context.peak > 0);
    });

    it("say nothing of a peak that an older version did not write down", () =>
      assert.equal(cellText(rowOf({}), "peak"), "–"));
  });

  describe("are sorted", () => {
    const { rows } = compareRuns([cot, deer, draft, budget]);
    const sorted = (name: ColumnName, descending = false): string[] =>
      sortRows(rows, { column: name, descending }).map(({ run }) => run);

    it("by name", () => assert.deepEqual(sorted("strategy"), ["budget", "draft", "cot", "deer"]));
    it("by tokens, both ways", () => assert.deepEqual(sorted("tokens", true), sorted("tokens").toReversed()));
    it("by verdict, right ones first", () => assert.equal(sorted("verdict").at(-1), "budget"));
    it("by answer as numbers", () => {
      const of = (run: string, answer: string) => ({ ...rows[0]!, run, answer });
      const found = sortRows([of("a", "100"), of("b", "9"), of("c", "x")], { column: "answer", descending: false });
      assert.deepEqual(column(found, "answer"), ["9", "100", "x"]);
    });
    it("with cells that say nothing last, whichever way", () => {
      const without = [{ ...rows[0]!, ms: undefined }, ...rows.slice(1)];
      for (const descending of [false, true])
        assert.equal(sortRows(without, { column: "time", descending }).at(-1)!.run, "cot");
    });
    it("with equal ones in their order", () => {
      const { rows: same } = compareRuns([draft, cot]);
      for (const descending of [false, true])
        assert.deepEqual(
          sortRows(same, { column: "answer", descending }).map(({ run }) => run),
          ["draft", "cot"],
        );
    });
  });

  it("let columns fall away in one order, and never strategy, answer, verdict, tokens and saving", () => {
    const order = COLUMN_NAMES.filter((name) => "stays" in COMPARISON_COLUMNS[name]).sort(
      (a, b) => staysOf(a) - staysOf(b),
    );
    assert.deepEqual(order, ["parts", "peak", "generated", "processed", "exit", "model", "cost", "time"]);
  });

  it("become a table of Markdown in which nothing of a trace is read as Markdown", () => {
    const hostile = { ...deer, answer: "a|b\n[x](javascript:1) <img src=x> **4\u202e2**" };
    const text = comparisonMarkdown(compareRuns([cot, hostile]));
    const lines = text.trimEnd().split("\n");
    assert.equal(lines.length, 4);
    assert.match(lines[1]!, /^\| --- \| --- \| --- \| ---: \|/);
    for (const line of lines) assert.equal(line.replace(/\\\|/g, "").split("|").length, lines[0]!.split("|").length);
    assert.doesNotMatch(text, /<img|\u202e|(?<!\\)\[x|(?<!\\)\*\*/);
  });
});

const staysOf = (name: ColumnName): number => (COMPARISON_COLUMNS[name] as { stays?: number }).stays ?? 0;
