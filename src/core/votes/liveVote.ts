/**
 * Votes that stop samples while they are written: what they come to is what the replay of the same vote over whole samples
 * says, and what is not needed for it is not written.
 */
import { l10n, type Sentence } from "../text/l10n";
import { GROUP, SurenessOfTokens } from "./sureness";
import { deepConf, weightOf } from "./deepConf";
import { shortest } from "./shortest";
import { weightiest, type Outcome, type Sample } from "./vote";

export interface LiveVote {
  readonly title: Sentence;
  /** Whether samples need not be begun any more: nothing that they could say matters. */
  readonly isOver: boolean;
  /**
   * One more token of a sample's thinking.
   * @param sample its number, from 1
   * @param entropy of the distribution that the token was chosen from; undefined where it is not known
   * @returns why it need not go on; undefined where it has to
   */
  thought(sample: number, entropy: number | undefined): string | undefined;
  /** A sample that came to its end by itself. */
  ended(sample: number, outcome: Sample): void;
  /** What a person should know of it, one sentence. */
  readonly remark?: string | undefined;
  /** What the samples that ended come to. */
  outcome(): Pick<Outcome, "answer" | "correct">;
}

/** short-m@k (2505.17813): a sample that has thought longer than m others that are through is none of the m shortest. */
export function liveShortest(m: number): LiveVote {
  const through = new Map<number, Sample>();
  const thought = new Map<number, number>();
  const longest = (): number | undefined => {
    const lengths = [...through.values()].map(({ thinking }) => thinking).sort((a, b) => a - b);
    return lengths[m - 1];
  };
  return {
    title: shortest(m).title,
    isOver: false,
    thought(sample) {
      const tokens = (thought.get(sample) ?? 0) + 1;
      thought.set(sample, tokens);
      const most = longest();
      return most !== undefined && tokens > most
        ? `${m} ${m === 1 ? "sample has" : "samples have"} come to an answer with less thinking.`
        : undefined;
    },
    ended: (sample, outcome) => void through.set(sample, outcome),
    outcome: () => shortest(m).decide(inOrder(through)),
  };
}

export interface DeepConfSettings {
  /** The first samples, which are written whole before any is stopped (16 in the paper). */
  readonly warmUp: number;
  /** The share of those whose least sure stretch is to be reached, 0 to 1 (0.9: DeepConf-high; 0.1: DeepConf-low). */
  readonly keep: number;
  /** The share of the weight with which an answer is taken for settled, 0 to 1 (0.95 in the paper). */
  readonly consensus: number;
}

export const DEEPCONF_SETTINGS: DeepConfSettings = { warmUp: 4, keep: 0.9, consensus: 0.95 };

/**
 * DeepConf online (2508.15260, §3.2): a sample stops once a stretch of it is less sure than most of the first samples ever were,
 * and sampling ends once nearly all the weight is on one answer. Samples are numbered from 1.
 */
export function liveDeepConf(settings: DeepConfSettings = DEEPCONF_SETTINGS): LiveVote {
  const { warmUp, keep, consensus } = settings;
  const through = new Map<number, Sample>();
  const tokens = new Map<number, SurenessOfTokens>();
  const isFirst = (sample: number): boolean => sample <= warmUp;
  const threshold = (): number | undefined => {
    const first = inOrder(through, isFirst);
    if (first.length < warmUp) return undefined;
    const lowest = first.flatMap(({ sureness }) => sureness?.lowest ?? []).sort((a, b) => b - a);
    // The percentile of the paper: so many of the first samples were never less sure.
    return lowest[Math.max(0, Math.ceil(keep * lowest.length) - 1)];
  };
  let least: number | undefined;
  let isSettled = false;
  /** Those that are not less sure than was asked of the first ones, of which not all may be; another may have ended before these did. */
  const voting = (): Sample[] => inOrder(through, (_, { sureness, thinking }) => !isLess(sureness?.lowest, thinking));
  // A chain that is shorter than a stretch has none that could be less sure.
  const isLess = (lowest: number | undefined, thinking: number): boolean =>
    least !== undefined && lowest !== undefined && thinking >= GROUP && lowest < least;
  return {
    title: l10n.later`DeepConf, stopping below the first ${warmUp}`,
    get isOver() {
      return isSettled;
    },
    get remark() {
      const read = [...through.values()].some(({ sureness }) => sureness !== undefined);
      return through.size === 0 || read ? undefined : withoutSureness();
    },
    thought(sample, entropy) {
      if (entropy === undefined || isFirst(sample)) return undefined;
      const seen = tokens.get(sample) ?? new SurenessOfTokens();
      tokens.set(sample, seen);
      seen.push(entropy);
      const { lowest } = seen;
      return least !== undefined && lowest !== undefined && lowest < least
        ? `A stretch of it is less sure than the first ${warmUp} samples were.`
        : undefined;
    },
    ended(sample, outcome) {
      through.set(sample, outcome);
      least ??= threshold();
      const votes = voting();
      // One vote agrees with itself.
      isSettled = least !== undefined && votes.length > 1 && shareOfBest(votes) >= consensus;
    },
    outcome: () => deepConf("lowest").decide(voting()),
  };
}

const withoutSureness = (): string =>
  l10n.t("The samples do not hold how sure the model was of its tokens, so DeepConf stops none of them.");

const inOrder = (
  samples: ReadonlyMap<number, Sample>,
  counts: (n: number, sample: Sample) => boolean = () => true,
): Sample[] =>
  [...samples]
    .filter(([n, sample]) => counts(n, sample))
    .sort(([a], [b]) => a - b)
    .map(([, sample]) => sample);

/** Of the weight of all answers that of the weightiest. */
function shareOfBest(samples: readonly Sample[]): number {
  const weight = (sample: Sample) => weightOf(sample, "lowest");
  const all = samples.reduce((sum, sample) => sum + (sample.answer === undefined ? 0 : weight(sample)), 0);
  return all > 0 ? weightiest(samples, weight).weight / all : 0;
}
