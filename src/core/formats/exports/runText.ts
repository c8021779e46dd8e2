/** A trace as other tools see a run: thinking and answer as text, trials left out but counted. */
import type { Trace } from "../../trace/fold";
import { measure, purposes } from "../../measure/metrics";
import type { TokenCounts } from "../../trace/trace";
import { foreignChecks, type ForeignCheck } from "../reading/foreignCheck";
import type { ForeignToken } from "../reading/pieces";

export interface RunText {
  /** Thinking without its tags. */
  thinking: string;
  /** Summaries of rounds, in order (InftyThink). */
  summaries: string[];
  answer: string;
  /** Tokens of thinking and answer, as exact strings that join to the texts before they are trimmed. */
  tokens: ForeignToken[];
  /** Checks, by their place in the thinking. */
  checks: ForeignCheck[];
  counts: TokenCounts;
}

const TAG = /<\/?(?:think|thinking|summary|history)>/g;

/** The text of `trace`. Latent and gist positions have none. */
export function runText(trace: Trace): RunText {
  const purpose = purposes(trace);
  let [thinking, answer] = ["", ""];
  /** Characters of thinking before each position, tags included. */
  const before: number[] = [];
  const summaries: string[] = [];
  const tokens: ForeignToken[] = [];
  // Two summaries may stand side by side: where one ends only its span says.
  const starts = new Set(trace.spans.flatMap(({ kind, from }) => (kind === "summary" ? [from] : [])));
  trace.positions.forEach((position, at) => {
    const kind = purpose[at]!;
    before.push(thinking.length);
    if (kind === "thinking") thinking += position.text;
    else if (kind === "answer") answer += position.text;
    else if (kind === "summary") {
      if (starts.has(at) || purpose[at - 1] !== "summary") summaries.push("");
      summaries[summaries.length - 1] += position.text;
    }
    if (kind === "thinking" || kind === "answer") tokens.push({ text: position.text, logprob: position.logprob });
  });
  const thought = thinking.replace(TAG, "").trim();
  const charactersAt = (at: number): number =>
    Math.min(thought.length, thinking.slice(0, before[at]).replace(TAG, "").trimStart().length);
  return {
    thinking: thought,
    summaries: summaries.map((summary) => summary.replace(TAG, "").trim()),
    answer: answer.replace(TAG, "").trim(),
    tokens,
    checks: foreignChecks(trace.checks, charactersAt),
    counts: measure(trace).tokens,
  };
}
