/** Letters behind a number that are factors: `3 s^2` is no unit where `3s^2` is expected. */
import { isMathName, LETTER_UNITS } from "./names";

const SPACED = new RegExp(`(?<=[\\d})]) (?=[${[...LETTER_UNITS].join("")}](?![A-Za-z]))`, "g");
const RUN = /(?<=\d)[a-z]{2,3}(?![a-zA-Z])/g;

/** Two texts with such letters as factors; undefined where neither has a letter that was taken for a unit. */
export function withFactors(texts: readonly [string, string]): [string, string] | undefined {
  if (!texts.some((text) => text.search(SPACED) >= 0)) return undefined;
  const factored = (text: string) =>
    text.replace(SPACED, "*").replace(RUN, (run) => (isMathName(run) ? run : `*${[...run].join("*")}`));
  return [factored(texts[0]), factored(texts[1])];
}
