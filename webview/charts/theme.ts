/** Colours and type of drawn marks. On screen they are the editor's variables; an exported picture has them resolved. */
import type { SpanKind, TokenCounts } from "../../src/core/trace/trace";

export type CountedKind = Exclude<keyof TokenCounts, "prompt" | "total">;

export interface Theme {
  foreground: string;
  /** Second-rank text: axis labels, captions. */
  muted: string;
  /** Grid lines and frames. */
  grid: string;
  background: string;
  accent: string;
  right: string;
  wrong: string;
  /** Where thinking stopped. */
  exit: string;
  threshold: string;
  /** One colour a column, told apart by dash and label as well. */
  series: readonly string[];
  kinds: Record<CountedKind, string>;
  font: string;
}

const variable = (name: string): string => `var(--vscode-${name})`;

export const editorTheme: Theme = {
  foreground: variable("foreground"),
  muted: variable("descriptionForeground"),
  grid: variable("editorIndentGuide-activeBackground1"),
  background: variable("editor-background"),
  accent: variable("focusBorder"),
  right: variable("testing-iconPassed"),
  wrong: variable("testing-iconFailed"),
  exit: variable("charts-orange"),
  threshold: variable("charts-red"),
  series: ["blue", "purple", "green", "orange", "yellow", "red"].map((colour) => variable(`charts-${colour}`)),
  kinds: {
    thinking: variable("charts-blue"),
    answer: variable("charts-green"),
    trial: variable("charts-orange"),
    summary: variable("charts-purple"),
    gist: variable("charts-yellow"),
    latent: variable("charts-red"),
  },
  font: variable("font-family"),
};

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
  return {
    foreground: resolve(theme.foreground),
    muted: resolve(theme.muted),
    grid: resolve(theme.grid),
    background: resolve(theme.background),
    accent: resolve(theme.accent),
    right: resolve(theme.right),
    wrong: resolve(theme.wrong),
    exit: resolve(theme.exit),
    threshold: resolve(theme.threshold),
    series: theme.series.map(resolve),
    kinds: Object.fromEntries(
      Object.entries(theme.kinds).map(([kind, value]) => [kind, resolve(value)]),
    ) as Theme["kinds"],
    font: resolve(theme.font),
  };
}
