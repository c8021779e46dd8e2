/** Samples of one question for tests: invented, spread by a seeded chance. */
import type { PanelSamples } from "../../../src/core/protocol/panelApi";
import { seededRandom } from "../../../src/core/measure/random";
import type { GroupedSample } from "../../../src/core/votes/sampleGroup";

const ANSWERS = ["42", "42", "42", "36", "36", "24", "41"];

/** @param count of them; every ninth was stopped before its end */
export function sampleGroup(count: number, live = false): PanelSamples {
  const random = seededRandom(7);
  const samples = Array.from({ length: count }, (_, at): GroupedSample => {
    const n = at + 1;
    const place = Math.floor(random() * ANSWERS.length);
    const answer = ANSWERS[place]!;
    const thinking = 30 + Math.floor(random() * 160);
    const mean = -0.2 - random();
    const isStopped = n % 9 === 0;
    return {
      run: `sample-${n}`,
      ...{ n, seed: at, thinking, tokens: thinking + 12, ms: 40 * thinking },
      answer: isStopped ? undefined : answer,
      correct: isStopped ? undefined : answer === "42",
      meaning: isStopped ? undefined : ANSWERS.indexOf(answer),
      sureness: { mean, lowest: mean - 0.4, tail: mean + 0.1 },
      stopped: isStopped ? "3 samples have come to an answer with less thinking." : undefined,
      shared: at === 0 ? 0 : Math.floor(random() * 30),
      sharedWith: at === 0 ? undefined : 1 + Math.floor(random() * at),
    };
  });
  const asked = live ? count + 4 : count;
  return { question: "Mara's apples", model: "pocket", strategy: "Chain of Thought", asked, samples, live };
}
