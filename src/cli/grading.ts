/** `grade`: whether an answer, or the one found in a text, means the expected one. */
import { extractAnswer, goldAnswer, gradeAnswer } from "../core/text/answer";
import { ActionableError } from "../core/protocol/rpc";
import type { Arguments } from "./arguments";
import { print, printJson } from "./terminal";

const VERDICTS = { right: 0, wrong: 1, unknown: 3 } as const;

/** Bytes of a text that is piped in. */
const LARGEST = 16 * 2 ** 20;

/** @returns the exit code: 0 right, 1 wrong, 3 where it cannot be told */
export async function grade({ answer: given, text, gold, json }: Arguments): Promise<number> {
  const usage = (message: string) =>
    new ActionableError("usage", message, "Run thoughtlens grade --answer A --gold B.");
  if (gold === undefined) throw usage("No expected answer was given: --gold is missing.");
  if ((given === undefined) === (text === undefined)) {
    throw usage("What is graded is one answer or one text: --answer or --text.");
  }
  const found =
    text === undefined ? undefined : extractAnswer(text === "-" ? await piped() : text, { conclusion: true });
  const answer = given ?? found?.answer;
  const right = gradeAnswer(answer, gold);
  const verdict = right === undefined ? "unknown" : right ? "right" : "wrong";
  const expected = goldAnswer(gold);
  if (json) printJson({ verdict, answer: answer ?? null, gold: expected, ...(found ? { from: found.from } : {}) });
  else if (answer === undefined) print("wrong: no answer is marked in the text");
  else print(found ? `${verdict}: ${answer}` : verdict);
  return VERDICTS[verdict];
}

/** All of standard input. @throws ActionableError where it is too large */
async function piped(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST) {
      throw new ActionableError("usage", `The text is larger than ${LARGEST / 2 ** 20} MB.`, "Give only the answer.");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
