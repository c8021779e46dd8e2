/** Collecting what a probe learns from, question by question, into a file from which a cancelled collection goes on. */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { halfPrecisionBase64, vectorFromBase64 } from "../../core/trace/vector";
import { diskError } from "../../disk/diskError";
import { LineFile } from "../../disk/lineFile";
import { replaceFile } from "../../disk/wholeFile";
import type { Question } from "../runs/datasetRun";
import type { ProbeQuestion } from "./examples";
import { l10n } from "../../core/text/l10n";

/** `options` are those of decoding, as JSON; `trial` is how an answer is asked for. */
const header = z.object({
  model: z.string(),
  checkAt: z.string(),
  data: z.string(),
  options: z.string(),
  trial: z.string(),
});
/** What examples belong to; with anything else they are of no use. */
type CollectionKey = z.infer<typeof header>;

const row = z.object({
  question: z.int().min(0),
  thinking: z.number(),
  correct: z.boolean(),
  examples: z.array(z.object({ state: z.string(), right: z.boolean(), at: z.number() })),
});

function readLine<T>(schema: z.ZodType<T>, line: string | undefined): T | undefined {
  try {
    return schema.parse(JSON.parse(line ?? ""));
  } catch {
    return undefined;
  }
}

/** Questions collected earlier under the same key, by index; nothing where the file is missing, foreign or cut. */
async function readCollected(file: string, key: CollectionKey): Promise<Map<number, ProbeQuestion>> {
  const [first, ...rest] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  const found = readLine(header, first);
  const collected = new Map<number, ProbeQuestion>();
  const isOurs = (Object.keys(key) as (keyof CollectionKey)[]).every((name) => found?.[name] === key[name]);
  if (!isOurs) return collected;
  for (const line of rest) {
    const parsed = readLine(row, line);
    if (!parsed) continue;
    const examples = parsed.examples.map((each) => ({ ...each, state: vectorFromBase64(each.state) }));
    collected.set(parsed.question, { examples, thinking: parsed.thinking, correct: parsed.correct });
  }
  return collected;
}

/**
 * @param file examples are appended to, one line a question; a file of another model, dataset, checkpoint rule, options or trial is begun anew
 * @param collect runs one question
 * @param progress called with the number of questions done
 * @throws ActionableError `probe-…` where the disk refuses
 */
export async function collectQuestions(
  file: string,
  key: CollectionKey,
  questions: readonly Question[],
  collect: (question: Question) => Promise<ProbeQuestion>,
  { signal, progress }: { signal?: AbortSignal; progress?: (done: number) => void } = {},
): Promise<ProbeQuestion[]> {
  const collected = await readCollected(file, key);
  const orRefused = <T>(writing: Promise<T>): Promise<T> =>
    writing.catch((error: unknown) => {
      throw diskError(error, file, EXAMPLES);
    });
  if (collected.size === 0) await orRefused(replaceFile(file, `${JSON.stringify(key)}\n`));
  const lines = await orRefused(LineFile.open(file));
  try {
    const all: ProbeQuestion[] = [];
    for (const [index, question] of questions.entries()) {
      signal?.throwIfAborted();
      let one = collected.get(index);
      if (!one) {
        one = await collect(question);
        signal?.throwIfAborted();
        const { thinking, correct } = one;
        const examples = one.examples.map((each) => ({ ...each, state: halfPrecisionBase64(each.state) }));
        await orRefused(lines.append(`${JSON.stringify({ question: index, thinking, correct, examples })}\n`));
      }
      all.push(one);
      progress?.(index + 1);
    }
    return all;
  } finally {
    await lines.close();
  }
}

const EXAMPLES = {
  what: l10n.later`The probe's examples`,
  code: "probe",
  elsewhere: l10n.later`name another file for the probe`,
};
