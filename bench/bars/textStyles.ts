/** Thinking at all, and thinking in fewer words: chain of thought, Chain of Draft, Sketch-of-Thought and its router. */
import { chainOfDraft } from "../../src/engine/strategies/chainOfDraft";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { noThinking } from "../../src/engine/strategies/noThinking";
import { sketchOfThought } from "../../src/engine/strategies/sketchOfThought";
import { againstBaseline } from "./againstBaseline";
import { runFamily, type Bar } from "./bar";
import { ROUTER } from "./router";
import { accuracy, rightShare, totalTokens } from "./figures";

/** A short style against chain of thought: what it wins or loses and its share of the tokens, each family by itself. */
function shortStyle(topic: string, name: string, strategy: string): Bar {
  return {
    topic,
    name,
    model: "base",
    target: "in each family ≥ CoT − 2 points at ≤ 35 % of its tokens",
    measure: (settings) =>
      againstBaseline(settings, name, strategy, {
        lost: 0.02,
        most: 0.35,
        cost: totalTokens,
        costName: "of its tokens",
      }),
  };
}

export const TEXT_STYLES: readonly Bar[] = [
  {
    topic: "thinking",
    name: "no-thinking, arithmetic",
    model: "base",
    target: "≤ 40 %",
    async measure(settings) {
      const runs = await runFamily(settings, "arithmetic", noThinking.id);
      return { measured: rightShare(runs), met: accuracy(runs) <= 0.4 };
    },
  },
  {
    topic: "thinking",
    name: "chain of thought, arithmetic",
    model: "base",
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
