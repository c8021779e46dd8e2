/** One run of the built command line over a dataset, timed from the beginning of the first run to the end of the last. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { BASELINE } from "../../src/core/catalogue";
import { fold } from "../../src/core/trace/fold";
import { readTrace } from "../../src/core/trace/traceFile";

const CLI = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
const DATA = fileURLToPath(new URL("../data/arithmetic.test.jsonl", import.meta.url));

export interface Asked {
  perSecond: number;
  /** By question. */
  answers: (string | undefined)[];
}

/** The first questions of stories, in turn again where there are more wanted than there are. */
export function dataset(count: number): string[] {
  const lines = readFileSync(DATA, "utf8").trim().split("\n");
  return Array.from({ length: count }, (_, index) => lines[index % lines.length]!);
}

/** @param args what is asked of which model, and how many at once */
export async function asked(questions: readonly string[], args: readonly string[]): Promise<Asked> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "thoughtlens-throughput-"));
  try {
    const data = path.join(folder, "questions.jsonl");
    writeFileSync(data, questions.join("\n"));
    const out = path.join(folder, "traces");
    const command = ["bench", "--data", data, "--strategies", BASELINE, "--out", out, "--json", ...args];
    const child = spawn(process.execPath, [CLI, ...command], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (part: Buffer) => (said = (said + String(part)).slice(-4000)));
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(`thoughtlens ${command.join(" ")} ended with ${code}:\n${said}`);
    return timed(out, questions);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Loading a model is no work on a question: what counts is from the first run to the last. */
function timed(folder: string, questions: readonly string[]): Asked {
  const places = new Map(questions.map((line, place) => [(JSON.parse(line) as { question: string }).question, place]));
  const answers: (string | undefined)[] = [];
  let [first, last] = [Infinity, 0];
  for (const name of readdirSync(folder)) {
    const { header, end } = fold(readTrace(readFileSync(path.join(folder, name), "utf8")).events);
    const started = Date.parse(header!.started);
    first = Math.min(first, started);
    last = Math.max(last, started + (end?.ms?.total ?? 0));
    answers[places.get(header!.messages.at(-1)!.content) ?? 0] = end?.answer;
  }
  return { perSecond: (questions.length * 1000) / Math.max(1, last - first), answers };
}
