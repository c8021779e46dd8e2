/** The registry: every strategy that can be run. A new one is a file beside this and a row here. */
import * as z from "zod";
import type { CapabilityRow, StrategyInfo, StrategyRow } from "../../core/protocol/engineApi";
import type { JsonSchema } from "../../core/trace/jsonSchema";
import { ActionableError } from "../../core/protocol/rpc";
import type { MethodManifest } from "../decoding/model";
import { decodingOptions } from "../decoding/options";
import { budget } from "./budget";
import { chainOfDraft } from "./chainOfDraft";
import { chainOfThought } from "./chainOfThought";
import { coconut } from "./coconut";
import { deer } from "./deer";
import { entropyAfterThinking } from "./entropyAfterThinking";
import { inftyThink } from "./inftyThink";
import { lightThinker } from "./lightThinker";
import { noThinking } from "./noThinking";
import { pauseTokens } from "./pauseTokens";
import { probe } from "./probe";
import { sketchOfThought } from "./sketchOfThought";
import { softCot } from "./softCot";
import type { Strategy } from "./strategy";

export const STRATEGIES: readonly Strategy[] = [
  chainOfThought,
  noThinking,
  budget,
  chainOfDraft,
  sketchOfThought,
  deer,
  probe,
  entropyAfterThinking,
  inftyThink,
  lightThinker,
  coconut,
  pauseTokens,
  softCot,
];

/** The strategy of this id; undefined where it is none of ours, as a trace from elsewhere may name. */
export const findStrategy = (id: string): Strategy | undefined => STRATEGIES.find((strategy) => strategy.id === id);

/** @throws ActionableError `strategy-unknown` */
export function registered(id: string): Strategy {
  const found = findStrategy(id);
  if (found) return found;
  throw new ActionableError(
    "strategy-unknown",
    `There is no strategy “${id}”.`,
    `Choose one of ${STRATEGIES.map((each) => each.id).join(", ")}.`,
  );
}

/** Every strategy as the other processes see it. */
export function strategyInfos(): StrategyInfo[] {
  return STRATEGIES.map(({ id, title, summary, paper, needs, options }) => ({
    id,
    title,
    summary,
    paper,
    needs: [...needs],
    options: z.toJSONSchema(z.object({ ...options.shape, ...decodingOptions.shape }), { io: "input" }) as JsonSchema,
  }));
}

/** What the options of a strategy are called, those of decoding last. @throws ActionableError `strategy-unknown` */
export const optionNames = (id: string): string[] => [
  ...new Set([...Object.keys(registered(id).options.shape), ...Object.keys(decodingOptions.shape)]),
];

/** Why `strategy` cannot run with these capabilities, or undefined when it can. */
export function whyNot(
  strategy: Strategy,
  capabilities: readonly CapabilityRow[],
  manifest: MethodManifest | undefined,
): string | undefined {
  for (const need of strategy.needs) {
    const row = capabilities.find((each) => each.capability === need);
    if (!row?.has) return row?.reason ?? `The model has no ${need}.`;
  }
  return strategy.trainedFor && !manifest?.methods[strategy.id]
    ? `The model was not trained for ${strategy.title} (its thoughtlens.json does not name the method).`
    : undefined;
}

/** Whether only a model that was trained for it can run the strategy. @throws ActionableError `strategy-unknown` */
export function isTrainedFor(id: string): boolean {
  return registered(id).trainedFor ?? false;
}

/** The method that a model has to be trained for to run the strategy; undefined where any model runs it, or none is called so. */
export function methodOf(id: string): string | undefined {
  return STRATEGIES.find((strategy) => strategy.id === id && strategy.trainedFor)?.id;
}

/** Which strategies a model with these capabilities can run. */
export function strategyRows(
  capabilities: readonly CapabilityRow[],
  manifest: MethodManifest | undefined,
): StrategyRow[] {
  return STRATEGIES.map((strategy) => {
    const reason = whyNot(strategy, capabilities, manifest);
    return { id: strategy.id, runs: reason === undefined, reason: reason ?? "" };
  });
}
