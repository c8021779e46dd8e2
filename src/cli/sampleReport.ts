/** What several samples of one question come to, as text for a terminal and as an object. */
import { groupAnswers, lengthsOf, partings, type GroupedSample } from "../core/votes/sampleGroup";
import type { LiveVote } from "../core/votes/liveVote";
import { VOTES } from "../core/votes/voteTable";
import { mark, percent, table } from "./table";
import { inEnglish } from "../core/text/l10n";

/** Answers in a table: a thousand samples may have a thousand. */
const MOST_ANSWERS = 12;

/** Undefined where no sample came to its end. */
function votesOf(samples: readonly GroupedSample[]) {
  const whole = samples.filter(({ stopped }) => stopped === undefined);
  if (whole.length === 0) return [];
  const hasSureness = whole.some(({ sureness }) => sureness !== undefined);
  return VOTES.filter(({ readsSureness }) => hasSureness || readsSureness !== true).map((vote) => {
    const { answer, correct, tokens, ms } = vote.decide(whole);
    return {
      vote: vote.id,
      title: inEnglish(vote.title),
      answer: answer ?? null,
      correct: correct ?? null,
      tokens,
      ms,
    };
  });
}

export function sampleSummary(samples: readonly GroupedSample[], asked: number, vote: LiveVote | undefined) {
  const answers = groupAnswers(samples);
  const decided = vote?.outcome();
  return {
    asked,
    drawn: samples.length,
    stopped: samples.filter(({ stopped }) => stopped !== undefined).length,
    answers: answers.map(({ answer, correct, samples: by, share }) => ({
      ...{ answer: answer ?? null, correct: correct ?? null, samples: by, share },
    })),
    // Those of samples that were stopped were written as well.
    tokens: samples.reduce((sum, { tokens }) => sum + tokens, 0),
    lengths: lengthsOf(samples),
    partings: partings(samples),
    // What was stopped has no answer, so that other votes have nothing to say.
    votes: vote ? [] : votesOf(samples),
    vote: vote && {
      ...{ title: inEnglish(vote.title), answer: decided?.answer ?? null, correct: decided?.correct ?? null },
      ...(vote.remark === undefined ? {} : { remark: vote.remark }),
    },
  };
}

type Summary = ReturnType<typeof sampleSummary>;

export function summaryText(name: string, summary: Summary): string {
  const { asked, drawn, stopped, answers, tokens, lengths, votes, vote } = summary;
  const counts = [
    `${drawn} sample${drawn === 1 ? "" : "s"}`,
    ...(drawn < asked ? [`${asked - drawn} more not needed`] : []),
    ...(stopped > 0 ? [`${stopped} stopped before their end`] : []),
  ];
  const shown = answers.slice(0, MOST_ANSWERS);
  const rest = answers.slice(MOST_ANSWERS).reduce((sum, { samples }) => sum + samples.length, 0);
  const rows = shown.map(({ answer, correct, samples, share }) => [
    answer ?? "none",
    `${samples.length}`,
    percent(share),
    mark(correct ?? undefined),
  ]);
  return [
    `${name}: ${counts.join(", ")}; ${lengths.least} to ${lengths.most} tokens, ${lengths.middle} in the middle, ${tokens} in all; ${partingSentence(summary)}`,
    table(["answer", "samples", "share", "right"], rest > 0 ? [...rows, ["others", `${rest}`]] : rows),
    ...(vote ? [`By ${vote.title}: ${vote.answer ?? "no answer"} ${mark(vote.correct ?? undefined)}`] : []),
    ...(vote?.remark === undefined ? [] : [vote.remark]),
    ...(votes.length > 0
      ? [
          table(
            ["vote", "answer", "right", "tokens", "seconds, all at once"],
            votes.map(({ title, answer, correct, tokens, ms }) => [
              ...[title, answer ?? "none", mark(correct ?? undefined), `${tokens}`, (ms / 1000).toFixed(2)],
            ]),
          ),
        ]
      : []),
  ].join("\n");
}

/** Where samples part from the ones before them. */
function partingSentence({ partings: points, drawn }: Summary): string {
  if (drawn < 2) return "there is nothing to part from";
  // The first has nothing before it, and counts at no token.
  const half = points.find(({ texts }) => texts > drawn / 2)?.at ?? 0;
  return `half of them have parted from all others by token ${half}`;
}
