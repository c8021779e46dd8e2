/**
 * `npx tsx bench/whatIf.ts`: whether importance finds the step that an answer hangs on. Into each chain of the bundled model
 * a number is planted that the rest is reckoned from, and into a copy of it a word that nothing hangs on; both steps are
 * measured by resampling, and the first kind has to come out on top.
 *
 *   --chains N        of each kind (default 20)
 *   --samples K       from before and from behind each step (default 5)
 */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { BASELINE } from "../src/core/catalogue";
import type { EngineNotifications } from "../src/core/protocol/engineApi";
import { textBefore } from "../src/core/measure/branchText";
import { spanText } from "../src/core/measure/metrics";
import { seededRandom } from "../src/core/measure/random";
import { mistakenStep } from "../src/core/whatIf/alteration";
import { measureImportance } from "../src/core/whatIf/importanceLoop";
import { spokenSteps } from "../src/core/whatIf/spokenSteps";
import { fold, type Span, type Trace } from "../src/core/trace/fold";
import type { TraceEvent } from "../src/core/trace/trace";
import { vectorFromBase64 } from "../src/core/trace/vector";
import { Engine } from "../src/engine/engine";
import { problems } from "./datasets";
import { markdownTable } from "./markdownTable";
import { POCKET_FOLDER } from "./runner";

const { values } = parseArgs({
  options: { chains: { type: "string", default: "20" }, samples: { type: "string", default: "5" } },
});
const [chains, samples] = [Number(values.chains), Number(values.samples)];
const MODEL = { kind: "pocket" } as const;

const collecting = new Map<string, TraceEvent[]>();
const engine = new Engine({
  pocketFolder: POCKET_FOLDER,
  notify: (name, params) => {
    if (name !== "events") return;
    const { run, events } = params as EngineNotifications["events"];
    collecting.get(run)?.push(...events);
  },
});

async function recorded(start: (id: string) => Promise<unknown>): Promise<TraceEvent[]> {
  const id = randomUUID();
  const events: TraceEvent[] = [];
  collecting.set(id, events);
  await start(id);
  collecting.delete(id);
  return events;
}

const asked = {
  branch: async (order: object) =>
    fold(await recorded((id) => engine.branch({ ...order, id, model: MODEL } as Parameters<Engine["branch"]>[0]))),
  meanings: async (texts: readonly string[]) => {
    const { vectors } = await engine.meanings({ model: MODEL, texts: [...texts] });
    return texts.map((_, index) => (vectors?.[index] ? vectorFromBase64(vectors[index]) : undefined));
  },
};

/** Steps that reckon, before the answer is named for the first time: the chain checks itself behind that. */
function reckoning(trace: Trace): Span[] {
  const steps = spokenSteps(trace);
  const settled = steps.findIndex((step) => /answer is/.test(spanText(trace, step)));
  return steps.slice(0, settled < 0 ? steps.length : settled).filter((step) => spanText(trace, step).includes("="));
}

/** The importance of `step` where it says `text`; undefined where the chain does not go on from that. */
async function importanceOf(parent: TraceEvent[], step: Span, text: string): Promise<number | undefined> {
  const trace = fold(parent);
  const order = { events: parent, at: step.to, kind: "continue" as const, text: textBefore(trace, step.from) + text };
  const planted = await recorded((id) => engine.branch({ ...order, id, model: MODEL }));
  if (!spokenSteps(fold(planted)).some(({ from }) => from === step.from)) return undefined;
  for await (const { value } of measureImportance(planted, asked, { samples, seed: 0, only: [step.from] }))
    return value;
  return undefined;
}

/** The chance that a value of `above` is larger than one of `below`. */
function auc(above: readonly number[], below: readonly number[]): number {
  const wins = above.flatMap((a) => below.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  return wins.reduce<number>((sum, each) => sum + each, 0) / wins.length;
}

const random = seededRandom(7);
const found: { decisive: number; idle: number }[] = [];
for (const { question, answer } of problems("arithmetic", "test", 500)) {
  if (found.length >= chains) break;
  const messages = [{ role: "user" as const, content: question }];
  const parent = await recorded((id) => engine.run({ id, model: MODEL, strategy: BASELINE, messages, gold: answer }));
  const trace = fold(parent);
  const steps = trace.end?.correct ? reckoning(trace) : [];
  const step = steps[Math.floor(random() * steps.length)];
  const said = step && spanText(trace, step);
  const mistaken = said && mistakenStep(said, random);
  if (!step || !said || mistaken === undefined || !said.includes("That makes")) continue;
  const decisive = await importanceOf(parent, step, mistaken);
  const idle = await importanceOf(parent, step, said.replace("That makes", "This makes"));
  if (decisive === undefined || idle === undefined) continue;
  found.push({ decisive, idle });
  process.stderr.write(`${found.length}/${chains}: ${decisive.toFixed(2)} against ${idle.toFixed(2)}\n`);
}
const [decisive, idle] = [found.map((each) => each.decisive), found.map((each) => each.idle)];
const mean = (each: readonly number[]) => (each.reduce((sum, value) => sum + value, 0) / each.length).toFixed(2);
process.stdout.write(
  markdownTable(
    ["chains", "samples a place", "mean importance of a planted number, nats", "of a planted word", "AUC"],
    [[String(found.length), String(samples), mean(decisive), mean(idle), auc(decisive, idle).toFixed(3)]],
  ),
);
process.exit(0);
