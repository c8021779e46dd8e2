/** The file in which a bench keeps its results, so that one that was stopped goes on from there. */
import { createHash } from "node:crypto";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  headerLine,
  questionsText,
  readBenchFile,
  resultKey,
  resultLine,
  type BenchReading,
  type KeptResult,
} from "../core/measure/benchFile";
import { ActionableError } from "../core/protocol/rpc";
import type { Question } from "../engine/runs/datasetRun";
import type { Arguments } from "./arguments";

export class BenchResults {
  /** What was found in the file and what came since, in the order of the file. */
  readonly all: KeptResult[];
  private readonly keys: Set<string>;
  /** Of the model that answered, by strategy. */
  private readonly models = new Map<string, string>();

  private constructor(
    private readonly file: string | undefined,
    found: readonly KeptResult[],
  ) {
    this.all = [...found];
    this.keys = new Set(found.map(resultKey));
    for (const { strategy, sha256 } of found) if (sha256 !== undefined) this.models.set(strategy, sha256);
  }

  /**
   * @param reading what `--resume` found, else a new file is begun where `--results` names one
   * @throws ActionableError where the questions are others than those of the file, or the new file is there already
   */
  static async open(
    args: Arguments,
    strategies: string[],
    questions: readonly Question[],
    reading: BenchReading | undefined,
  ): Promise<BenchResults> {
    const sha256 = createHash("sha256").update(questionsText(questions)).digest("hex");
    if (reading && args.resume !== undefined) {
      if (reading.header.sha256 !== sha256)
        throw new ActionableError(
          "bench-changed",
          `The questions of ${args.data} are not those that ${args.resume} was begun with.`,
          "Name the old dataset by --data, or begin anew with --results.",
        );
      if (!reading.whole) await appendFile(args.resume, "\n");
      return new BenchResults(args.resume, reading.results);
    }
    if (args.results !== undefined) {
      const { model, dtype, options, seed } = args;
      const about = { data: path.resolve(args.data!), questions: questions.length, sha256, model, strategies, options };
      const started = new Date().toISOString();
      await begin(args.results, headerLine({ ...about, ...(dtype === undefined ? {} : { dtype }), seed, started }));
    }
    return new BenchResults(args.results, []);
  }

  has(question: number, strategy: string): boolean {
    return this.keys.has(resultKey({ question, strategy }));
  }

  /** @throws ActionableError where the answer came from another model than the ones before */
  async add(result: KeptResult): Promise<void> {
    const { strategy, sha256 } = result;
    const before = this.models.get(strategy);
    if (before !== undefined && sha256 !== undefined && before !== sha256)
      throw new ActionableError(
        "model-changed",
        `The model is not the one that gave the results in ${this.file}.`,
        "Begin anew with --results.",
      );
    if (sha256 !== undefined) this.models.set(strategy, sha256);
    this.keys.add(resultKey(result));
    this.all.push(result);
    if (this.file !== undefined) await appendFile(this.file, resultLine(result));
  }
}

/** What `--resume` names. @throws ActionableError where it is no file of results */
export async function readResults(file: string): Promise<BenchReading> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new ActionableError("file-missing", `The file ${file} cannot be read.`, "Check its name.");
  });
  const reading = readBenchFile(text);
  if (reading) return reading;
  throw new ActionableError(
    "bench-format",
    `The file ${file} holds no results of a bench.`,
    "Name a file that --results has written.",
  );
}

/** The arguments with which the run of `reading` was begun; `--data` may name where its dataset is now. */
export function resumed(args: Arguments, { header }: BenchReading): Arguments {
  const { data, questions, model, dtype, strategies, options, seed } = header;
  return { ...args, data: args.data ?? data, limit: questions, model, dtype, strategies, options, seed };
}

async function begin(file: string, line: string): Promise<void> {
  try {
    await writeFile(file, line, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST")
      throw new ActionableError(
        "bench-exists",
        `The file ${file} is there already.`,
        `Go on with it by --resume ${file}, or name another.`,
      );
    throw new ActionableError("file-refused", `The file ${file} cannot be written (${code}).`, "Name another place.");
  }
}
