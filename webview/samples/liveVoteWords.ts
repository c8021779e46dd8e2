/** What the live vote over samples comes to, as far as they are there. */
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import { inWords, l10n } from "../../src/core/text/l10n";
import { liveVoteNamed } from "../../src/core/votes/liveVoteName";
import type { GroupedSample } from "../../src/core/votes/sampleGroup";
import { formatCount } from "../dom/quantities";
import { answerWords } from "../figures/sampleFigures";

/** @returns undefined where there is no vote of this name, or no sample yet */
export function liveVoteWords(name: string, samples: readonly GroupedSample[]) {
  const vote = liveVoteNamed(name)?.begin();
  const whole = samples.filter(({ stopped }) => stopped === undefined);
  if (!vote || whole.length === 0) return undefined;
  for (const sample of whole.toSorted((a, b) => a.n - b.n)) vote.ended(sample.n, sample);
  const { answer, correct } = vote.outcome();
  const sign = correct === undefined ? "" : ` ${VERDICT_SIGNS[correct ? "right" : "wrong"]}`;
  const tokens = samples.reduce((sum, each) => sum + each.tokens, 0);
  const stopped = samples.length - whole.length;
  const sentences = [
    l10n.t("By {0}: {1}{2}.", inWords(vote.title), answerWords(answer), sign),
    l10n.t(
      "{0} of {1} samples were stopped before their end; {2} tokens were written in all.",
      formatCount(stopped),
      formatCount(samples.length),
      formatCount(tokens),
    ),
    ...(vote.remark === undefined ? [] : [vote.remark]),
  ];
  return { isOver: vote.isOver, sentence: sentences.join(" ") };
}
