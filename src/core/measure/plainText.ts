/** The text of a stretch of a trace as a person reads it: without marks that only models and templates read. */
import type { Position, Trace } from "../trace/fold";

/** Tags of thinking and its parts say nothing of a step. */
const TAGS = /<\/?(?:think|thinking|summary|history)>/g;
/** A token that stands for itself, as `<w>` before the gists of a thought. */
const MARK = /^<[^<>\s]{1,24}>$/;

const isText = ({ kind }: Position): boolean => kind === "text" || kind === "forced";

/** Positions [from, to) without gist, pause and soft tokens, the mark that calls for gists, and tags. */
export function plainText({ positions }: Trace, from: number, to: number): string {
  let text = "";
  for (let at = from; at < Math.min(to, positions.length); at++) {
    const position = positions[at]!;
    if (!isText(position)) continue;
    const callsGists = positions[at + 1]?.kind === "gist" && MARK.test(position.text.trim());
    if (!callsGists) text += position.text;
  }
  return text.replace(TAGS, "");
}
