/** Command-line arguments, checked. */
import { parseArgs } from "node:util";
import { BASELINE } from "../core/catalogue";
import type { FieldMapping } from "../core/formats/rows/mapping";
import { BENCH_LIMITS } from "../core/measure/benchLoop";
import type { Device } from "../core/protocol/device";
import type { Waiting } from "../core/protocol/engineApi";
import { ActionableError } from "../core/protocol/rpc";
import {
  adviceOptions,
  atLeastOne,
  deviceOf,
  mappingOf,
  nameAndValue,
  optionOf,
  share,
  waitingOf,
  wholeNumber,
} from "./argumentValues";
import type { ServerKey } from "./serverKey";

/** Requests that are in flight at once: each holds a connection and a run's trace. */
export const MOST_AT_ONCE = 256;
/** Each holds a model. */
const MOST_WORKERS = 64;
const MOST_SAMPLES = 1000;

/** Every flag, with what it is without a word. */
export const OPTIONS = {
  model: { type: "string", multiple: true, default: ["pocket"] as string[] },
  dtype: { type: "string" },
  device: { type: "string", default: "cpu" },
  strategy: { type: "string", default: BASELINE },
  strategies: { type: "string" },
  option: { type: "string", multiple: true, default: [] as string[] },
  input: { type: "string", multiple: true, default: [] as string[] },
  task: { type: "string" },
  tasks: { type: "string" },
  instruction: { type: "string" },
  "instruction-in": { type: "string" },
  sampling: { type: "string" },
  instructions: { type: "string" },
  map: { type: "string", multiple: true, default: [] as string[] },
  data: { type: "string" },
  limit: { type: "string" },
  results: { type: "string" },
  resume: { type: "string" },
  "max-failures": { type: "string" },
  vote: { type: "string" },
  workers: { type: "string" },
  "write-requests": { type: "string" },
  "read-responses": { type: "string" },
  concurrency: { type: "string" },
  "allow-graph": { type: "boolean", default: false },
  "first-reply": { type: "string" },
  silence: { type: "string" },
  longest: { type: "string" },
  prices: { type: "string" },
  watch: { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  risk: { type: "string" },
  confidence: { type: "string" },
  at: { type: "string" },
  continue: { type: "boolean", default: false },
  "stop-and-answer": { type: "boolean", default: false },
  samples: { type: "string" },
  tests: { type: "string" },
  by: { type: "string", default: "rule" },
  token: { type: "string" },
  edit: { type: "string" },
  "check-at": { type: "string", default: "line" },
  json: { type: "boolean", default: false },
  answer: { type: "string" },
  text: { type: "string" },
  gold: { type: "string" },
  capabilities: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  "no-run": { type: "boolean", default: false },
  "figures-only": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const;

export interface Arguments {
  command: string | undefined;
  files: string[];
  model: string;
  /** All that were named, of which `model` is the last. */
  models: string[];
  dtype: string | undefined;
  /** Where local models compute. */
  device: Device;
  strategy: string;
  strategies: string[] | undefined;
  options: Record<string, unknown>;
  /** Values of a prompt's inputs, by name. */
  inputs: Record<string, string>;
  task: string | undefined;
  tasks: string | undefined;
  instructions: string | undefined;
  /** Which fields of a file hold what; none: they have names that are known. */
  map: FieldMapping | undefined;
  data: string | undefined;
  limit: number | undefined;
  results: string | undefined;
  resume: string | undefined;
  maxFailures: number;
  /** By which samples are stopped that it does not need. */
  vote: string | undefined;
  concurrency: number | "auto";
  workers: number | "auto" | undefined;
  writeRequests: string | undefined;
  readResponses: string | undefined;
  /** Whether the model's graph may be open-ended. */
  allowGraph: boolean;
  waiting: Waiting;
  /** The file that holds them. */
  prices: string | undefined;
  watch: string | undefined;
  seed: number;
  /** Whether that was said, and is not the default. */
  hasSeed: boolean;
  out: string | undefined;
  /** Shares, above 0 and below 1. */
  risk: number | undefined;
  confidence: number | undefined;
  at: string | undefined;
  /** What `branch` does at its place: go on, from the text of the file `edit`; stop and answer; so many times anew; or behind a token. */
  goOn: boolean;
  stops: boolean;
  /** Elsewhere, answers to each question. */
  samples: number | undefined;
  /** Of `faithfulness`: which, and who alters the thought. */
  tests: string | undefined;
  by: string;
  token: string | undefined;
  edit: string | undefined;
  checkAt: string;
  json: boolean;
  answer: string | undefined;
  text: string | undefined;
  gold: string | undefined;
  capabilities: boolean;
  /** Whether `check` changes nothing. */
  dryRun: boolean;
  /** Whether the strategies of a capability matrix are run. */
  run: boolean;
  /** Whether `run` prints what the model thought and wrote. */
  thinking: boolean;
  help: boolean;
  version: boolean;
  /** The key that the environment held. */
  serverKey?: ServerKey | undefined;
}

/** What `parseArgs` found, as a sentence of ours. */
function parsingProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const named = /--?[\w-]+/.exec(message)?.[0] ?? "An option";
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `There is no option ${named}.`;
  return message.includes("does not take") ? `${named} takes no value.` : `${named} needs a value.`;
}

/** What is graded may begin with a dash, as -5 does. */
const DASHED = new Set(["--answer", "--gold", "--text", "--token"]);

/** The same arguments, with such values joined to their names. For `branch`, `--answer` says what to do and has none. */
function withValues([command, ...more]: readonly string[]): string[] {
  const args = command === "branch" ? more.map((each) => (each === "--answer" ? "--stop-and-answer" : each)) : more;
  if (command !== undefined) args.unshift(command);
  const found: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const takes = DASHED.has(args[at]!) && at + 1 < args.length;
    found.push(takes ? `${args[at]}=${args[++at]}` : args[at]!);
  }
  return found;
}

