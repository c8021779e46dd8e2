/** What a scored trace comes to, as an object and as text for a terminal. */
import type { Trace } from "../core/trace/fold";
import { measure, purposes, type Figures } from "../core/measure/metrics";
import { replay } from "../core/exits/replay";
import { scoreOf } from "../core/exits/rules";
import { shorten } from "../core/text/shorten";
import { strategyTitle } from "../core/catalogue";
import { mark, percent, table } from "./table";

interface CheckReport {
  by: string;
  /** Thinking tokens before it, and their share of all, 0 to 1. */
  thinking: number;
  share: number;
  answer: string | null;
  /** What the rule compares with its threshold, and which signal that is. */
  score: number | null;
  signal: string | null;
  /** In the answer, as the trial or the probe found it, 0 to 1; null for rules that compare something else. */
  confidence: number | null;
  threshold: number | null;
  correct: boolean | null;
}

/** Where checks of one kind would have stopped thinking first. */
interface StopReport {
  by: string;
  checks: number;
  stop: CheckReport | null;
}

export interface ScoreReport {
  title: string;
  /** The run that was scored, and the model that wrote it. */
  run: string;
  writer: string;
  /** The model that read it. */
  reader: string;
  /** The run's own. */
  answer: string | null;
  correct: boolean | null;
  /** exp of the mean negative log-probability of what the writer chose. */
  perplexity: number | null;
  tokens: Figures["tokens"];
  ms: Figures["ms"];
  checks: CheckReport[];
  stops: StopReport[];
  notes: string[];
  /** The file, where the trace was kept. */
  trace: string | null;
}

const LONGEST_TITLE = 60;

/** @param file where the scored trace was kept */
export function scoreReport(trace: Trace, file: string | undefined): ScoreReport {
  const { header } = trace;
  const { answer, correct, tokens, ms } = measure(trace);
  const checks = checkReports(trace);
  const kinds = [...new Set(trace.checks.map(({ by }) => by))];
  const question = header?.messages.findLast(({ role }) => role === "user")?.content ?? "";
  const title = (header?.prompt.title || question).replace(/\s+/g, " ").trim();
  return {
    title: title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title || "Trace",
    run: header?.scored?.run ?? "",
    writer: header?.scored?.model ?? "",
    reader: header?.model.id ?? "",
    answer: answer ?? null,
    correct: correct ?? null,
    perplexity: perplexity(trace),
    tokens,
    ms,
    checks,
    stops: kinds.map((by) => ({
      by,
      checks: checks.filter((check) => check.by === by).length,
      stop: stopOf(trace, checks, by),
    })),
    notes: trace.notes.filter(({ level }) => level === "warning").map(({ message }) => message),
    trace: file ?? null,
  };
}

/** The check at which a rule would have stopped; one that tries no answer is told by another at the same place. */
function stopOf(trace: Trace, checks: readonly CheckReport[], by: string): CheckReport | null {
  const { check, answer, correct } = replay(trace, { by });
  const stop = check === undefined ? undefined : checks[check];
  return stop ? { ...stop, answer: answer ?? null, correct: correct ?? null } : null;
}

function checkReports(trace: Trace): CheckReport[] {
  const thinking = [0];
  for (const purpose of purposes(trace)) thinking.push(thinking.at(-1)! + (purpose === "thinking" ? 1 : 0));
  const total = Math.max(1, thinking.at(-1)!);
  return trace.checks.map((check) => {
    const { by, at, answer, threshold, correct } = check;
    const score = scoreOf(check);
    const before = thinking[Math.min(at, thinking.length - 1)]!;
    return {
      by,
      thinking: before,
      share: before / total,
      answer: answer ?? null,
      score: score?.value ?? null,
      signal: score?.signal ?? null,
      confidence: score?.unit === "probability" ? score.value : null,
      threshold: threshold ?? null,
      correct: correct ?? null,
    };
  });
}

/** Of tokens that the writer chose; trial answers are the reader's own. */
function perplexity(trace: Trace): number | null {
  const purpose = purposes(trace);
  const known = trace.positions.flatMap(({ kind, logprob }, at) =>
    kind === "text" && purpose[at] !== "trial" && logprob !== undefined ? [logprob] : [],
  );
  return known.length === 0 ? null : Math.exp(-known.reduce((sum, logprob) => sum + logprob, 0) / known.length);
}

/** The report as a person reads it. */
export function scoreText(report: ScoreReport): string {
  const { title, writer, reader, checks, stops, notes, trace, tokens } = report;
  // Where rules that compare something else stop stands in the sentences below.
  const sure = checks.filter(({ confidence }) => confidence !== null);
  const rows = sure.map((check) => [
    String(check.thinking),
    percent(check.share),
    strategyTitle(check.by),
    check.answer ?? "–",
    check.confidence?.toFixed(3) ?? "–",
    mark(check.correct ?? undefined),
  ]);
  return [
    shorten(`${title}: written by ${writer}, read by ${reader}`, 200),
    ...(rows.length > 0 ? [table(["thinking", "share", "by", "answer", "confidence", "right"], rows)] : []),
    `${tokens.thinking} thinking tokens, perplexity ${report.perplexity?.toFixed(2) ?? "–"}, ` +
      `${tokens.trial} tokens of trial answers; the run's answer: ${shorten(report.answer ?? "none", 100)} ${mark(report.correct ?? undefined)}`,
    ...stops.map(stopSentence),
    ...notes,
    ...(trace === null ? [] : [trace]),
  ].join("\n");
}

function stopSentence({ by, checks, stop }: StopReport): string {
  const name = strategyTitle(by);
  if (!stop) return `${name} would not have stopped (${checks} ${checks === 1 ? "check" : "checks"}).`;
  const answer = stop.answer === null ? "" : `, with the answer ${shorten(stop.answer, 100)}`;
  const right = stop.correct === null ? "" : ` ${mark(stop.correct)}`;
  return `${name} could have stopped after ${stop.thinking} thinking tokens, ${percent(stop.share)} of them${answer}${right}.`;
}
