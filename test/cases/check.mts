/**
 * Runs cases against the checkout in the working folder and says of each whether the right thing comes out.
 *
 *   npm run test:cases -- [FOLDER …] [--only ID]
 *
 * A FOLDER holds cases in its `expected.json`, or folders that do; without one, those beside this file are meant.
 * Cases that `known.json` names are known to be wrong still. Ends with 0 only where every other case is right, and none
 * of these is: what has become right is taken out of that list.
 */
import { fork, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { endLine, failedLine } from "../harness/suiteResult.mjs";
import type { Job, Look, Pair } from "./tools/look.mjs";
import { differences } from "./tools/match.mjs";
import { CLI, TINY_MODEL } from "./tools/product.mjs";
import type { Looked } from "./tools/reader.mjs";
import { askHub, askServer, runCommand, type ChatServer, type HubScenario } from "./tools/serve.mjs";

/** Milliseconds that one case may take. */
const LIMIT = 20_000;
/** Characters of what is wrong. */
const LONGEST = 160;

/** A case as `expected.json` has it; `file` is beside it. */
interface Entry {
  id: string;
  kind: string;
  do: Look | "grade" | "command" | "server" | "hub";
  file: string;
  /** Arguments of a command; `FILE` and `TINY` stand for the file and for a small model. */
  arguments?: string[];
  /** In the words of `match.mts`; pairs to grade have theirs in the file. */
  expect?: Expected;
}

/** `each` and `some`: of all runs, prompts or rows; `some` has one expectation for each that has to be among them. */
type Expected = Record<string, unknown> & { each?: unknown; some?: unknown[] };

interface Case {
  id: string;
  kind: string;
  /** @returns what is wrong, or nothing */
  check(): Promise<string>;
}

const READER = fileURLToPath(new URL("tools/reader.mts", import.meta.url));
/** The process that opens files; a new one where one was ended. */
let looking: ChildProcess | undefined;

function look(job: Job): Promise<unknown> {
  const child = (looking ??= fork(READER, { serialization: "advanced" }));
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners();
      settle();
    };
    const lose = (reason: string) => {
      looking = undefined;
      child.kill("SIGKILL");
      end(() => reject(new Error(reason)));
    };
    const timer = setTimeout(() => lose(`no end within ${LIMIT / 1000} s`), LIMIT);
    child.once("message", (looked: Looked) =>
      end(() => ("failed" in looked ? reject(new Error(looked.failed)) : resolve(looked.seen))),
    );
    child.once("error", (error) => lose(error.message));
    child.once("exit", (code, signal) => lose(`the process ended with ${signal ?? code}`));
    child.send(job);
  });
}

function casesOf(folder: string): Case[] {
  const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
  const entries = read(path.join(folder, "expected.json")) as Entry[];
  return entries.flatMap((entry): Case[] => {
    const { id, kind, expect = {} } = entry;
    const file = path.resolve(folder, entry.file);
    const seen = (): Promise<unknown> => {
      switch (entry.do) {
        case "command":
          return runCommand(
            (entry.arguments ?? []).map((each) => ({ FILE: file, TINY: path.resolve(TINY_MODEL) })[each] ?? each),
            LIMIT,
          );
        case "server":
          return askServer(read(file) as ChatServer, LIMIT);
        case "hub":
          return askHub(read(file) as HubScenario, LIMIT);
        default:
          return look({ do: entry.do as Look, file });
      }
    };
    if (entry.do !== "grade") return [{ id, kind, check: async () => wrong(await seen(), expect) }];
    return (read(file) as Pair[]).map((pair, index) => ({
      id: `${id}/${index + 1}`,
      kind,
      check: () => misgraded(pair),
    }));
  });
}

function wrong(seen: unknown, { each, some = [], ...expect }: Expected): string {
  const { all = [], problem, runs } = seen as { all?: unknown[]; problem?: string; runs?: number };
  const found = [
    ...differences(seen, today(expect)),
    ...all.flatMap((one, index) => differences(one, each ?? {}).map((phrase) => `${index + 1}: ${phrase}`)),
    ...some
      .filter((one) => all.every((other) => differences(other, one).length > 0))
      .map((one) => `none is ${JSON.stringify(one)}`),
  ];
  // Where nothing was opened, the reason tells more than all that is missing.
  return runs === 0 && problem && found.length > 0 ? `${found[0]}: “${problem.trim()}”` : found.join("; ");
}

