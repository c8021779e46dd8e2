/** How tests run every strategy on a tiny model that was trained for none. */

/** Tokens that its vocabulary happens to have, for methods that models are trained for. */
export const TOKENS = {
  compress: "<think>",
  gists: ["</think>"],
  go: "<|im_start|>",
  begin: "<|im_start|>",
  end: "<|im_end|>",
  pause: "<|im_start|>",
};

/** Options under which a run is short, by strategy. */
export const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  lightthinker: { schedule: "token", every: 5 },
  coconut: { steps: 3, answers: true },
  "coconut-pause": { steps: 3 },
  budget: { tokens: 12 },
  effort: { by: "instruction", level: "low" },
  inftythink: { protocol: "trained", roundTokens: 16, summaryTokens: 8, maxRounds: 3 },
  "chain-of-draft": { shots: 1 },
  "sketch-of-thought": { shots: 1 },
  "entropy-after-thinking": { checkAt: "line" },
};

/** These need files of their own; suites of their own run them. */
export const ELSEWHERE: readonly string[] = ["probe", "softcot"];
