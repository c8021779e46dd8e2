/** One more hue for the palette: what the next strategy can have, in each kind of theme. */
import { hcl } from "d3";
import { paletteVariables, type ThemeKind } from "../../../../webview/charts/palette";
import { RECORDED_THEMES } from "../themes";
import { channels, contrast, distance, LEAST_CONTRAST, type Colour } from "./colours";

const KINDS: readonly ThemeKind[] = ["light", "dark", "high-contrast", "high-contrast-light"];

export interface FreeHue {
  /** `#rrggbb`. */
  readonly colours: Readonly<Record<ThemeKind, string>>;
  /** From the nearest hue that there is, in the kind of theme where that is nearest. */
  readonly distance: number;
}

interface Free {
  readonly value: string;
  readonly distance: number;
}

/** Of one angle on the circle of hues, what is told from the grounds of a kind and lies farthest from its hues. */
function freest(angle: number, kind: ThemeKind, grounds: readonly Colour[], taken: readonly Colour[]): Free {
  let best: Free = { value: "", distance: 0 };
  for (let chroma = 20; chroma <= 80; chroma += 20)
    for (let light = 20; light <= 88; light += 4) {
      const found = hcl(angle, chroma, light);
      if (!found.displayable()) continue;
      const value = found.formatHex();
      const { colour } = channels(value);
      if (grounds.some((ground) => contrast(colour, ground) < LEAST_CONTRAST[kind])) continue;
      const nearest = Math.min(...taken.map((other) => distance(colour, other)));
      if (nearest > best.distance) best = { value, distance: nearest };
    }
  return best;
}

/** The hue whose nearest neighbour is farthest, the same angle in all kinds of theme. */
export function freeHue(): FreeHue {
  const places = KINDS.map((kind) => ({
    kind,
    grounds: Object.values(RECORDED_THEMES)
      .filter((theme) => theme.kind === kind)
      .map(({ colours }) => channels(colours["editor-background"]!).colour),
    taken: Object.entries(paletteVariables(kind))
      .filter(([name]) => name.startsWith("--tl-strategy-"))
      .map(([, value]) => channels(value).colour),
  }));
  const hues = Array.from({ length: 36 }, (_, tenth): FreeHue => {
    const found = places.map(({ kind, grounds, taken }) => [kind, freest(tenth * 10, kind, grounds, taken)] as const);
    return {
      colours: Object.fromEntries(found.map(([kind, { value }]) => [kind, value])) as FreeHue["colours"],
      distance: Math.min(...found.map(([, each]) => each.distance)),
    };
  });
  return hues.reduce((best, each) => (each.distance > best.distance ? each : best));
}