/** @throws ActionableError `usage` */
export function parseArguments(args: readonly string[]): Arguments {
  let parsed;
  try {
    parsed = parseArgs({ args: withValues(args), options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ActionableError("usage", parsingProblem(error), "Run thoughtlens --help.");
  }
  const { values, positionals } = parsed;
  return {
    command: positionals[0],
    files: positionals.slice(1),
    model: values.model.at(-1)!,
    models: values.model,
    dtype: values.dtype,
    device: deviceOf(values.device),
    strategy: values.strategy,
    strategies: values.strategies
      ?.split(",")
      .map((name) => name.trim())
      .filter(Boolean),
    options: { ...Object.fromEntries(values.option.map(optionOf)), ...adviceOptions(values) },
    inputs: Object.fromEntries(values.input.map((each) => nameAndValue("input", each))),
    task: values.task,
    tasks: values.tasks,
    instructions: values.instructions,
    map: mappingOf(values.map),
    data: values.data,
    limit: wholeNumber("limit", values.limit),
    results: values.results,
    resume: values.resume,
    maxFailures: wholeNumber("max-failures", values["max-failures"]) ?? BENCH_LIMITS.failuresInRow,
    vote: values.vote,
    concurrency: values.concurrency === "auto" ? "auto" : atLeastOne("concurrency", values.concurrency, MOST_AT_ONCE),
    workers:
      values.workers === undefined || values.workers === "auto"
        ? values.workers
        : atLeastOne("workers", values.workers, MOST_WORKERS),
    writeRequests: values["write-requests"],
    readResponses: values["read-responses"],
    allowGraph: values["allow-graph"],
    waiting: waitingOf({
      firstReply: wholeNumber("first-reply", values["first-reply"]),
      silence: wholeNumber("silence", values.silence),
      longest: wholeNumber("longest", values.longest),
    }),
    prices: values.prices,
    watch: values.watch,
    seed: wholeNumber("seed", values.seed) ?? 0,
    hasSeed: values.seed !== undefined,
    out: values.out,
    risk: share("risk", values.risk),
    confidence: share("confidence", values.confidence),
    at: values.at,
    goOn: values.continue,
    stops: values["stop-and-answer"],
    samples: values.samples === undefined ? undefined : atLeastOne("samples", values.samples, MOST_SAMPLES),
    tests: values.tests,
    by: values.by,
    token: values.token,
    edit: values.edit,
    checkAt: values["check-at"],
    json: values.json,
    answer: values.answer,
    text: values.text,
    gold: values.gold,
    capabilities: values.capabilities,
    dryRun: values["dry-run"],
    run: !values["no-run"],
    thinking: !values["figures-only"],
    help: values.help,
    version: values.version,
  };
}
