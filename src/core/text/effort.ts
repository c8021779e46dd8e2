/** Levels of effort: what a model is asked to think, by name, and what asks for it. */
import type { EFFORT_LEVELS, TemplateVariables, ThinkFacts } from "./thinkFacts";

export interface EffortLevel {
  readonly name: string;
  readonly variables: TemplateVariables;
}

/** Tokens that a level stands for where a model takes a budget and no name. */
const BUDGETS = { low: 512, medium: 2048, high: 8192 };

/**
 * The levels of a model, weakest first: those that its template or its server names; else sizes of a budget of tokens; else
 * thinking off and on. Empty where it heeds nothing of the kind.
 */
export function effortLevels({ levels, switches, off, on, isOffByItself }: ThinkFacts): EffortLevel[] {
  const none: EffortLevel[] = off ? [{ name: "none", variables: off }] : [];
  if (levels.length > 0) {
    // Where thinking is off by itself, a level alone would say how much of nothing.
    const turnedOn = isOffByItself ? on : {};
    const named = levels.map(({ name, variables }) => ({
      name,
      variables: { ...(name === "none" ? {} : turnedOn), ...variables },
    }));
    return levels.some(({ name }) => name === "none") ? named : [...none, ...named];
  }
  const budget = switches.find(({ kind }) => kind === "budget");
  if (budget) {
    const sizes = Object.entries(BUDGETS).map(([name, tokens]): EffortLevel => ({
      name,
      variables: { [budget.name]: tokens },
    }));
    return [...none, ...sizes];
  }
  return off && on ? [...none, { name: "on", variables: on }] : [];
}

/** Levels that every model can be asked for in words. */
export const EFFORT_WORDS: Readonly<Partial<Record<(typeof EFFORT_LEVELS)[number], string>>> = {
  minimal: "Think no more than a sentence before you answer.",
  low: "Think as briefly as you can: only the steps that the answer needs.",
  medium: "Think as long as the question is worth, and check what is not obvious.",
  high: "Think thoroughly: try more than one way, and check every step before you answer.",
};
