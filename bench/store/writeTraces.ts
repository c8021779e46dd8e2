/** Traces as runs write them, in any number and size, for the benches of the store. */
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { offeredIn } from "../../src/core/catalogue";
import type { TraceEventInput } from "../../src/core/trace/trace";

const STRATEGIES = offeredIn("comparison");
const BATCH = 16;
const TOKENS_A_STEP = 64;

const line = (event: TraceEventInput): string => `${JSON.stringify(event)}\n`;

function header(number: number, prompts: number): TraceEventInput {
  return {
    t: "run",
    v: 1,
    id: `run-${number}`,
    strategy: STRATEGIES[number % STRATEGIES.length]!,
    options: { maxTokens: 512 },
    model: { id: "pocket-base", sha256: "ab".repeat(32) },
    prompt: { uri: "file:///home/ann/stories.prompt.md", title: `Story ${number % prompts}`, range: [0, 3] },
    messages: [{ role: "user", content: `Tom has ${number} apples. `.repeat(8) }],
    started: new Date(1_760_000_000_000 + number * 1000).toISOString(),
  };
}

/** The lines of one run of so many tokens. */
function* linesOf(number: number, tokens: number, prompts: number): Generator<string> {
  yield line(header(number, prompts));
  for (let at = 0; at < tokens; at += BATCH) {
    const each = Array.from({ length: BATCH }, (_, index) => at + index);
    yield line({
      t: "tokens",
      at,
      kind: "text",
      ids: each.map((token) => (token * 7919) % 49_152),
      text: each.map((token) => ` word${token % 977}`),
      logprob: each.map((token) => -Math.abs(Math.sin(token + number))),
      entropy: each.map((token) => Math.abs(Math.cos(token + number))),
      ms: each.map((token) => 11 + Math.sin(token)),
    });
    const end = at + BATCH;
    if (end % TOKENS_A_STEP === 0) yield line({ t: "span", kind: "step", from: end - TOKENS_A_STEP, to: end });
  }
  yield line({ t: "exit", at: tokens, why: "end-of-thinking" });
  yield line({ t: "end", answer: `${number}`, correct: true, tokens: { total: tokens }, ms: { total: tokens * 11 } });
}

/** A folder of `count` runs over `prompts` prompts. */
export async function writeTraceFolder(folder: string, count: number, prompts: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number++)
    await writeFile(path.join(folder, `${number}.thoughts.jsonl`), [...linesOf(number, 96, prompts)].join(""));
}

/** One file of about so many bytes, of runs of `tokens` tokens each. */
export function writeTraceFile(file: string, bytes: number, tokens: number): void {
  const handle = openSync(file, "w");
  try {
    let written = 0;
    for (let number = 0; written < bytes; number++) {
      let piece = "";
      for (const each of linesOf(number, tokens, 100)) {
        piece += each;
        if (piece.length < 4_000_000) continue;
        written += writeSync(handle, piece);
        piece = "";
        if (written >= bytes) return;
      }
      written += writeSync(handle, piece);
    }
  } finally {
    closeSync(handle);
  }
}
