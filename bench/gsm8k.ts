/**
 * `npm run bench:gsm8k -- --model DIR`: the training-free strategies and a probe on GSM8K training questions, with a real
 * instruct model, as a Markdown table. Every run is kept as a trace file and its figures in a file of all runs, so that a stop loses
 * nothing: the same command goes on. Where a survey is among the rows, chain of thought is that survey without its trials, and is run where the survey was cut. Questions are asked in groups, each under every strategy and seed, so that what is there has whole pairs.
 *
 *   --model DIR             a folder in Hugging Face layout
 *   --unseen                the 200 questions that no setting was chosen on, in place of the first of the others
 *   --limit N               questions asked                                      (default 60; 200 with --unseen)
 *   --probe-questions N     other questions that the probe is trained on, 0 for no probe; where a threshold is proven on them to turn at
 *                           most 10 % of exits wrong, with 90 % confidence, the probe has a row for it as well  (default 40)
 *   --max-tokens N          of one answer, thinking included                     (default 320)
 *   --temperature T         above 0 answers are sampled                           (default 0)
 *   --samples N             of each question, from seed 0                         (default 1)
 *   --budget N              a control whose thinking is cut after N tokens; without it the N that costs what DEER costs is told
 *   --concurrency N         runs that share their passes: sooner, with the same text, and seconds that say nothing (default 1)
 *   --part I/N              only every Nth group of questions, from the Ith: so N processes share the work
 *   --only A,B              names of rows
 *   --keep DIR              where traces are kept, those of surveys in its folder surveys, for `thoughtlens rules`  (default .cache/bench/gsm8k-NAME)
 *   --results DIR           where the probe is kept and the figures of runs, which are not made again  (default bench/results/gsm8k-NAME)
 *   --recorded              the table of the questions whose runs are all there; nothing is run, and of the model only its name is asked
 *   --json                  one object: { model, n, rows }
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchTable } from "../src/core/measure/benchTable";
import { steady } from "../src/core/measure/pace";
import { paced } from "../src/core/measure/paced";
import { serializeEvent } from "../src/core/trace/traceFile";
import type { Contender } from "../src/engine/runs/datasetRun";
import { chainOfThought } from "../src/engine/strategies/chainOfThought";
import { deer } from "../src/engine/strategies/deer";
import { survey } from "../src/engine/strategies/survey";
import { budgetOfMean, mean, thinkingTokens } from "./bars/figures";
import { GSM8K, GSM8K_UNSEEN, questionsOf } from "./datasets";
import { comparisonTable } from "./comparisonTable";
import { contenders, cutContender, examples, type ContenderSettings } from "./gsm8kContenders";
import { PROMISED, provenRisk, trainedProbe } from "./gsm8kProbe";
import { gradeUnmarked } from "./instructAnswer";
import { KeptTraces } from "./keptTraces";
import { RecordedRuns, type Asked, type RecordedRun } from "./recordedRuns";
import { Runner } from "./runner";
import { withoutTrials } from "./withoutTrials";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    unseen: { type: "boolean", default: false },
    limit: { type: "string" },
    temperature: { type: "string", default: "0" },
    samples: { type: "string", default: "1" },
    budget: { type: "string" },
    "probe-questions": { type: "string", default: "40" },
    "max-tokens": { type: "string", default: "320" },
    concurrency: { type: "string", default: "1" },
    part: { type: "string", default: "1/1" },
    only: { type: "string" },
    keep: { type: "string" },
    results: { type: "string" },
    recorded: { type: "boolean", default: false },
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
const [, part = 0, parts = 0] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(values.part) ?? []).map(Number);
if (part === 0 || part > parts) usage("A part is I/N, as 1/2.");
const folder = path.resolve(values.model);
const name = path.basename(folder);
const keep = values.keep ?? fileURLToPath(new URL(`../.cache/bench/gsm8k-${name}`, import.meta.url));
const runner = new Runner({ kept: new KeptTraces(keep), shown: examples });
const results = values.results ?? fileURLToPath(new URL(`results/gsm8k-${name}`, import.meta.url));
const which = values.unseen ? "unseen" : "first";
const surveys = path.join(keep, `surveys-${which}-temperature-${values.temperature}-tokens-${values["max-tokens"]}`);
for (const each of [results, surveys]) mkdirSync(each, { recursive: true });
// Each of several processes writes a file of its own, and reads them all.
const own = `runs.${part}.jsonl`;
const others = readdirSync(results).filter((file) => /^runs\.\d+\.jsonl$/.test(file) && file !== own);
const recorded = new RecordedRuns([own, ...others].map((file) => path.join(results, file)));
const atOnce = Number(values.concurrency);
const seeds = Array.from({ length: Number(values.samples) }, (_, seed) => seed);
const probe = await probeFile();
const risk = probe === undefined ? undefined : await provenRisk(probe);
if (probe !== undefined && risk === undefined)
  process.stderr.write(
    `At most ${100 * PROMISED.risk} % of the probe's exits wrong is not proven at any threshold: that row is left out.\n`,
  );
const settings: ContenderSettings = {
  model: { kind: "folder", path: folder },
  maxTokens: Number(values["max-tokens"]),
  temperature: Number(values.temperature),
  probe,
  risk,
};
const wanted = (row: string) => values.only?.split(",").includes(row) ?? true;
const questions = values.unseen ? questionsOf(GSM8K_UNSEEN, limit) : all.slice(0, limit);
const chosen = contenders(settings).filter((contender) => wanted(contender.name));
if (values.budget !== undefined) chosen.push(cutContender(settings, Number(values.budget)));
const names = chosen.map((contender) => contender.name);
const runs = await askAll();
const whole = wholeQuestions(runs);
if (values.budget === undefined && names.includes(deer.id)) {
  const of = (strategy: string) => whole.filter((run) => run.strategy === strategy);
  const lengths = of(chainOfThought.id).map((run) => run.figures.tokens.thinking);
  const cut = budgetOfMean(lengths, thinkingTokens(of(deer.id)));
  process.stderr.write(`Thinking that is cut after ${cut} tokens costs what DEER costs: --budget ${cut}.\n`);
}
// A survey is no way to answer: what its rules would have done is for `thoughtlens rules` to say.
const compared = names.filter((each) => each !== survey.id);
const rows = benchTable(whole, compared, name);
const marked = (strategy: string) =>
  mean(whole.filter((run) => run.strategy === strategy).map((run) => Number(run.marked)));
const n = new Set(whole.map((run) => run.question)).size;
if (values.json) {
  const told = rows.map((row) => ({ ...row, marked: marked(row.strategy) }));
  process.stdout.write(`${JSON.stringify({ model: name, n, rows: told }, null, 2)}\n`);
} else {
  const timed = whole.every((run) => !run.together);
  process.stdout.write(`${n} questions, ${seeds.length} of each\n\n${comparisonTable(rows, marked, timed)}`);
}
process.exit(0);

function usage(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

async function probeFile(): Promise<string | undefined> {
  const file = path.join(results, "probe.json");
  if (probeQuestions === 0) return undefined;
  if (values.recorded) return existsSync(file) ? file : undefined;
  return trainedProbe(file, folder, all.slice(all.length - probeQuestions), Number(values["max-tokens"]));
}

/** Chain of thought last, and only where no survey has thought the same. */
async function askAll(): Promise<RecordedRun[]> {
  if (!names.includes(survey.id)) return ask(chosen);
  const isThought = ({ strategy }: Contender) => strategy === chainOfThought.id;
  const made = await ask(chosen.filter((each) => !isThought(each)));
  if (!chosen.some(isThought)) return made;
  const derived = made.flatMap((run) => (run.strategy === survey.id ? (withoutTrials(run) ?? []) : []));
  const isDerived = ({ index, seed }: Asked) =>
    derived.some(({ question, sample }) => question === index && sample === seed + 1);
  return [...made, ...derived, ...(await ask(chosen.filter(isThought), (asked) => !isDerived(asked)))];
}

