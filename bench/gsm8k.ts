/**
 * `npm run bench:gsm8k -- --model DIR`: the training-free strategies and a probe on GSM8K training questions, with a real
 * instruct model, as a Markdown table. Every run is kept as a trace file, so that a stop loses nothing: the same command
 * goes on.
 *
 *   --model DIR             a folder in Hugging Face layout
 *   --limit N               questions asked                                      (default 60)
 *   --probe-questions N     other questions that the probe is trained on, 0 for no probe  (default 40)
 *   --max-tokens N          of one answer, thinking included                     (default 320)
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
import { GSM8K, questionsOf } from "./datasets";
import { comparisonTable } from "./comparisonTable";
import { contenders, cutContender, examples, type ContenderSettings } from "./gsm8kContenders";
import { trainedProbe } from "./gsm8kProbe";
import { gradeUnmarked, type GradedRun } from "./instructAnswer";
import { KeptTraces } from "./keptTraces";
import { Runner } from "./runner";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    limit: { type: "string", default: "60" },
    "probe-questions": { type: "string", default: "40" },
    "max-tokens": { type: "string", default: "320" },
    only: { type: "string" },
    keep: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [limit, probeQuestions] = [Number(values.limit), Number(values["probe-questions"])];
const all = questionsOf(GSM8K, Infinity);
if (values.model === undefined) usage("Name a model by --model DIR.");
if (limit + probeQuestions > all.length)
  usage(
    `There are ${all.length} questions, and what the probe has seen is not asked: lower --limit or --probe-questions.`,
  );
const name = path.basename(path.resolve(values.model));
const keep = values.keep ?? fileURLToPath(new URL(`../.cache/bench/gsm8k-${name}`, import.meta.url));
const runner = new Runner({ kept: new KeptTraces(keep), shown: examples });
const folder = path.resolve(values.model);
const maxTokens = Number(values["max-tokens"]);
const unasked = all.slice(all.length - probeQuestions);
const settings: ContenderSettings = {
  model: { kind: "folder", path: folder },
  maxTokens,
  probe: await trainedProbe(path.join(keep, "probe.json"), folder, unasked, maxTokens),
};
const wanted = (row: string) => values.only?.split(",").includes(row) ?? true;
const asked = all.slice(0, limit);
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
} else process.stdout.write(comparisonTable(rows, marked));
process.exit(0);

function usage(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/** Every question under every contender, with a line a question on how far it is. */
async function ask(asking: ReturnType<typeof contenders>): Promise<GradedRun[]> {
  const graded: GradedRun[] = [];
  for await (const run of runner.compare(asked, asking)) {
    graded.push(gradeUnmarked(run, asked[run.question]!.answer));
    const done = graded.length / asking.length;
    if (!Number.isInteger(done)) continue;
    const right = asking.map(
      (each) => `${each.name} ${graded.filter((one) => one.strategy === each.name && one.correct).length}`,
    );
    process.stderr.write(`${done}/${asked.length}: ${right.join(", ")}\n`);
  }
  return graded;
}
