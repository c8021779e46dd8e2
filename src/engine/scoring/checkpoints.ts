/** Where the early-exit loop would have interrupted thinking that is written already. */
import { matchTransition } from "../decoding/transitions";
import { endsUnit, turnsToChecking, type ProbedUnit } from "../thinking/earlyExit";
import type { ReadToken } from "./readTokens";
import type { WrittenText } from "./writtenText";

type Unit = Exclude<ProbedUnit, "chunk">;

/** A transition word looks at the last character before it, which may be two code units. */
const LOOK_BACK = 2;

/**
 * The places that the early-exit loop would have stopped at while the text was written, as numbers of tokens before
 * them: before a transition word, and after a paragraph or a line.
 */
export function interruptions(tokens: readonly string[], units: readonly Unit[], words: readonly string[]): number[] {
  const places: number[] = [];
  const transitions = units.includes("transition") ? words : [];
  const ends = units.filter((unit) => unit !== "transition");
  /** Text since the last place, and tokens after it that may become a transition word. */
  let text = "";
  let held: string[] = [];
  const stop = (place: number) => {
    if (places.at(-1) !== place) places.push(place);
    text = "";
    held = [];
  };
  tokens.forEach((token, index) => {
    held.push(token);
    const word = matchTransition(text.slice(-LOOK_BACK), held.join(""), transitions);
    if (word === "whole") return stop(index + 1 - held.length);
    if (word === "beginning") return;
    let isOver = false;
    for (const each of held) {
      text += each;
      // Only a line break ends anything, and long texts are not to be searched at every token.
      isOver ||= each.includes("\n") && ends.some((unit) => endsUnit(text, unit));
    }
    held = [];
    if (isOver) stop(index + 1);
  });
  return places;
}

/** Places of `interruptions` that lie in thinking. */
export function checkpoints(
  tokens: readonly ReadToken[],
  { thinking, text }: Pick<WrittenText, "thinking" | "text">,
  units: readonly Unit[],
  words: readonly string[],
): number[] {
  return interruptions(
    tokens.map((token) => token.text),
    units,
    words,
  ).filter((place) => {
    const character = tokens[place]?.from ?? text.length;
    return thinking.some(([from, to]) => from <= character && character <= to);
  });
}

/** Places at which a probe was to be asked: a chunk ends where the next paragraph of thinking turns to checking. */
export function probeCheckpoints(
  tokens: readonly ReadToken[],
  written: Pick<WrittenText, "thinking" | "text">,
  unit: ProbedUnit,
  words: readonly string[],
): number[] {
  if (unit !== "chunk") return checkpoints(tokens, written, [unit], words);
  const places = checkpoints(tokens, written, ["paragraph"], words);
  const character = (place: number | undefined) => (place === undefined ? undefined : tokens[place]?.from);
  return places.filter((place, index) => {
    const from = character(place) ?? written.text.length;
    const over = written.thinking.find(([begin, end]) => begin <= from && from <= end)?.[1];
    return turnsToChecking(written.text.slice(from, character(places[index + 1]) ?? over));
  });
}

/** At most `most` of `places`, spread evenly, the last among them. */
export function spread(places: readonly number[], most: number): number[] {
  if (places.length <= most) return [...places];
  return Array.from({ length: most }, (_, index) => places[Math.ceil(((index + 1) * places.length) / most) - 1]!);
}
