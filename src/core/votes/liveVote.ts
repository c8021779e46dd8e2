/**
 * Votes that stop samples while they are written: what they come to is what the replay of the same vote over whole samples
 * says, and what is not needed for it is not written.
 */
import { SurenessOfTokens } from "./sureness";
import { deepConf, weightOf } from "./deepConf";
import { shortest } from "./shortest";
import { weightiest, type Outcome, type Sample } from "./vote";

export interface LiveVote {
  readonly title: string;
  /** Whether samples need not be begun any more: nothing that they could say matters. */
  readonly isOver: boolean;
  /**
   * One more token of a sample's thinking.
   * @param sample its number
   * @param entropy of the distribution that the token was chosen from; undefined where it is not known
   * @returns why it need not go on; undefined where it has to
   */
  thought(sample: number, entropy: number | undefined): string | undefined;
  /** A sample that came to its end by itself. */
  ended(sample: number, outcome: Sample): void;
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
  /** Samples that are written whole before any is stopped (16 in the paper). */
  readonly warmUp: number;
  /** The share of those whose least sure stretch is to be reached, 0 to 1 (0.9: DeepConf-high; 0.1: DeepConf-low). */
  readonly keep: number;
  /** The share of the weight with which an answer is taken for settled, 0 to 1 (0.95 in the paper). */
  readonly consensus: number;
}

const DEEPCONF_SETTINGS: DeepConfSettings = { warmUp: 4, keep: 0.9, consensus: 0.95 };

/**
 * DeepConf online (2508.15260, §3.2): a sample stops once a stretch of it is less sure than most of the first samples ever were,
 * and sampling ends once nearly all the weight is on one answer.
 */
export function liveDeepConf(settings: DeepConfSettings = DEEPCONF_SETTINGS): LiveVote {
  const { warmUp, keep, consensus } = settings;
  const through = new Map<number, Sample>();
  const tokens = new Map<number, SurenessOfTokens>();
  let threshold: number | undefined;
  return {
    title: deepConf("lowest").title,
    get isOver() {
      return through.size >= warmUp && shareOfBest(inOrder(through)) >= consensus;
    },
    thought(sample, entropy) {
      if (entropy === undefined) return undefined;
      const seen = tokens.get(sample) ?? new SurenessOfTokens();
      tokens.set(sample, seen);
      seen.push(entropy);
      const { group } = seen;
      return threshold !== undefined && group !== undefined && group < threshold
        ? "A stretch of it is less sure than the samples before were."
        : undefined;
    },
    ended(sample, outcome) {
      through.set(sample, outcome);
      if (threshold !== undefined || through.size < warmUp) return;
      const lowest = inOrder(through)
        .flatMap(({ sureness }) => (sureness === undefined ? [] : [sureness.lowest]))
        .sort((a, b) => b - a);
      // The percentile of the paper: so many of the first samples were never less sure.
      threshold = lowest[Math.max(0, Math.ceil(keep * lowest.length) - 1)];
    },
    outcome: () => deepConf("lowest").decide(inOrder(through)),
  };
}

const inOrder = (samples: ReadonlyMap<number, Sample>): Sample[] =>
  [...samples].sort(([a], [b]) => a - b).map(([, sample]) => sample);

/** Of the weight of all answers that of the weightiest. */
function shareOfBest(samples: readonly Sample[]): number {
  const weight = (sample: Sample) => weightOf(sample, "lowest");
  const all = samples.reduce((sum, sample) => sum + (sample.answer === undefined ? 0 : weight(sample)), 0);
  return all > 0 ? weightiest(samples, weight).weight / all : 0;
}
