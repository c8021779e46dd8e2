/** One recording, every rule: what a survey's replay says of a rule is what a live run of it does. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { deerExit } from "../../../src/core/exits/deer";
import { replay } from "../../../src/core/exits/replay";
import { RULES, ruleOf } from "../../../src/core/exits/rules";
import { settingsFrom } from "../../../src/core/exits/setting";
import { ruleTable, type RuleTable } from "../../../src/core/exits/ruleFigures";
import { measure, purposes } from "../../../src/core/measure/metrics";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { registered } from "../../../src/engine/strategies";

interface Problem {
  question: string;
  answer: string;
}
const PROBLEMS = readFileSync(path.resolve("bench/data/arithmetic.test.jsonl"), "utf8")
  .split("\n")
  .slice(0, 8)
  .map((line) => JSON.parse(line) as Problem);

describe("a survey", function () {
  this.timeout(120_000);
  let model: OnnxModel;
  const surveys: Trace[] = [];

  async function run(strategy: string, { question, answer }: Problem, options = {}): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      strategy: registered(strategy),
      request: {
        id: `${strategy}: ${question.slice(0, 20)}`,
        model: { kind: "folder", path: model.folder },
        strategy,
        options: { checkAt: "line", maxChecks: 1000, ...options },
        messages: [{ role: "user", content: question }],
        gold: answer,
      },
      route: () => Promise.reject(new Error("Nothing is routed.")),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  }

  /** What was thought before an offset, trials left out. */
  function textBefore(trace: Trace, at: number): string {
    const purpose = purposes(trace);
    return trace.positions
      .slice(0, at)
      .flatMap(({ text }, index) => (purpose[index] === "trial" ? [] : [text]))
      .join("");
  }

  before(async () => {
    model = await loadOnnxModel(path.resolve("models/pocket/base"), { threads: 1 });
    for (const problem of PROBLEMS) surveys.push(await run("survey", problem));
  });
  after(() => model?.dispose());

  it("thinks to the end, and records what every rule reads at every line", async () => {
    const [first] = surveys;
    const plain = await run("chain-of-thought", PROBLEMS[0]!, { checkAt: undefined, maxChecks: undefined });
    assert.equal(measure(first!).tokens.thinking, measure(plain).tokens.thinking);
    assert.equal(first!.end!.answer, plain.end!.answer);
    const asked = (by: string) => first!.checks.filter((check) => check.by === by).length;
    assert.ok(asked("deer") > 3);
    // A budget of tokens asks nothing: it is replayed from the thinking alone.
    for (const { id, reads } of RULES)
      assert.equal(asked(id), reads.includes("tokens") ? 0 : asked("deer"), `${id}: the survey reads ${reads.join()}`);
  });

  const CASES: [rule: string, thresholds: number[], settings?: Record<string, number>][] = [
    ["deer", [0.5, 0.95, 0.999]],
    ["deer", [0.9], { patience: 2 }],
    ["answer-agreement", [1, 2, 4]],
    ["think-brake", [0.5, 4, 12]],
    ["entropy-after-thinking", [0.001, 0.02, 1], { minChecks: 3 }],
    ["answer-convergence", [3, 9]],
    ["probe", [0.6, 0.9]],
    ["semantic-redundancy", [0.5, 0.9], { sure: 0.9, patience: 1 }],
    ["semantic-redundancy", [0.3, 0.7]],
  ];
  for (const [rule, thresholds, settings = {}] of CASES) {
    const under = Object.entries(settings).map(([name, value]) => `, ${name} ${value}`);
    it(`says of ${rule}${under.join("")} what a live run of it does: where it stops, what it thought and tried, what it answers`, async () => {
      let stopped = 0;
      for (const threshold of thresholds) {
        for (const [index, problem] of PROBLEMS.slice(0, 2).entries()) {
          const said = replay(surveys[index]!, { by: rule, threshold, settings });
          const options = { threshold, ...settings, ...(rule === "probe" ? { checkAt: undefined } : {}) };
          const live = await run(rule, problem, options);
          const { tokens, answer } = measure(live);
          const what = `${rule} ${threshold}: ${problem.question}`;
          assert.equal(said.outcome === "check", live.exit!.why !== "end-of-thinking", what);
          if (said.outcome === "check") {
            // The same place: so much of the text stands before it, and the same was read there.
            assert.equal(textBefore(surveys[index]!, said.at), textBefore(live, live.exit!.at), what);
            const [read, asked] = [surveys[index]!.checks[said.check!]!, live.checks.at(-1)!];
            assert.deepEqual(read.signals, asked.signals, what);
            assert.equal(read.answer, asked.answer, what);
          }
          if (said.outcome === "check") stopped += 1;
          assert.equal(said.thinking, tokens.thinking, what);
          // What is tried before an exit is charged to the rule that asks for it, and to no other.
          const asked = ruleOf({ at: 0, by: rule });
          const read = { ...settingsFrom(asked.settings, settings), threshold };
          const trials = (trace: Trace, until: number) =>
            trace.checks
              .filter((check) => check.by === rule && check.at <= until)
              .filter(({ signals = {} }) => asked.tries?.(signals, read) ?? true)
              .reduce((sum, { trial }) => sum + (trial ? trial[1] - trial[0] : 0), 0);
          assert.equal(trials(surveys[index]!, said.at), tokens.trial, what);
          if (said.outcome === "end" || said.answer !== undefined) assert.equal(said.answer, answer, what);
          // How long the answer itself gets after an exit, only a live run knows.
          const own = measure(surveys[index]!).tokens.answer;
          assert.equal(said.tokens - own, tokens.total - tokens.answer, what);
        }
      }
      assert.ok(stopped > 0, "some setting stops");
    });
  }

  describe("as a table of rules", () => {
    let table: RuleTable;
    before(() => (table = ruleTable(surveys, { risk: 0.5, confidence: 0.6 })));

    it("has a row for every rule that was recorded, cheaper than thinking to the end, and the oracle below them all", () => {
      assert.equal(table.questions, PROBLEMS.length);
      assert.ok(table.oracle!.thinking <= table.whole.thinking);
      assert.ok(table.oracle!.accuracy >= table.whole.accuracy);
      for (const { rule, lacks, points, usual } of table.rules) {
        assert.deepEqual(lacks, [], rule);
        assert.ok(points.length > 5 && usual, rule);
        for (const point of points) {
          assert.ok(point.interval[0] <= point.accuracy && point.accuracy <= point.interval[1], rule);
          assert.ok(point.thinking <= table.whole.thinking + 1e-9, rule);
        }
      }
      const deer = table.rules.find(({ rule }) => rule === deerExit.id)!;
      assert.ok(deer.cheapest!.thinking < table.whole.thinking);
      assert.ok(Math.abs(deer.truncated!.thinking - deer.cheapest!.thinking) < 2);
    });

    it("says what a check of each rule costs, and all of one place together, each trial counted once", () => {
      const cost = (rule: string) => table.rules.find((row) => row.rule === rule)!.check!;
      assert.deepEqual([cost("think-brake").tokens, cost("probe").tokens], [0, 0]);
      assert.ok(cost("deer").tokens > 5 && cost("deer").ms > cost("think-brake").ms);
      assert.ok(cost("entropy-after-thinking").tokens > 0);
      const { places, tokens } = table.asked;
      assert.equal(
        places,
        surveys.reduce((sum, { checks }) => sum + checks.filter(({ by }) => by === "deer").length, 0),
      );
      assert.ok(Math.abs(tokens - cost("deer").tokens - cost("entropy-after-thinking").tokens) < 1e-9);
    });

    it("says how many recordings lack a signal that others hold", () => {
      const half = surveys.map((trace, index) =>
        index % 2 === 0 ? trace : { ...trace, checks: trace.checks.filter(({ by }) => by === "deer") },
      );
      for (const { rule, lacks, without, points } of ruleTable(half).rules) {
        assert.deepEqual(lacks, [], rule);
        assert.equal(without, rule === "deer" ? 0 : PROBLEMS.length / 2, rule);
        assert.ok(points.length > 5, rule);
      }
    });

    it("takes samples of one question for one question: intervals are no narrower, and a promise is made of the first", () => {
      const renamed = surveys.map((trace) => ({
        ...trace,
        header: { ...trace.header!, id: `${trace.header!.id} again` },
      }));
      const promised = { risk: 0.5, confidence: 0.6 };
      const twice = ruleTable([...surveys, ...renamed], promised);
      assert.deepEqual([twice.recordings, twice.questions], [2 * PROBLEMS.length, PROBLEMS.length]);
      assert.deepEqual(twice.whole.interval, table.whole.interval);
      for (const [index, { usual, promised: kept }] of twice.rules.entries()) {
        assert.deepEqual(usual!.interval, table.rules[index]!.usual!.interval);
        assert.deepEqual(usual!.band, table.rules[index]!.usual!.band);
        assert.equal(kept?.threshold, table.rules[index]!.promised?.threshold);
      }
      const unnamed = surveys.map((trace) => ({ ...trace, header: { ...trace.header!, messages: [] } }));
      assert.equal(ruleTable(unnamed).questions, PROBLEMS.length);
    });

    it("says which signal a recording lacks", () => {
      const onlyDeer = surveys.map((trace) => ({ ...trace, checks: trace.checks.filter(({ by }) => by === "deer") }));
      const { rules } = ruleTable(onlyDeer);
      assert.deepEqual(rules.find(({ rule }) => rule === "deer")!.lacks, []);
      assert.deepEqual(rules.find(({ rule }) => rule === "answer-agreement")!.lacks, ["agreeing", "hesitates"]);
      assert.deepEqual(rules.find(({ rule }) => rule === "entropy-after-thinking")!.points, []);
    });
  });
});
