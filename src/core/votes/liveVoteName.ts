/** The grammar of live votes: `short-3`, `deepconf`, `deepconf-low`, and `deepconf:16` with the number of first samples. */
import { DEEPCONF_SETTINGS, liveDeepConf, liveShortest, type LiveVote } from "./liveVote";

/** The share of the first samples that others have to come up to, by the paper's names. */
const KEEP: Readonly<Record<string, number>> = { high: 0.9, low: 0.1 };

export interface NamedVote {
  /** Samples of which it stops none: with no more than these it would do nothing. */
  readonly least: number;
  /** Whether it reads how sure the model was. */
  readonly readsSureness: boolean;
  /** A new one, for the samples of one question. */
  begin(): LiveVote;
}

/** @returns undefined where the name is none of theirs */
export function liveVoteNamed(name: string): NamedVote | undefined {
  const count = /^short-([1-9]\d{0,3})$/.exec(name)?.[1];
  if (count !== undefined) {
    const m = Number(count);
    return { least: m, readsSureness: false, begin: () => liveShortest(m) };
  }
  const deepconf = /^deepconf(?:-(high|low))?(?::([1-9]\d{0,3}))?$/.exec(name);
  if (!deepconf) return undefined;
  const [, side = "high", first] = deepconf;
  const warmUp = first === undefined ? DEEPCONF_SETTINGS.warmUp : Number(first);
  const settings = { ...DEEPCONF_SETTINGS, keep: KEEP[side]!, warmUp };
  return { least: warmUp, readsSureness: true, begin: () => liveDeepConf(settings) };
}