async function misgraded(pair: Pair): Promise<string> {
  const { answer, right } = (await look({ do: "grade", pair })) as { answer?: string; right: boolean };
  if (right === (pair.expected === 1)) return "";
  const found = pair.text === undefined ? "" : `, found ${answer === undefined ? "nothing" : JSON.stringify(answer)}`;
  const words = (verdict: boolean) => (verdict ? "right" : "wrong");
  return `${words(right)}, should be ${words(!right)}: ${JSON.stringify(pair.text ?? pair.answer)}${found}, expected ${JSON.stringify(pair.gold)}`;
}

/** Puts the day into an expectation that names parts of a date, as `%A, %-d %B %Y`. */
function today<T>(expect: T): T {
  const now = new Date();
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-US", options).format(now);
  const parts: Record<string, string> = {
    "%A": part({ weekday: "long" }),
    "%-d": part({ day: "numeric" }),
    "%B": part({ month: "long" }),
    "%Y": part({ year: "numeric" }),
  };
  return JSON.parse(JSON.stringify(expect).replace(/%(?:A|-d|B|Y)/g, (name) => parts[name]!)) as T;
}

/** `folder` itself, or the folders in it that hold cases. */
function withCases(folder: string): string[] {
  const holds = (each: string) => existsSync(path.join(each, "expected.json"));
  if (holds(folder)) return [folder];
  const inside = existsSync(folder) ? readdirSync(folder).sort() : [];
  return inside.map((name) => path.join(folder, name)).filter(holds);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, grep: { type: "string" } },
});
const named = positionals.length > 0 ? positionals : [path.dirname(fileURLToPath(import.meta.url))];
const empty = named.find((folder) => withCases(folder).length === 0);
if (!existsSync(CLI)) {
  console.error(`There is no ${CLI} here: run this in a checkout of Thoughtlens.`);
  process.exit(2);
}
if (empty !== undefined) {
  console.error(`There is no expected.json in ${empty}.`);
  process.exit(2);
}
const isMeant = ({ id, kind }: Case) =>
  (values.only === undefined || id === values.only || id.startsWith(`${values.only}/`)) &&
  (values.grep === undefined || `${id} ${kind}`.includes(values.grep));
const cases = named.flatMap(withCases).flatMap(casesOf).filter(isMeant);
const known = new Set(
  JSON.parse(readFileSync(fileURLToPath(new URL("known.json", import.meta.url)), "utf8")) as string[],
);
const tally = new Map<string, { right: number; all: number }>();
const stats = { passes: 0, failures: 0, pending: 0 };
const failed: string[] = [];
let right = 0;
for (const { id, kind, check } of cases) {
  const what = (await check().catch((error: unknown) => (error as Error).message)).replace(/\s+/g, " ");
  const found = what === "" && known.has(id) ? "is right now: take it out of known.json" : what;
  const cut = found.length > LONGEST ? `${found.slice(0, LONGEST - 1)}…` : found;
  const verdict = found === "" ? "pass" : known.has(id) && what !== "" ? "open" : "FAIL";
  console.log(`${verdict}  ${id}  ${kind}${cut === "" ? "" : `  ${cut}`}`);
  if (verdict === "FAIL") failed.push(failedLine(`${id} (${kind})`, cut));
  stats[verdict === "pass" ? "passes" : verdict === "open" ? "pending" : "failures"] += 1;
  const letter = kind.split(" ")[0]!;
  const counted = tally.get(letter) ?? { right: 0, all: 0 };
  tally.set(letter, { right: counted.right + Number(what === ""), all: counted.all + 1 });
  right += Number(what === "");
}
looking?.removeAllListeners();
looking?.kill();
const kinds = [...tally].map(([letter, counted]) => `${letter} ${counted.right}/${counted.all}`);
console.log(`${right} of ${cases.length} right (by kind: ${kinds.join(", ")})`);
failed.forEach((line) => console.log(line));
console.log(endLine(stats));
process.exitCode = stats.failures === 0 && cases.length > 0 ? 0 : 1;