/** Every question under every contender with every seed, with a line on how far it is now and then. */
async function ask(
  asking: readonly Contender[],
  isWanted: (asked: Asked) => boolean = () => true,
): Promise<RecordedRun[]> {
  const isMine = ({ index }: Asked) => Math.floor(index / Math.max(1, atOnce)) % parts === part - 1;
  const mine = inGroups(asking).filter((asked) => isMine(asked) && isWanted(asked));
  if (values.recorded) return mine.flatMap((asked) => recorded.of(asked) ?? []);
  let done = 0;
  const tasks = mine.map((asked) => async () => {
    const run = recorded.of(asked) ?? (await made(asked));
    if (++done % 20 === 0) process.stderr.write(`${new Date().toISOString()} ${done}/${mine.length}\n`);
    return run;
  });
  return paced(steady(atOnce), tasks);
}

/** As many questions as go on at once, under one contender after another: what goes on together shares the beginning of its prompt. */
function inGroups(asking: readonly Contender[]): Asked[] {
  const size = Math.max(1, atOnce);
  const groups = Array.from({ length: Math.ceil(questions.length / size) }, (_, group) => group * size);
  return groups.flatMap((from) =>
    asking.flatMap((contender) =>
      seeds.flatMap((seed) =>
        questions.slice(from, from + size).map((question, at) => {
          const shown = examples(contender.strategy);
          return { index: from + at, question, contender, seed, shown };
        }),
      ),
    ),
  );
}

async function made(asked: Asked): Promise<RecordedRun> {
  const { index, question, contender, seed } = asked;
  const run = await runner.ask(index, question, contender, seed, atOnce > 1);
  const { marked: isMarked, answer, correct } = gradeUnmarked(run, question.answer);
  if (contender.strategy === survey.id) {
    // As the table grades its answers, so that the rules are judged alike.
    const events = run.events.map((event) => (event.t === "end" ? { ...event, answer, correct } : event));
    const text = events.map((event) => `${serializeEvent(event)}\n`).join("");
    writeFileSync(path.join(surveys, `${index + 1}-${seed}.thoughts.jsonl`), text);
  }
  return recorded.add(asked, { ...run, answer, correct, marked: isMarked, together: atOnce > 1 || parts > 1 });
}

/** Runs of the questions that were asked under every name with every seed: a difference is of the same questions. */
function wholeQuestions(made: readonly RecordedRun[]): RecordedRun[] {
  const count = new Map<number, number>();
  for (const { question } of made) count.set(question, (count.get(question) ?? 0) + 1);
  return made.filter(({ question }) => count.get(question) === names.length * seeds.length);
}
