/**
 * `npx tsx bench/loops.ts`: whether loops are found, and only loops. Runs of 1 to 60 tokens are repeated until they are found, as
 * a model writes them that is sure of each token, and as text of which that is not known; and the bundled model thinks about
 * distinct questions: a thought that comes to its own end and to the right answer, and in which no line stands three times, is sound
 * and is to have no mark. Marks are those of tokens as they are found today, and those of meaning that the runs have themselves.
 *
 *   --chains N        sound chains that are wanted (default 2000)
 *   --recorded DIR    traces of the bundled model that are there already, which are counted first; may be repeated
 *   --keep DIR        where runs are kept, so that the bench goes on from them
 *   --repeats N       loops of each period (default 20)
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { BASELINE } from "../src/core/catalogue";
import { seededRandom } from "../src/core/measure/random";
import { readLoops } from "../src/core/measure/marks";
import { LONGEST_PERIOD, RepetitionWatch } from "../src/core/measure/repetition";
import { markWords } from "../src/core/trace/markWords";
import { fold, type Trace } from "../src/core/trace/fold";
import { readTrace } from "../src/core/trace/traceFile";
import { problems, type Family } from "./datasets";
import { KeptTraces } from "./keptTraces";
import { markdownTable } from "./markdownTable";
import { Runner } from "./runner";

const { values } = parseArgs({
  options: {
    chains: { type: "string", default: "2000" },
    repeats: { type: "string", default: "20" },
    recorded: { type: "string", multiple: true, default: [] },
    keep: { type: "string" },
  },
});
const [wanted, repeats] = [Number(values.chains), Number(values.repeats)];
const FAMILIES: Family[] = ["arithmetic", "long-arithmetic", "prosqa", "triage"];
const SPLITS = ["valid", "test"] as const;

const random = seededRandom(1);
const word = (): string =>
  ` ${[0, 1, 2, 3, 4].map(() => String.fromCharCode(97 + Math.floor(random() * 26))).join("")}`;
const words = (count: number): string[] => Array.from({ length: count }, word);

/** Tokens of a loop of `period` until it is found, behind as many others. @param logprob of each, where it is known */
function foundAfter(period: number, logprob: number | undefined): number {
  const watch = new RepetitionWatch();
  const [before, run] = [words(50), words(period)];
  before.forEach((token, at) => watch.push(token, at));
  for (let count = 1; count <= 10 * LONGEST_PERIOD; count++) {
    watch.push(run[(count - 1) % period]!, before.length + count, logprob);
    if (watch.loop) return count;
  }
  return Infinity;
}

/** The longest that loops of each period take. */
const mostOf = (logprob: number | undefined) =>
  Array.from({ length: LONGEST_PERIOD }, (_, index) =>
    Math.max(...Array.from({ length: repeats }, () => foundAfter(index + 1, logprob))),
  );
const inThree = (most: readonly number[]) => most.filter((tokens, index) => tokens <= 3 * (index + 1)).length;
const [sure, unknown] = [mostOf(0), mostOf(undefined)];

const repeatsALine = (text: string): boolean => {
  const counts = new Map<string, number>();
  for (const line of text.split("\n").map((each) => each.trim()))
    if (line !== "") counts.set(line, (counts.get(line) ?? 0) + 1);
  return Math.max(0, ...counts.values()) >= 3;
};

const sound = new Map<string, Trace>();
/** Right ones in which a line stands three times. */
const repeating = new Map<string, Trace>();
function take(trace: Trace): void {
  if (trace.exit?.why !== "end-of-thinking" || !trace.end?.correct) return;
  const text = trace.positions.map((position) => position.text).join("");
  (repeatsALine(text) ? repeating : sound).set(text, trace);
}

for (const folder of values.recorded)
  for (const name of await readdir(folder))
    if (name.endsWith(".thoughts.jsonl")) take(fold(readTrace(await readFile(path.join(folder, name), "utf8")).events));
if (values.recorded.length > 0) process.stderr.write(`${sound.size} sound chains were recorded\n`);
const POCKET = { name: BASELINE, strategy: BASELINE, model: { kind: "pocket" as const } };
const questions = FAMILIES.flatMap((family) => SPLITS.flatMap((split) => problems(family, split, Infinity)));
const runner = new Runner(values.keep === undefined ? {} : { kept: new KeptTraces(path.resolve(values.keep)) });
let asked = 0;
if (sound.size < wanted)
  for await (const { trace } of runner.compare(questions, [POCKET])) {
    asked += 1;
    take(trace);
    if (asked % 100 === 0) process.stderr.write(`${asked} asked, ${sound.size} sound chains\n`);
    if (sound.size >= wanted) break;
  }
const chains = [...sound.values()].slice(0, wanted);
const loopsOf = (trace: Trace): string[] =>
  [...readLoops(trace), ...trace.marks.filter(({ kind, what }) => kind === "loop" && what === "meaning")].map(
    markWords,
  );
const marked = (traces: readonly Trace[]) => traces.map(loopsOf).filter((loops) => loops.length > 0);
for (const loops of marked(chains)) process.stderr.write(`${loops.join("; ")}\n`);
process.stdout.write(
  markdownTable(
    ["what", "of", "found", "wanted"],
    [
      [
        "periods found within three rounds, of a sure model",
        `${LONGEST_PERIOD}`,
        `${inThree(sure)}`,
        `${LONGEST_PERIOD}`,
      ],
      ["the same where it is not known how sure it was", `${LONGEST_PERIOD}`, `${inThree(unknown)}`, ""],
      [
        "tokens until the others of these are found, at most",
        "",
        `${Math.max(...unknown.slice(0, LONGEST_PERIOD - inThree(unknown)))}`,
        "",
      ],
      ["sound chains with a loop", `${chains.length}`, `${marked(chains).length}`, "0"],
      [
        "right ones in which a line stands three times",
        `${repeating.size}`,
        `${marked([...repeating.values()]).length}`,
        "",
      ],
    ],
    [1, 2, 3],
  ),
);
process.exit(0);
