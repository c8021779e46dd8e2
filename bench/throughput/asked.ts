/** One run of the built command line over a dataset, timed from the beginning of the first run to the table. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { BASELINE } from "../../src/core/catalogue";
import { readBenchFile } from "../../src/core/measure/benchFile";

const CLI = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
const DATA = fileURLToPath(new URL("../data/arithmetic.test.jsonl", import.meta.url));
/** What a run says once its model is loaded and it begins. */
const BEGUN = /: instruction: /;

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

/**
 * Loading a model is no work on a question: what counts is from the first run to the last.
 * @param args what is asked of which model, and how many at once
 */
export async function asked(questions: readonly string[], args: readonly string[]): Promise<Asked> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "thoughtlens-throughput-"));
  try {
    const [data, results] = [path.join(folder, "questions.jsonl"), path.join(folder, "results.bench.jsonl")];
    writeFileSync(data, questions.join("\n"));
    const command = ["bench", "--data", data, "--strategies", BASELINE, "--results", results, "--json", ...args];
    const child = spawn(process.execPath, [CLI, ...command], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let [begun, ended] = [0, 0];
    child.stderr.on("data", (part: Buffer) => {
      said = (said + String(part)).slice(-4000);
      if (begun === 0 && BEGUN.test(said)) begun = performance.now();
    });
    child.stdout.on("data", () => (ended ||= performance.now()));
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0 || begun === 0) throw new Error(`thoughtlens ${command.join(" ")} ended with ${code}:\n${said}`);
    const answers: (string | undefined)[] = [];
    for (const { question, answer } of readBenchFile(readFileSync(results, "utf8"))!.results)
      answers[question] = answer;
    return { perSecond: (questions.length * 1000) / Math.max(1, ended - begun), answers };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
