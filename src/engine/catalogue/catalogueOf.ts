/** The catalogue that every process reads (`core/catalogue`), from the registry. */
import type { Catalogue, StrategyFacts } from "../../core/catalogue";
import { SCORING } from "../scoring/scoring";
import { STRATEGIES } from "../strategies";
import type { Strategy } from "../strategies/strategy";

/** Facts alone: what a strategy does, and its options, stay in the engine. */
function factsOf(strategy: Strategy): StrategyFacts {
  const { id, name, title, summary, paper, needs, trainedFor, stepKind } = strategy;
  const { role, offeredIn, latents, probe, variesBy, sample } = strategy;
  const stated = { paper, trainedFor, role, offeredIn, latents, probe, variesBy, sample };
  const given = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  return { id, name, title, summary, needs, stepKind, ...given };
}

const catalogue = (): Catalogue => ({ strategies: STRATEGIES.map(factsOf), scored: SCORING });

/** The text of `catalogue.generated.json`. */
export const catalogueText = (): string => `${JSON.stringify(catalogue(), null, 2)}\n`;
