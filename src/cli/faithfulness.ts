/** `faithfulness`: whether answers hang on what was thought, over the questions of a dataset or on recorded traces. */
import path from "node:path";
import { BASELINE } from "../core/catalogue";
import { FAITHFULNESS_FIGURES, faithfulnessReport, FIGURE_WORDS, type Share } from "../core/whatIf/faithfulness";
import { testFaithfulness } from "../core/whatIf/faithfulnessLoop";
import { paced } from "../core/measure/paced";
import { ActionableError, toErrorShape } from "../core/protocol/rpc";
import { ALTERATIONS, type AlterationName } from "../core/trace/kinds";
import { fold, type Trace } from "../core/trace/fold";
import type { TraceEvent } from "../core/trace/trace";
import type { Arguments } from "./arguments";
import { AskedTrace } from "./askedTrace";
import { datasetOf } from "./datasetOf";
import { paceOf } from "./paced";
import { Session } from "./session";
import { demandKnown } from "./strategyChoice";
import { percent, table } from "./table";
import { print, printJson } from "./terminal";
import { tracesOf } from "./tracesOf";
import { isCancelled, whatIfEngine } from "./whatIf";

const HELP = "Run thoughtlens faithfulness --data FILE, or name traces.";
/** Of a trace that cannot be tested; others of the same file can. */
const UNTESTABLE = [
  "faithfulness-no-steps",
  "faithfulness-no-answer",
  "branch-no-header",
  "branch-no-prompt",
  "branch-latents",
  "branch-place",
  "branch-scored",
];

/** A run that is tested: how its trace comes about, and where it is kept. */
interface Tested {
  name: string;
  file: string | undefined;
  begin(): Promise<TraceEvent[]>;
  fits(events: readonly TraceEvent[]): boolean;
}

/** Makes the tests, prints what they come to. @returns the exit code */
export async function faithfulness(args: Arguments): Promise<number> {
  const tests = testsOf(args.tests);
  if (!["rule", "model"].includes(args.by))
    throw new ActionableError("usage", `--by takes rule or model, not “${args.by}”.`, HELP);
  demandKnown([args.strategy], args.options);
  const session = new Session({ ...args, out: undefined });
  const { subjects, others } = args.data === undefined ? await recorded(args) : await asked(args, session);
  let failed = 0;
  /** @returns the trace with what was asked of it, as far as that came */
  const test = async (subject: Tested, index: number): Promise<Trace | undefined> => {
    if (session.cancelled) return undefined;
    const say = (fraction: number) => `${index + 1}/${subjects.length} ${Math.round(fraction * 100)} %`;
    let label = say(0);
    let kept: AskedTrace | undefined;
    try {
      kept = await AskedTrace.open(
        subject.file,
        () => subject.begin(),
        (events) => subject.fits(events),
      );
      const options = { tests, seed: args.seed + index, by: args.by as "rule" | "model", others };
      const events = kept.events.slice();
      const made = testFaithfulness(
        events,
        whatIfEngine(session, () => label),
        options,
        (fraction) => (label = say(fraction)),
      );
      for await (const event of made) await kept.add(event);
    } catch (error) {
      const { code, message } = toErrorShape(error);
      if (!isCancelled(error) && !session.cancelled) {
        if (subjects.length === 1 || !UNTESTABLE.includes(code)) throw error;
        failed += 1;
        session.line(`${subject.name}: ${message}`);
      }
    } finally {
      await kept?.close();
    }
    return kept && fold(kept.events);
  };
  let traces: Trace[];
  try {
    const tasks = subjects.map((subject, index) => () => test(subject, index));
    traces = (await paced(await paceOf(session), tasks)).filter((trace) => trace !== undefined);
  } finally {
    session.close();
  }
  session.clearStatus();
  report(traces, args, failed);
  if (session.cancelled) return 130;
  return traces.some(({ alterations }) => alterations.length > 0) ? 0 : 1;
}

function testsOf(text: string | undefined): AlterationName[] {
  if (text === undefined) return [...ALTERATIONS];
  const named = text.split(",").map((name) => name.trim());
  const known = named.flatMap((name) => ALTERATIONS.find((each) => each === name) ?? []);
  if (known.length === named.length) return known;
  throw new ActionableError(
    "usage",
    `--tests takes ${ALTERATIONS.join(", ")} or several of them, not “${text}”.`,
    HELP,
  );
}

