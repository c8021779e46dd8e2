/**
 * `npm run bench:gsm8k -- --model DIR`: the training-free strategies and a probe on GSM8K training questions, with a real
 * instruct model, as a Markdown table. Every run is kept as a trace file, so that a stop loses nothing: the same command
 * goes on.
 *
 *   --model DIR             a folder in Hugging Face layout
 *   --unseen                the 200 questions that no setting was chosen on, in place of the first of the others
 *   --limit N               questions asked                                      (default 60; 200 with --unseen)
 *   --probe-questions N     other questions that the probe is trained on, 0 for no probe  (default 40)
 *   --max-tokens N          of one answer, thinking included                     (default 320)
 *   --temperature T         above 0 answers are sampled                           (default 0)
 *   --samples N             of each question, from seed 0                         (default 1)
 *   --concurrency N         runs that share their passes: sooner, with the same text, and seconds that say nothing (default 1)
 *   --only A,B              names of rows
 *   --keep DIR              where traces and probe are kept                      (default .cache/bench/gsm8k-NAME)
 *   --json                  one object: { model, n, rows }
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchTable } from "../src/core/measure/benchTable";
import { budget } from "../src/engine/strategies/budget";
import { chainOfThought } from "../src/engine/strategies/chainOfThought";
import { deer } from "../src/engine/strategies/deer";
import { budgetOfMean, mean, thinkingTokens } from "./bars/figures";
import { GSM8K, GSM8K_UNSEEN, questionsOf } from "./datasets";
import { comparisonTable } from "./comparisonTable";
import { contenders, cutContender, examples, type ContenderSettings } from "./gsm8kContenders";
import { trainedProbe } from "./gsm8kProbe";
import { gradeUnmarked, type GradedRun } from "./instructAnswer";
import { KeptTraces } from "./keptTraces";
import { Runner } from "./runner";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    unseen: { type: "boolean", default: false },
    limit: { type: "string" },
    temperature: { type: "string", default: "0" },
    samples: { type: "string", default: "1" },
    "probe-questions": { type: "string", default: "40" },
    "max-tokens": { type: "string", default: "320" },
    concurrency: { type: "string", default: "1" },
    only: { type: "string" },
    keep: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const probeQuestions = Number(values["probe-questions"]);
const limit = Number(values.limit ?? (values.unseen ? 200 : 60));
const all = questionsOf(GSM8K, Infinity);
if (values.model === undefined) usage("Name a model by --model DIR.");
if ((values.unseen ? 0 : limit) + probeQuestions > all.length)
  usage(
    `There are ${all.length} questions, and what the probe has seen is not asked: lower --limit or --probe-questions.`,
  );
const name = path.basename(path.resolve(values.model));
const keep = values.keep ?? fileURLToPath(new URL(`../.cache/bench/gsm8k-${name}`, import.meta.url));
const runner = new Runner({ kept: new KeptTraces(keep), shown: examples });
const folder = path.resolve(values.model);
const maxTokens = Number(values["max-tokens"]);
const atOnce = Number(values.concurrency);
const unasked = all.slice(all.length - probeQuestions);
const settings: ContenderSettings = {
  model: { kind: "folder", path: folder },
  maxTokens,
  temperature: Number(values.temperature),
  probe: await trainedProbe(path.join(keep, "probe.json"), folder, unasked, maxTokens),
};
const wanted = (row: string) => values.only?.split(",").includes(row) ?? true;
const asked = values.unseen ? questionsOf(GSM8K_UNSEEN, limit) : all.slice(0, limit);
const chosen = contenders(settings).filter((contender) => wanted(contender.name));
const runs = await ask(chosen);
const names = chosen.map((contender) => contender.name);
if (wanted(budget.id) && wanted(deer.id) && wanted(chainOfThought.id)) {
  const of = (strategy: string) => runs.filter((run) => run.strategy === strategy);
  const lengths = of(chainOfThought.id).map((run) => run.figures.tokens.thinking);
  const control = cutContender(settings, budgetOfMean(lengths, thinkingTokens(of(deer.id))));
  runs.push(...(await ask([control])));
  names.push(control.name);
}
const rows = benchTable(runs, names, name);
const marked = (strategy: string) =>
  mean(runs.filter((run) => run.strategy === strategy).map((run) => Number(run.marked)));
if (values.json) {
  const told = rows.map((row) => ({ ...row, marked: marked(row.strategy) }));
  process.stdout.write(`${JSON.stringify({ model: name, n: asked.length, rows: told }, null, 2)}\n`);
} else process.stdout.write(comparisonTable(rows, marked, atOnce === 1));
process.exit(0);

function usage(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/** Every question under every contender, with a line a question on how far it is. */
async function ask(asking: ReturnType<typeof contenders>): Promise<GradedRun[]> {
  const graded: GradedRun[] = [];
  for (let seed = 0; seed < Number(values.samples); seed++) {
    if (atOnce > 1) await runner.ahead(asked, asking, atOnce, seed);
    for await (const run of runner.compare(asked, asking, seed)) {
      graded.push({ ...gradeUnmarked(run, asked[run.question]!.answer), sample: seed + 1 });
      const done = graded.length / asking.length;
      if (!Number.isInteger(done)) continue;
      const right = asking.map(
        (each) => `${each.name} ${graded.filter((one) => one.strategy === each.name && one.correct).length}`,
      );
      process.stderr.write(`${done}/${asked.length * Number(values.samples)}: ${right.join(", ")}\n`);
    }
  }
  return graded;
}
