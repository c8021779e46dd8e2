/**
 * `npx tsx bench/loops.ts`: whether loops are found, and only loops. Runs of 1 to 60 tokens are repeated until they are found;
 * and the bundled model thinks about distinct questions: a thought that comes to its own end and to the right answer is sound,
 * and is to have no mark. Marks are those of the runs themselves, by tokens, and by meaning with hidden states.
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

/** Tokens of a loop of `period` until it is found, behind as many others. */
function foundAfter(period: number): number {
  const watch = new RepetitionWatch();
  const [before, run] = [words(50), words(period)];
  before.forEach((token, at) => watch.push(token, at));
  for (let count = 1; count <= 10 * LONGEST_PERIOD; count++) {
    watch.push(run[(count - 1) % period]!, before.length + count);
    if (watch.loop) return count;
  }
  return Infinity;
}

const periods = Array.from({ length: LONGEST_PERIOD }, (_, index) => {
  const counts = Array.from({ length: repeats }, () => foundAfter(index + 1));
  return { period: index + 1, most: Math.max(...counts) };
});
const inThree = periods.filter(({ period, most }) => most <= 3 * period);
const later = periods.filter(({ period, most }) => most > 3 * period);
/** Tokens that the finder waits for where three rounds are fewer. */
const least = Math.max(0, ...later.map(({ most }) => most));

/** Whether some run of tokens stands three times in a row, in fewer tokens than are waited for. */
function saysThrice({ positions }: Trace): boolean {
  const texts = positions.map(({ text }) => text);
  for (let period = 1; 3 * period < least; period++) {
    let equal = 0;
    for (let at = period; at < texts.length; at++) {
      equal = texts[at] === texts[at - period] ? equal + 1 : 0;
      if (equal >= 2 * period) return true;
    }
  }
  return false;
}

const sound = new Map<string, Trace>();
function take(trace: Trace): void {
  if (trace.exit?.why !== "end-of-thinking" || !trace.end?.correct) return;
  sound.set(trace.positions.map((position) => position.text).join(""), trace);
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
const chains = [...sound.values()];
const marked = chains.filter(({ marks }) => marks.some(({ kind }) => kind === "loop"));
for (const { marks } of marked) process.stderr.write(`${marks.map(markWords).join("; ")}\n`);
const shorter = later.length > 0 ? `, ${later[0]!.period} to ${later.at(-1)!.period}` : "";
process.stdout.write(
  markdownTable(
    ["what", "of", "found", "wanted"],
    [
      ["periods found within three rounds", String(LONGEST_PERIOD), String(inThree.length), String(LONGEST_PERIOD)],
      [`tokens until the other periods${shorter}, are found, at most`, "", String(least), ""],
      ["sound chains with a loop", String(chains.length), String(marked.length), "0"],
      [
        `sound chains that say fewer than ${least} tokens three times in a row`,
        String(chains.length),
        String(chains.filter(saysThrice).length),
        "",
      ],
    ],
    [1, 2, 3],
  ),
);
process.exit(0);
