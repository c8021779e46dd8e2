/** Gists that a model writes itself where a thought ends (AnLLM, 2402.07616): others follow a mark that asks for them (LightThinker). */
import type { Trace } from "../trace/fold";

/** Whether the token at `at` is the one gist of the thought before it. */
export const isOwnGist = ({ evictions }: Trace, at: number): boolean =>
  evictions.some(({ to, kept }) => to === at && kept === 1);