/** Traces that were recorded, of any model and tool. */
async function recorded({ files, limit, out }: Arguments): Promise<{ subjects: Tested[]; others: string[] }> {
  if (files.length === 0) throw new ActionableError("usage", "Neither a dataset nor a trace was named.", HELP);
  const all = (
    await Promise.all(files.map(async (file) => (await tracesOf(file)).map((events) => ({ file, events }))))
  ).flat();
  const chosen = all.slice(0, limit);
  const subjects = chosen.map(({ file, events }, index): Tested => {
    const id = events.find((event) => event.t === "run")?.id;
    return {
      name: `${file} ${index + 1}`,
      file: out === undefined ? undefined : path.join(out, `trace-${number(index)}.thoughts.jsonl`),
      begin: () => Promise.resolve(events),
      fits: (known) => known.some((event) => event.t === "run" && (event.source !== undefined || event.id === id)),
    };
  });
  return { subjects, others: goldsOf(chosen.map(({ events }) => fold(events).header?.gold)) };
}

/** The questions of a dataset, each run under the strategy first. */
async function asked(args: Arguments, session: Session): Promise<{ subjects: Tested[]; others: string[] }> {
  const { questions, name } = await datasetOf(args, "faithfulness");
  const { out, strategy, options } = args;
  const subjects = questions.map(({ question, answer, before = [] }, index): Tested => {
    const messages = [...before, { role: "user" as const, content: question }];
    return {
      name: `Question ${index + 1}`,
      file: out === undefined ? undefined : path.join(out, `question-${number(index)}.thoughts.jsonl`),
      begin: async () => {
        const order = {
          strategy,
          options,
          messages,
          gold: answer,
          prompt: { title: name, range: [index, index + 1] as [number, number] },
        };
        const { events, trace } = await session.run(order, `${index + 1}/${questions.length} ${strategy}`);
        if (trace.exit?.why === "cancelled") throw new Error("cancelled");
        return events;
      },
      fits: (known) =>
        known.some(
          (event) => event.t === "run" && event.strategy === strategy && event.messages.at(-1)?.content === question,
        ),
    };
  });
  return { subjects, others: goldsOf(questions.map(({ answer }) => answer)) };
}

const number = (index: number): string => String(index + 1).padStart(4, "0");
const goldsOf = (golds: readonly (string | undefined)[]): string[] => [
  ...new Set(golds.flatMap((gold) => (gold === undefined ? [] : [gold]))),
];

const intervalText = ({ interval }: Share): string =>
  `${(interval[0] * 100).toFixed(1)}–${(interval[1] * 100).toFixed(1)}`;

function report(traces: readonly Trace[], { json, seed, strategy = BASELINE }: Arguments, failed: number): void {
  const { questions, curves, figures, by } = faithfulnessReport(
    traces.map(({ alterations }) => alterations),
    seed,
  );
  const model = traces[0]?.header?.model.id ?? null;
  const right = traces.filter(({ end }) => end?.correct).length;
  if (json) {
    printJson({
      model,
      strategy: traces[0]?.header?.strategy ?? strategy,
      questions,
      right,
      failed,
      figures,
      curves,
      by,
    });
    return;
  }
  const rows = FAITHFULNESS_FIGURES.flatMap((name) => {
    const share = figures[name];
    return share ? [[FIGURE_WORDS[name].title, percent(share.share), intervalText(share), String(share.n)]] : [];
  });
  print(
    `${model ?? "no model"}, ${questions} questions, ${right} right by themselves\n${table(["", "share", "95 % interval", "n"], rows)}`,
  );
  const points = curves
    .filter(({ points: each }) => each.length > 1)
    .flatMap(({ test, points: each }) =>
      each.map((point) => [test, percent(point.at), percent(point.share), intervalText(point), String(point.n)]),
    );
  if (points.length > 0)
    print(
      `\nAnswers that stay what they were\n${table(["test", "thought before", "same", "95 % interval", "n"], points)}`,
    );
  if (by.rule + by.model > 0) print(`\nMistakes and paraphrases: ${by.rule} by rule, ${by.model} by the model.`);
}
