/** The router of Sketch-of-Thought that ships: on the families' problems, on questions in forms it never saw, on other people's. */
import path from "node:path";
import { loadRouter, PARADIGMS, type Paradigm } from "../../src/engine/routing/paradigmRouter";
import type { Question } from "../../src/engine/runs/datasetRun";
import { GSM8K, problems, questionsOf, routerQuestions, type Family, type RouterSet } from "../datasets";
import { POCKET_FOLDER } from "../runner";
import { TEXT_FAMILIES, type Bar, type Settings } from "./bar";
import { percent } from "./figures";

const PARADIGM_OF: Record<Family, Paradigm> = {
  arithmetic: "chunked_symbolism",
  "long-arithmetic": "chunked_symbolism",
  prosqa: "conceptual_chaining",
  triage: "expert_lexicons",
};

/** Each of its questions with the paradigm that suits it as the answer. */
type Asked = Pick<Question, "question" | "answer">[];

/** The share of each paradigm's questions that the router sends there, the share of all, and the error of its probabilities. */
async function routed(asked: Asked): Promise<{ share: number; least: number; measured: string }> {
  const route = await loadRouter(path.join(POCKET_FOLDER, "router", "router.json"));
  const picks = asked.map(({ question, answer }) => {
    const [[picked, probability]] = route(question).scores as [[Paradigm, number]];
    return { paradigm: answer, right: picked === answer, probability };
  });
  const shareOf = (some: typeof picks) => some.filter(({ right }) => right).length / some.length;
  const classes = PARADIGMS.map((paradigm) => ({
    paradigm,
    picks: picks.filter((pick) => pick.paradigm === paradigm),
  })).filter((each) => each.picks.length > 0);
  const share = shareOf(picks);
  return {
    share,
    least: Math.min(...classes.map((each) => shareOf(each.picks))),
    measured: `${percent(share)} (n=${picks.length}); ${classes.map((each) => `${each.paradigm} ${percent(shareOf(each.picks))}`).join(", ")}; calibration error ${calibrationError(picks).toFixed(3)}`,
  };
}

/** Expected calibration error over ten bins of equal width. */
function calibrationError(picks: readonly { right: boolean; probability: number }[]): number {
  const bins = Array.from({ length: 10 }, () => ({ right: 0, probability: 0 }));
  for (const { right, probability } of picks) {
    const bin = bins[Math.min(9, Math.floor(probability * 10))]!;
    bin.right += Number(right);
    bin.probability += probability;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.probability - bin.right), 0) / picks.length;
}

function heldOutForms(set: RouterSet, which: string): Bar {
  return {
    topic: "router",
    name: `paradigm router, forms never trained on: ${set} (${which})`,
    model: "router",
    target: "≥ 90 %, no paradigm below 85 %",
    async measure() {
      const { share, least, measured } = await routed(routerQuestions(set));
      return { measured, met: share >= 0.9 && least >= 0.85 };
    },
  };
}

export const ROUTER: readonly Bar[] = [
  {
    topic: "router",
    name: "paradigm router",
    model: "router",
    target: "≥ 97 %",
    async measure({ limit }: Settings) {
      const asked = TEXT_FAMILIES.flatMap((family) =>
        problems(family, "test", limit).map(({ question }) => ({ question, answer: PARADIGM_OF[family] })),
      );
      const { share, measured } = await routed(asked);
      return { measured, met: share >= 0.97 };
    },
  },
  heldOutForms("fresh", "60 forms, new words"),
  heldOutForms("middle", "48 forms, new words, looked at once"),
  heldOutForms("older", "18 forms, some words known"),
  {
    topic: "router",
    name: "paradigm router, other people's questions: GSM8K (training file)",
    model: "router",
    target: "≥ 90 % to chunked_symbolism",
    async measure() {
      const asked = questionsOf(GSM8K, Infinity).map(({ question }) => ({ question, answer: "chunked_symbolism" }));
      const { share, measured } = await routed(asked);
      return { measured, met: share >= 0.9 };
    },
  },
];
