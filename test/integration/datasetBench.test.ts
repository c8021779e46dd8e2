import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activeApi, closeEditors, inWorkspace, waitFor } from "./support";

const QUESTIONS = [
  { question: "Tom has 3 apples. Then he buys 4 apples. How many apples does Tom have now?", answer: "7" },
  { question: "Mia has 9 pens. Then she loses 2 pens. How many pens does Mia have now?", answer: "7" },
  { question: "Eva has 5 cups. Then she doubles the cups. How many cups does Eva have now?", answer: "10" },
];
const STRATEGIES = ["chain-of-draft", "no-thinking"];

interface BenchRun {
  question: number;
  strategy: string;
  answer?: string;
  correct: boolean;
  trace: string;
}

const set = (name: string, value: unknown) =>
  vscode.workspace.getConfiguration("thoughtlens").update(name, value, vscode.ConfigurationTarget.Global);

/** What each came to, whichever ended first. */
const answersOf = (runs: readonly BenchRun[]) =>
  runs.map(({ question, strategy, answer }) => `${question} ${strategy}: ${answer}`).sort();

describe("a dataset under several strategies", function () {
  this.timeout(240_000);
  const file = () => inWorkspace("three.jsonl");
  const bench = async () =>
    (await vscode.commands.executeCommand<BenchRun[]>("thoughtlens.benchDataset", file(), STRATEGIES)) ?? [];

  before(() =>
    vscode.workspace.fs.writeFile(file(), Buffer.from(QUESTIONS.map((row) => JSON.stringify(row)).join("\n"))),
  );
  afterEach(closeEditors);

  it("stops at the question where it is cancelled, and goes on from there", async () => {
    const { store, runs } = await activeApi();
    await set("runsAtOnce", 1);
    const listening = store.onDidAppend(({ events, live }) => {
      const second = runs.progress?.prompt.messages[0]?.content === QUESTIONS[1]!.question;
      if (second && live && events.some(({ t }) => t === "tokens")) runs.cancel();
    });
    const first = await bench();
    listening.dispose();
    // On a busy machine the run that is cancelled may have ended before it hears of that: then it is kept.
    const ended = first.map(({ question, strategy }) => `${question} ${strategy}`);
    const expected = [...STRATEGIES.map((strategy) => `0 ${strategy}`), `1 ${STRATEGIES[0]!}`];
    assert.ok(ended.length >= STRATEGIES.length);
    assert.deepEqual(ended, expected.slice(0, ended.length));

    const all = await bench();
    assert.equal(all.length, QUESTIONS.length * STRATEGIES.length);
    assert.deepEqual(
      all.slice(0, first.length).map(({ trace }) => trace),
      first.map(({ trace }) => trace),
    );
  });

  it("asks several at once, and comes to the same", async () => {
    const { store } = await activeApi();
    const alone = await bench();
    await set("runsAtOnce", undefined);
    // Another seed is another bench, and nothing is drawn by it here.
    await set("seed", 1);
    const together = await bench();
    await set("seed", undefined);
    assert.deepEqual(answersOf(together), answersOf(alone));
    const times = together.map(({ trace }) => {
      const { header, end } = store.run(trace)!;
      return { from: Date.parse(header.started), ms: end?.ms?.total ?? 0 };
    });
    const [first, second] = times.sort((a, b) => a.from - b.from);
    assert.ok(second!.from < first!.from + first!.ms, "the second has begun while the first went on");
  });

  it("keeps a trace of every run, graded against the answer of its question", async () => {
    const { store } = await activeApi();
    for (const { question, strategy, correct, trace } of await bench()) {
      const { header, end } = store.run(trace)!;
      assert.equal(header.strategy, strategy);
      assert.equal(header.messages.at(-1)?.content, QUESTIONS[question]!.question);
      assert.equal(header.gold, QUESTIONS[question]!.answer);
      assert.equal(end?.correct, correct);
    }
  });

  it("opens the bench view", async () => {
    await bench();
    await waitFor("its panel", () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === "Bench: three.jsonl")),
    );
  });
});
