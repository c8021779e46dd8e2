/** A folder of its own with the questions and prompts that a kind of fault is tried on, and the command line in it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { readBenchFile, type BenchReading } from "../../../src/core/measure/benchFile";
import { parseTraceLine, readTrace } from "../../../src/core/trace/traceFile";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Watched } from "./watched";

const CLI = path.resolve("dist/cli.cjs");
export const QUESTIONS = [3, 5, 8].map((n) => ({ question: `How many is ${n} + 1?`, answer: String(n + 1) }));
export const STRATEGIES = ["no-thinking", "chain-of-thought"];
const TWO_PROMPTS = ["3", "5"].map((n) => `<!-- thoughtlens: prompt -->\n\nHow many is ${n} + 1?\n`).join("\n");
const FEW_TOKENS = ["--option", "maxTokens=12"];

/** As logs of chats have it. */
const chatOf = ({ question, answer }: (typeof QUESTIONS)[number]): object => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: `<think>One more.</think>${answer}` },
  ],
});

export class Workshop {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "thoughtlens-faults-"));

  constructor() {
    writeFileSync(this.file("questions.jsonl"), QUESTIONS.map((row) => JSON.stringify(row)).join("\n"));
    writeFileSync(this.file("two.prompt.md"), TWO_PROMPTS);
    writeFileSync(this.file("chats.jsonl"), QUESTIONS.map((row) => JSON.stringify(chatOf(row))).join("\n"));
  }

  file(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** @param env besides that its caches are here */
  cli(args: readonly string[], env: Record<string, string> = {}, node: readonly string[] = []): Watched {
    return new Watched([...node, CLI, ...args], {
      cwd: this.folder,
      env: { XDG_CACHE_HOME: this.file("cache"), ...env },
    });
  }

  beginArgs(results: string): string[] {
    return [
      ...["bench", "--data", "questions.jsonl", "--strategies", STRATEGIES.join(","), ...FEW_TOKENS],
      ...["--results", results],
    ];
  }

  compareArgs(out: string): string[] {
    return ["compare", "two.prompt.md", "--strategies", STRATEGIES.join(","), ...FEW_TOKENS, "--out", out];
  }

  /** A bench, or what is missing of it where its file is there. */
  benchArgs(results: string): string[] {
    return this.size(results) === undefined ? this.beginArgs(results) : ["bench", "--resume", results];
  }

  /** Bytes; undefined where there is no such file. */
  size(name: string): number | undefined {
    return statSync(this.file(name), { throwIfNoEntry: false })?.size;
  }

  results(name: string): BenchReading | undefined {
    return this.size(name) === undefined ? undefined : readBenchFile(readFileSync(this.file(name), "utf8"));
  }

  /** Everything in a folder, hidden files too. */
  names(folder = "."): string[] {
    mkdirSync(this.file(folder), { recursive: true });
    return readdirSync(this.file(folder)).sort();
  }

  traces(folder: string): TraceOnDisk[] {
    return this.names(folder)
      .filter((name) => name.endsWith(".thoughts.jsonl"))
      .map((name) => {
        const text = readFileSync(this.file(folder, name), "utf8");
        const { events } = readTrace(text);
        const lines = text.split("\n");
        const headless = events[0]?.t === "run" ? undefined : "it has no header";
        const cut = lines.pop() === "" ? undefined : "its last line is cut";
        const foreign = lines.every((line) => parseTraceLine(line).kind === "event") ? undefined : "a line is no event";
        return { name, events, problem: headless ?? cut ?? foreign };
      });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface TraceOnDisk {
  name: string;
  events: TraceEvent[];
  /** Undefined where it begins with its header and every line of it is whole. */
  problem: string | undefined;
}

/** What a bench's table is made of besides time, in one order. */
export function tableOf(reading: BenchReading | undefined): string[] {
  return (reading?.results ?? [])
    .map(({ question, strategy, answer, correct, figures: { tokens, exit } }) =>
      JSON.stringify([question, strategy, answer, correct, tokens, exit]),
    )
    .sort();
}

/** What stands in a folder beside what belongs there: locks, parts of files, files of no bytes. */
export function strayIn(names: readonly string[]): string[] {
  return names.filter((name) => /\.(lock|part|next|incomplete)$/.test(name));
}
