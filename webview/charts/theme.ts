/** Colours and type of drawn marks. On screen they are variables; an exported picture has them resolved. */
import { STRATEGIES } from "../../src/core/catalogue";
import type { CountedKind, SpanKind } from "../../src/core/trace/kinds";
import { ROLE_NAMES, SERIES_COLOURS, STRATEGY_COLOURS, type Role } from "./palette";

export interface Theme {
  foreground: string;
  /** Second-rank text: axis labels, captions. */
  muted: string;
  /** Grid lines and frames. */
  grid: string;
  background: string;
  right: string;
  wrong: string;
  /** Where thinking stopped. */
  exit: string;
  threshold: string;
  /** One a strategy, in the order of the catalogue. */
  strategies: readonly string[];
  /** Of lines and bars that stand for no strategy. */
  series: readonly string[];
  kinds: Record<CountedKind, string>;
  font: string;
}

const editor = (name: string): string => `var(--vscode-${name})`;
const own = (name: string): string => `var(--tl-${name})`;
const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => own(`${name}-${index + 1}`));
const roles = Object.fromEntries(ROLE_NAMES.map((role) => [role, own(role)])) as Record<Role, string>;

export const editorTheme: Theme = {
  foreground: editor("foreground"),
  muted: editor("descriptionForeground"),
  background: editor("editor-background"),
  font: editor("font-family"),
  grid: own("grid"),
  right: roles.right,
  wrong: roles.wrong,
  exit: roles.exit,
  threshold: roles.threshold,
  strategies: numbered("strategy", STRATEGY_COLOURS),
  series: numbered("series", SERIES_COLOURS),
  kinds: {
    thinking: roles.thinking,
    answer: roles.answer,
    trial: roles.trial,
    summary: roles.summary,
    gist: roles.gist,
    latent: roles.latent,
    reread: roles.reread,
    auxiliary: roles.auxiliary,
  },
};

/** The colour of a strategy, the same in every picture; those that are unknown here share the last one. */
export function strategyColour(theme: Theme, strategy: string | undefined): string {
  const place = STRATEGIES.findIndex(({ id }) => id === strategy);
  return theme.strategies[place < 0 ? theme.strategies.length - 1 : place % theme.strategies.length]!;
}

const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 2", "10 4"];

/** Tells the nth line of a picture from the others without its colour. */
export const dashOf = (index: number): string => DASHES[index % DASHES.length]!;

/** The colour of a kind of span, by what its tokens count as. */
export function colourOfSpan(theme: Theme, kind: SpanKind): string {
  if (kind === "answer") return theme.kinds.answer;
  if (kind === "trial") return theme.kinds.trial;
  if (kind === "summary") return theme.kinds.summary;
  if (kind === "gist") return theme.kinds.gist;
  if (kind === "latent") return theme.kinds.latent;
  return theme.kinds.thinking;
}

/** `theme` with every variable replaced by its value, for a picture that leaves the editor. */
export function resolveTheme(theme: Theme, valueOf: (variable: string) => string): Theme {
  const resolve = (value: string): string => {
    const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
    return name === undefined ? value : valueOf(name).trim() || "#808080";
  };
  const { strategies, series, kinds, ...single } = theme;
  const each = <T extends object>(values: T): T =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(value as string)])) as T;
  return { ...each(single), strategies: strategies.map(resolve), series: series.map(resolve), kinds: each(kinds) };
}
