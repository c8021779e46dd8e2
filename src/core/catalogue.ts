/**
 * What every process says of the strategies: names, lists that are offered first, and facts that views ask for. All of it
 * stands in the strategies' own files and is generated from there (`npm run generate`), so that nothing else knows an id.
 */
import generated from "./catalogue.generated.json";
import type { StepKind } from "./trace/kinds";

/** What a strategy may need of a model. */
export type Capability =
  | "logits"
  | "hidden-states"
  | "soft-tokens"
  | "cache-rewind"
  | "cache-evict"
  | "attention-mask"
  /** At least the log-probabilities of the chosen tokens, which is all that a server gives. */
  | "logprobs-only"
  /** The model goes on from text that was put into its mouth. */
  | "prefix-continuation";

/** What is said of a strategy everywhere. */
export interface StrategyFacts {
  readonly id: string;
  /** Short, as headings, charts and lenses show it. */
  readonly name: string;
  /** As lists to pick from show it: the name, and what it stands for. */
  readonly title: string;
  /** One sentence: what it does. */
  readonly summary: string;
  /** arXiv number. */
  readonly paper?: string;
  readonly needs: readonly Capability[];
  /** Whether only a model trained for it, which its manifest says, can run it. */
  readonly trainedFor?: boolean;
  /** What a finished line of thinking is called in the trace. */
  readonly stepKind: StepKind;
  /** The baseline is what every saving is counted against, a floor what thinking has to beat. */
  readonly role?: "baseline" | "floor";
  /** The lists that it stands in before a person has chosen any. */
  readonly offeredIn?: readonly OfferedList[];
  /** It thinks in positions that are no text: continuous thoughts, or pauses in their place as a control. */
  readonly latents?: "thoughts" | "pauses";
  /** It can ask a probe that was trained on such thoughts: the option that names the probe's file. */
  readonly probe?: {
    readonly reads: "words" | "latents";
    readonly option: string;
    /** The option under which it does; always where nothing is said. */
    readonly when?: { readonly option: string; readonly is: unknown };
  };
  /** The option that its contenders differ in: each is named `id:VALUE`. */
  readonly variesBy?: string;
  /** What its sample trace is recorded from: a file of `media/samples`, and options that show more of it. */
  readonly sample?: { readonly prompt: string; readonly options?: Readonly<Record<string, unknown>> };
}

export type OfferedList = "comparison" | "benchmark";

/** As `npm run generate` writes it. */
export interface Catalogue {
  readonly strategies: readonly StrategyFacts[];
  /** What the header of a scored trace names as its strategy: a model that read what another had written. */
  readonly scored: Pick<StrategyFacts, "id" | "name">;
}

const catalogue = generated as unknown as Catalogue;

/** In the order in which they are listed. */
export const STRATEGIES = catalogue.strategies;

/** The id under which scored traces stand. */
export const SCORED = catalogue.scored.id;

/** What every saving is counted against, and what runs where nothing else was chosen. */
export const BASELINE = STRATEGIES.find(({ role }) => role === "baseline")!.id;

/** The first of the floors, which every model runs: it answers without a thought. */
export const FLOOR = STRATEGIES.find(({ role }) => role === "floor")!.id;

const NAMES = new Map([...STRATEGIES, catalogue.scored].map(({ id, name }) => [id, name]));

/** The id of a strategy, and the value of the option that its contenders differ in, where the name has one. */
export function contenderParts(name: string): { id: string; value: string | undefined } {
  const at = name.indexOf(":");
  const id = name.slice(0, Math.max(0, at));
  const varies = at > 0 && STRATEGIES.some((each) => each.id === id && each.variesBy !== undefined);
  return varies ? { id, value: name.slice(at + 1) } : { id: name, value: undefined };
}

/** What is known of a strategy; undefined for one that is unknown here, as a file from elsewhere may name. */
export const strategyFacts = (name: string | undefined): StrategyFacts | undefined =>
  name === undefined ? undefined : STRATEGIES.find(({ id }) => id === contenderParts(name).id);

/** Ids of those that stand in a list before a person has chosen any; the baseline is the first. */
export const offeredIn = (list: OfferedList): string[] =>
  STRATEGIES.filter((each) => each.offeredIn?.includes(list)).map(({ id }) => id);

/** The name as people read it. A trace carries only the id, and may come from a strategy that is unknown here. */
export function strategyTitle(id: string): string {
  const { id: base, value } = contenderParts(id);
  if (value !== undefined) return `${NAMES.get(base)!}: ${value}`;
  return NAMES.get(id) ?? id.replace(/[-_]+/g, " ").replace(/^./, (letter) => letter.toUpperCase());
}
