/** Stopping early: DEER with its control, and the hidden-state probe. */
import { calibrationError, rocAuc, type Scored } from "../../src/core/measure/reliability";
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { budget } from "../../src/engine/strategies/budget";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { deer } from "../../src/engine/strategies/deer";
import { probe } from "../../src/engine/strategies/probe";
import { againstBaseline } from "./againstBaseline";
import { control, runFamily, type Bar, type Reached, type Settings, type Test } from "./bar";
import { better, byFamily } from "./families";
import { budgetOfMean, difference, percent, rightShare, thinkingTokens } from "./figures";
import type { Family } from "../datasets";
import { coverage, pointsOf, SPLITS, trialPoints } from "./trialPoints";

/** An early exit against chain of thought: what it loses and its share of the thinking, each family by itself. */
function exitBar(topic: string, name: string, most: number): Bar {
  return {
    topic,
    name,
    model: "base",
    target: `in each family ≥ CoT − 0.5 points at ≤ ${most * 100} % of the thinking tokens, trials counted`,
    measure: (settings) =>
      againstBaseline(settings, name, topic, {
        lost: 0.005,
        most,
        cost: thinkingTokens,
        costName: "of the thinking tokens",
      }),
  };
}

/** Thinking cut at one length, chosen so that its mean is that of DEER on the family. */
async function cutAtSameMean(settings: Settings, family: Family): Promise<DatasetRun[]> {
  const cot = await runFamily(settings, family, chainOfThought.id);
  const wanted = thinkingTokens(await runFamily(settings, family, deer.id));
  const tokens = budgetOfMean(
    cot.map((each) => each.figures.tokens.thinking),
    wanted,
  );
  return runFamily(settings, family, budget.id, { tokens });
}

const qualityOf = (scored: readonly Scored[]): string =>
  `AUC ${rocAuc(scored).toFixed(3)}, ECE ${calibrationError(scored).toFixed(3)} (${scored.length} points)`;

/** A probe's probabilities held to the bar in each family: together, what tells families apart passes for what tells answers apart. */
export function probeQuality(families: ReadonlyMap<string, readonly Scored[]>): Reached {
  const told = [...families, ["all", [...families.values()].flat()] as const];
  return {
    measured: told.map(([family, scored]) => `${family} ${qualityOf(scored)}`).join("; "),
    met: [...families.values()].every((scored) => rocAuc(scored) >= 0.9 && calibrationError(scored) <= 0.05),
  };
}

const wrongOf = ({ exits, wrong }: { exits: number; wrong: number }): string =>
  exits === 0 ? "no exit" : percent(wrong / exits);

export const EARLY_EXITS: readonly Bar[] = [
  exitBar(deer.id, "DEER", 0.65),
  {
    topic: deer.id,
    name: "DEER against truncation at the same mean length",
    model: "base",
    target: "in each family better, p < 0.05 by Holm",
    async measure(settings) {
      const compared = await byFamily(
        (family) => runFamily(settings, family, deer.id),
        (family) => cutAtSameMean(settings, family),
      );
      const figures = (runs: readonly DatasetRun[]) =>
        `${rightShare(runs)} at ${thinkingTokens(runs).toFixed(0)} tokens`;
      return better("DEER", [{ other: "truncation", compared }], figures);
    },
  },
  {
    topic: deer.id,
    name: "DEER's control, arithmetic and triage: the base tuned on chains that check nothing and stop where the answer is said",
    model: "no-rechecks",
    target: "shown beside DEER",
    isControl: true,
    async measure(settings) {
      const families: string[] = [];
      const tests: Test[] = [];
      for (const family of ["arithmetic", "triage"] as const) {
        const model = control("no-rechecks");
        const cot = await runFamily(settings, family, chainOfThought.id);
        const plain = await runFamily(settings, family, chainOfThought.id, {}, model);
        const [exits, plainExits] = [
          await runFamily(settings, family, deer.id),
          await runFamily(settings, family, deer.id, {}, model),
        ];
        const saved = 1 - thinkingTokens(exits) / thinkingTokens(cot);
        const dropped = 1 - thinkingTokens(plain) / thinkingTokens(cot);
        const [ofPlain, ofExits] = [difference(plain, cot), difference(plainExits, plain)];
        families.push(
          `${family}: chain of thought ${rightShare(plain)}, ${ofPlain.text} to the base's, at ${percent(1 - dropped)} of its thinking, DEER on it ${rightShare(plainExits)}, ${ofExits.text}, at ${percent(thinkingTokens(plainExits) / thinkingTokens(plain))} of that; on the base DEER saves ${percent(saved)}, leaving out re-checks by itself ${percent(dropped)}`,
        );
        tests.push(
          { what: `chain of thought without re-checks, the base's, ${family}`, p: ofPlain.p },
          { what: `DEER without re-checks, chain of thought without them, ${family}`, p: ofExits.p },
        );
      }
      return { measured: families.join("; "), met: undefined, tests };
    },
  },
  {
    topic: probe.id,
    name: "probe on held-out trial points",
    model: "base",
    target: "in each family AUC ≥ 0.90, ECE ≤ 0.05",
    measure: async (settings) => probeQuality(pointsOf(await trialPoints(settings))),
  },
  exitBar(probe.id, "probe", 0.7),
  {
    topic: probe.id,
    name: "threshold for a risk, kept on questions that it was not chosen on",
    model: "base",
    target: "at most 5 % of exits wrong in ≥ 95 of 100 splits of ≥ 2000 checkpoints, with 95 % confidence",
    async measure(settings) {
      const { probe: trained, families } = await trialPoints(settings);
      const { kept, chosen, wrong, thinking, checkpoints, families: told } = coverage(trained, families);
      const wrongByFamily = told.map((each) => `${each.family} ${wrongOf(each)}`).join(", ");
      return {
        measured: `kept in ${kept} of ${SPLITS} splits of ${checkpoints} checkpoints; a threshold found in ${chosen}, where ${percent(wrong)} of exits were wrong at ${percent(thinking)} of the thinking tokens; promised of all together, and wrong of each family's exits: ${wrongByFamily}`,
        met: kept >= 95 && checkpoints >= 2000,
      };
    },
  },
];
