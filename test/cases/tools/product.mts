/**
 * All that the cases need of Thoughtlens, and the one place to adapt where a module, a command or a field of it moves.
 * What is given back is what a person sees, so that no case says how it comes about.
 *
 * The working folder is a checkout with its dependencies and its command line built.
 */
import { importTraces } from "../../../src/core/formats/importTraces";
import { measure } from "../../../src/core/measure/metrics";
import { readDataset } from "../../../src/core/prompt/dataset";
import { parsePromptFile } from "../../../src/core/prompt/promptFile";
import { extractAnswer, gradeAnswer } from "../../../src/core/text/answer";
import { inEnglish } from "../../../src/core/text/l10n";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { chatTemplate } from "../../../src/engine/tokens/chatTemplate";

/** The command line. */
export const CLI = "bin/thoughtlens.mjs";
/** Runs the prompts of a file on a model and prints one JSON object. */
export const runArguments = (file: string, model: string): string[] => ["run", file, "--model", model, "--json"];
/** A model that runs in a moment, and the same with its weights in a file beside the graph. */
export const TINY_MODEL = "test/fixtures/models/tiny";
export const TINY_GRAPH = {
  graph: "test/fixtures/models/tiny-external/onnx/model.onnx",
  weights: "test/fixtures/models/tiny-external/onnx/model.onnx_data",
};

/** A run as it is shown after import. */
export interface SeenRun {
  /** How it is called in lists. */
  name: string;
  model: string | undefined;
  gold: string | undefined;
  answer: string | undefined;
  correct: boolean | "unknown";
  exit: string | undefined;
  /** What the model was asked, all turns. */
  prompt: string;
  thinking: string;
  /** All of what the model said after thinking; `answer` is what was found in it. */
  answerText: string;
  summary: string;
  notes: string;
  steps: number;
  promptTokens: number;
  thinkingTokens: number;
  /** Tokens whose probability is known; the least of their log-probabilities, and exp of the mean negative one. */
  logprobs: number;
  leastLogprob: number | undefined;
  perplexity: number | undefined;
  /** Everything that is shown of it. */
  everything: string;
}

/** Opens a file of another tool, or a text that was pasted. */
export function importFile(file: { name: string; bytes: Uint8Array } | { pasted: string }): {
  runs: SeenRun[];
  problems: string[];
} {
  const { traces, problems } = importTraces("pasted" in file ? { name: "", text: file.pasted } : { ...file, text: "" });
  return { problems: problems.map(inEnglish), runs: traces.map((events) => seenRun(fold(events))) };
}

function seenRun(trace: Trace): SeenRun {
  const { header, positions, spans } = trace;
  const { answer, correct, exit, steps, tokens } = measure(trace);
  const written = (kind: string) =>
    spans
      .filter((span) => span.kind === kind)
      .map(({ from, to }) => textOf(trace, from, to))
      .join("\n");
  const known = positions.flatMap(({ logprob }) => logprob ?? []);
  const name = [header?.prompt.title, header?.id].filter(Boolean).join(" ");
  const prompt = (header?.messages ?? []).map(({ content }) => content).join("\n");
  const notes = trace.notes.map(({ message }) => message).join("\n");
  return {
    name,
    model: header?.model.id,
    gold: header?.gold,
    answer,
    correct: correct ?? "unknown",
    exit,
    prompt,
    thinking: written("thinking"),
    answerText: written("answer"),
    summary: written("summary"),
    notes,
    steps,
    promptTokens: tokens.prompt,
    thinkingTokens: tokens.thinking,
    logprobs: known.length,
    leastLogprob: known.length > 0 ? Math.min(...known) : undefined,
    perplexity: known.length > 0 ? Math.exp(-known.reduce((sum, each) => sum + each, 0) / known.length) : undefined,
    everything: [name, prompt, textOf(trace, 0, positions.length), answer, notes].join("\n"),
  };
}

const textOf = ({ positions }: Trace, from: number, to: number) =>
  positions
    .slice(from, to)
    .map(({ text }) => text)
    .join("");

/** A prompt as it is run: its text, all turns, and the values that a person is asked for. */
export interface SeenPrompt {
  title: string;
  text: string;
  inputs: string[];
  warnings: string;
}

/** Opens a file of prompts. */
export async function readPrompts(name: string, text: string): Promise<{ prompts: SeenPrompt[]; problems: string[] }> {
  const { prompts, problems } = await parsePromptFile(name, text);
  return {
    problems: problems.map(({ message }) => inEnglish(message)),
    prompts: prompts.map(({ title, messages, inputs, warnings }) => ({
      title,
      text: messages.map(({ content }) => content).join("\n"),
      inputs: inputs.map((input) => input.name),
      warnings: warnings.map(inEnglish).join("\n"),
    })),
  };
}

export interface SeenRow {
  question: string;
  answer: string;
}

/** Opens a dataset. */
export function readRows(name: string, text: string): { rows: SeenRow[]; problems: string[] } {
  const { rows, problems } = readDataset(name, text);
  return {
    rows: rows.map(({ question, answer }) => ({ question, answer })),
    problems: problems.map(({ message }) => inEnglish(message)),
  };
}

/** Finds the answer in a model's last words. */
export function findAnswer(text: string): string | undefined {
  return extractAnswer(text, { conclusion: true })?.answer;
}

/** Whether an answer counts as right. */
export function isRight(answer: string | undefined, gold: string): boolean {
  return gradeAnswer(answer, gold) === true;
}

/** The prompt that a model's chat template makes of one user turn, `hi`. */
export function renderTemplate(source: string): string {
  return chatTemplate(source, { bos_token: "<s>" }).render([{ role: "user", content: "hi" }]);
}

/** The first run that the command line printed as JSON, and how many there are. */
export function printedRuns(output: string): { runs: number; run: Partial<SeenRun> } {
  let printed: { runs?: unknown };
  try {
    printed = JSON.parse(output) as { runs?: unknown };
  } catch {
    return { runs: 0, run: {} };
  }
  const runs = Array.isArray(printed.runs) ? (printed.runs as Record<string, unknown>[]) : [];
  const first = runs[0];
  if (first === undefined) return { runs: 0, run: {} };
  const tokens = first["tokens"] as { prompt: number; thinking: number };
  return {
    runs: runs.length,
    run: {
      answer: (first["answer"] as string | null) ?? undefined,
      correct: (first["correct"] as boolean | null) ?? "unknown",
      exit: first["exit"] as string,
      promptTokens: tokens.prompt,
      thinkingTokens: tokens.thinking,
    },
  };
}
