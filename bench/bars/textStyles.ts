/** Thinking at all, and thinking in fewer words: chain of thought, Chain of Draft, Sketch-of-Thought and its router. */
import { chainOfDraft } from "../../src/engine/strategies/chainOfDraft";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { noThinking } from "../../src/engine/strategies/noThinking";
import { sketchOfThought } from "../../src/engine/strategies/sketchOfThought";
import { runFamilies, runFamily, TEXT_FAMILIES, type Bar } from "./bar";
import { ROUTER } from "./router";
import { accuracy, costShares, pairedP, percent, points, pText, rightShare, totalTokens } from "./figures";

/** A short style against chain of thought: accuracy lost and share of its tokens, together and family by family. */
function shortStyle(topic: string, name: string, strategy: string): Bar {
  return {
    topic,
    name,
    target: "≥ CoT − 2 points at ≤ 35 % of its tokens",
    async measure(settings) {
      const cot = await runFamilies(settings, TEXT_FAMILIES, chainOfThought.id);
      const runs = await runFamilies(settings, TEXT_FAMILIES, strategy);
      const ratio = totalTokens(runs) / totalTokens(cot);
      const families: string[] = [];
      for (const family of TEXT_FAMILIES) {
        const [mine, theirs] = [
          await runFamily(settings, family, strategy),
          await runFamily(settings, family, chainOfThought.id),
        ];
        const difference = points(accuracy(mine) - accuracy(theirs));
        families.push(`${family} ${difference} at ${percent(totalTokens(mine) / totalTokens(theirs))}`);
      }
      return {
        measured: `${rightShare(runs)} against ${rightShare(cot)} (${pText(pairedP(runs, cot))}), ${percent(ratio)} of its tokens (${costShares(runs, cot)}); ${families.join(", ")}`,
        met: accuracy(runs) >= accuracy(cot) - 0.02 && ratio <= 0.35,
      };
    },
  };
}

export const TEXT_STYLES: readonly Bar[] = [
  {
    topic: "thinking",
    name: "no-thinking, arithmetic",
    target: "≤ 40 %",
    async measure(settings) {
      const runs = await runFamily(settings, "arithmetic", noThinking.id);
      return { measured: rightShare(runs), met: accuracy(runs) <= 0.4 };
    },
  },
  {
    topic: "thinking",
    name: "chain of thought, arithmetic",
    target: "≥ 95 %",
    async measure(settings) {
      const runs = await runFamily(settings, "arithmetic", chainOfThought.id);
      return {
        measured: `${rightShare(runs)}, ${totalTokens(runs).toFixed(0)} tokens`,
        met: accuracy(runs) >= 0.95,
      };
    },
  },
  shortStyle("draft", "Chain of Draft", chainOfDraft.id),
  shortStyle("sketch", "Sketch-of-Thought", sketchOfThought.id),
  ...ROUTER,
];
