/**
 * The colours of pictures and marks, for the four kinds of theme that the editor has. They are our own: the editor's chart
 * colours are transparent in some themes and missing in others. Each is told from the ground of every theme that comes with
 * the editor at 4.5 : 1 or more, at 7 : 1 in high contrast (test/unit/webview/charts/palette.test.ts).
 * `npm run generate` writes them into palette.css as `--tl-…`, from where pages and pictures take them.
 */

export type ThemeKind = "light" | "dark" | "high-contrast" | "high-contrast-light";

const HUE_NAMES = [
  "blue",
  "slate",
  "gold",
  "green",
  "teal",
  "orange",
  "magenta",
  "red",
  "purple",
  "sky",
  "brown",
  "tan",
  "pink",
  "lime",
  "indigo",
  "mauve",
  "maroon",
  "fern",
  "navy",
  "plum",
] as const;
type Hue = (typeof HUE_NAMES)[number];

interface Palette {
  hues: Record<Hue, string>;
  /** Ground of tokens of which the model was unsure, from a little to very; laid over whatever ground a theme has. */
  unsure: readonly [string, string, string, string];
  /** Text on such a ground. */
  ink: string;
  /** Axes, grid lines and frames. */
  grid: string;
}

const PALETTES: Record<ThemeKind, Palette> = {
  light: {
    hues: {
      blue: "#1d6ec9",
      slate: "#606f7e",
      gold: "#896a01",
      green: "#068032",
      teal: "#0f7a74",
      orange: "#b05400",
      magenta: "#b33ca0",
      red: "#cc3239",
      purple: "#8156c8",
      sky: "#0e7699",
      brown: "#906548",
      tan: "#746e4c",
      pink: "#b24a6d",
      lime: "#607607",
      indigo: "#3838dc",
      mauve: "#734563",
      maroon: "#630a10",
      fern: "#053914",
      navy: "#282a68",
      plum: "#620e75",
    },
    unsure: ["#f5a62338", "#f58a1f57", "#f0702a6b", "#e5484d75"],
    ink: "#1f1f1f",
    grid: "#898989",
  },
  dark: {
    hues: {
      blue: "#4e9bfa",
      slate: "#8b9aab",
      gold: "#ba9320",
      green: "#46ac5c",
      teal: "#39a9a1",
      orange: "#e47e38",
      magenta: "#e56bce",
      red: "#ff6765",
      purple: "#ac83f9",
      sky: "#2ba4d1",
      brown: "#bc8f70",
      tan: "#9f9976",
      pink: "#e47698",
      lime: "#86a324",
      indigo: "#9e97d8",
      mauve: "#c695a7",
      maroon: "#ffb9a8",
      fern: "#83fd5d",
      navy: "#c9d4ff",
      plum: "#eeb2f7",
    },
    unsure: ["#ff9f2e24", "#ff8a1f42", "#ff6a1f61", "#ff3b3b80"],
    ink: "#f2f2f2",
    grid: "#767676",
  },
  "high-contrast": {
    hues: {
      blue: "#4c99f8",
      slate: "#91a0b1",
      gold: "#c0992a",
      green: "#4bb160",
      teal: "#3daca4",
      orange: "#e6803a",
      magenta: "#e369cc",
      red: "#ff6362",
      purple: "#ab82f7",
      sky: "#3bafdc",
      brown: "#bb8d6f",
      tan: "#afa985",
      pink: "#ee7fa1",
      lime: "#95b338",
      indigo: "#b1abed",
      mauve: "#d19fbe",
      maroon: "#ffc2b3",
      fern: "#72ff66",
      navy: "#cfd8ff",
      plum: "#e06bf9",
    },
    unsure: ["#ff9f2e33", "#ff8a1f52", "#ff6a1f6b", "#ff3b3b80"],
    ink: "#ffffff",
    grid: "#959595",
  },
  "high-contrast-light": {
    hues: {
      blue: "#0056aa",
      slate: "#4a5867",
      gold: "#6e5400",
      green: "#036425",
      teal: "#05615c",
      orange: "#8b4203",
      magenta: "#9a2088",
      red: "#b00921",
      purple: "#6a3ead",
      sky: "#025f7d",
      brown: "#784e32",
      tan: "#5d5736",
      pink: "#983156",
      lime: "#4c5e06",
      indigo: "#2626d9",
      mauve: "#633654",
      maroon: "#630a10",
      fern: "#113819",
      navy: "#352664",
      plum: "#8f13a9",
    },
    unsure: ["#f5a6234d", "#f58a1f6b", "#f0702a80", "#e5484d8c"],
    ink: "#000000",
    grid: "#595959",
  },
};

/** What a colour stands for, with its hue: the same in every picture. */
const ROLES = {
  right: "green",
  wrong: "red",
  exit: "orange",
  threshold: "red",
  thinking: "blue",
  answer: "green",
  trial: "orange",
  summary: "purple",
  gist: "gold",
  latent: "magenta",
  reread: "slate",
  auxiliary: "teal",
} as const satisfies Record<string, Hue>;
export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** One hue a strategy, in the order of the catalogue; of lines that stand for no strategy the first few of another order. */
const STRATEGY_HUES: readonly Hue[] = HUE_NAMES;
const SERIES_HUES: readonly Hue[] = ["blue", "purple", "green", "orange", "gold", "red"];

export const STRATEGY_COLOURS = STRATEGY_HUES.length;
export const SERIES_COLOURS = SERIES_HUES.length;

/** All colours of a kind of theme by the names of their variables, `--tl-…`. */
export function paletteVariables(kind: ThemeKind): Record<string, string> {
  const { hues, unsure, ink, grid } = PALETTES[kind];
  const numbered = (name: string, all: readonly string[]) =>
    all.map((value, index) => [`--tl-${name}-${index + 1}`, value] as const);
  return Object.fromEntries([
    ...Object.entries(ROLES).map(([role, hue]) => [`--tl-${role}`, hues[hue]] as const),
    ...numbered(
      "strategy",
      STRATEGY_HUES.map((hue) => hues[hue]),
    ),
    ...numbered(
      "series",
      SERIES_HUES.map((hue) => hues[hue]),
    ),
    ...numbered("unsure", unsure),
    ["--tl-ink", ink] as const,
    ["--tl-grid", grid] as const,
  ]);
}

/** The class that the editor gives the body in a theme of that kind. Light high contrast has that of dark as well. */
const SELECTORS: Record<ThemeKind, string> = {
  light: "body",
  dark: ".vscode-dark",
  "high-contrast": ".vscode-high-contrast",
  "high-contrast-light": ".vscode-high-contrast-light",
};

/** The text of palette.css. */
export function paletteSheet(): string {
  const rules = (Object.keys(SELECTORS) as ThemeKind[]).map((kind) => {
    const lines = Object.entries(paletteVariables(kind)).map(([name, value]) => `  ${name}: ${value};`);
    return `${SELECTORS[kind]} {\n${lines.join("\n")}\n}\n`;
  });
  return `/* Written by npm run generate from palette.ts. */\n${rules.join("\n")}`;
}
