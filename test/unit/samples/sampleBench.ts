/** A dataset run for tests: invented figures, spread by a fixed rule. */
import { fold } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import type { PanelBench } from "../../../src/core/protocol/panelApi";
import { thresholdPoints } from "../../../src/core/exits/replayCurves";
import * as samples from "./sampleTraces";

const STRATEGIES = {
  "chain-of-thought": { events: samples.chainOfThought(), wrongEvery: 13 },
  "no-thinking": { events: samples.chainOfDraft().slice(0, 4), wrongEvery: 2 },
  "chain-of-draft": { events: samples.chainOfDraft(), wrongEvery: 9 },
  deer: { events: samples.deer(), wrongEvery: 11 },
  lightthinker: { events: samples.lightThinker(), wrongEvery: 7 },
};

/** @param questions how many of the 40 questions are answered already */
export function sampleBench(questions = 40): PanelBench {
  const runs = Object.entries(STRATEGIES).flatMap(([strategy, { events, wrongEvery }], nth) => {
    const trace = fold(events);
    const figures = measure(trace);
    const points = thresholdPoints(trace);
    return Array.from({ length: questions }, (_, question) => {
      const correct = (question + nth) % wrongEvery !== 0;
      const more = 1 + ((question * 7) % 10) / 20;
      const total = Math.round(figures.tokens.total * more);
      return {
        question,
        strategy,
        answer: String(correct ? 40 + question : 40 - question),
        correct,
        figures: {
          ...figures,
          tokens: { ...figures.tokens, total },
          ms: { ...figures.ms, total: figures.ms.total * more },
        },
        ...(points.length > 0
          ? {
              replays: points.map((point) => ({
                ...point,
                tokens: point.tokens * more,
                correct: point.correct === true && (question + nth + Math.round(point.setting * 20)) % wrongEvery !== 0,
              })),
            }
          : {}),
        ...(question % 2 === 0 ? { trace: `${strategy}-${question}` } : {}),
      };
    });
  });
  return {
    data: "stories.jsonl",
    model: "test-model",
    strategies: Object.keys(STRATEGIES),
    questions: Array.from(
      { length: 40 },
      (_, question) => `Mara has ${question + 3} apples and buys some more. How many?`,
    ),
    runs,
    live: questions < 40,
  };
}
