/** `votes`: what several samples of each question come to, by every vote and for every number of samples. */
import { sampledQuestions, voteTable, type VoteTable } from "../core/votes/voteTable";
import { ActionableError } from "../core/protocol/rpc";
import { fold, type Trace } from "../core/trace/fold";
import type { Arguments } from "./arguments";
import { filesIn } from "./filesIn";
import { percent, table } from "./table";
import { print, printJson } from "./terminal";
import { ofModels, tracesOf } from "./tracesOf";

const HELP = "Run thoughtlens votes FILE… on traces of the same questions with different seeds.";
const RECORD =
  "Record samples: thoughtlens bench --data FILE --strategies chain-of-thought --option temperature=0.7 --samples N --out DIR.";

/** @returns the exit code */
export async function votes({ files, json }: Arguments): Promise<number> {
  if (files.length === 0) throw new ActionableError("usage", "No trace was named.", HELP);
  const traces: Trace[] = [];
  for (const file of await filesIn(files, HELP)) for (const events of await tracesOf(file)) traces.push(fold(events));
  const figures = voteTable(sampledQuestions(traces));
  if (figures.questions === 0) {
    throw new ActionableError(
      "votes-no-samples",
      "No question with an expected answer has more than one sample in these traces.",
      RECORD,
    );
  }
  if (json) printJson(figures);
  else print(votesText(figures));
  return 0;
}

const HEAD = ["vote", "samples", "right", "95 %", "tokens", "seconds, all at once"];

/** As a table for a terminal. */
export function votesText({ questions, models, samples, rows, missing, pass }: VoteTable): string {
  const cells = rows.map(({ title, k, accuracy, interval, tokens, ms }) => [
    title,
    `${k}`,
    percent(accuracy),
    `${(100 * interval[0]).toFixed(1)}–${(100 * interval[1]).toFixed(1)}`,
    tokens.toFixed(1),
    (ms / 1000).toFixed(2),
  ]);
  const bound = pass.map(({ k, share }) => ["any of them (pass@k)", `${k}`, percent(share)]);
  const counted = `${questions} ${questions === 1 ? "question" : "questions"} with ${samples} samples or more`;
  return [`${counted}${ofModels(models)}`, table(HEAD, [...cells, ...bound]), ...missing].join("\n");
}
