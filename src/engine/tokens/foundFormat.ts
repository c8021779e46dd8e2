/** The think format of a chat template and a vocabulary: whose marks they have, and the blanks that the template writes around them. */
import { isThinkingAt } from "../../core/text/segment";
import type { ThinkFacts } from "../../core/text/thinkFacts";
import { namedThinkFormat, THINK_FORMATS, type ThinkFormat } from "../../core/text/thinkFormat";
import { ANSWER, historyOf, THOUGHT, type TriedTemplate } from "./triedTemplate";

/** Characters between thinking's closer and the answer's own opener where a template names both. */
const BESIDE = 200;
/** Marks of what stores thinking, and not of models. */
const STORED = ["terminal", "details"];
/** Tokens that whole families have and few models use. */
const SPARE = /unused\d/;

export function findFormat(
  template: TriedTemplate,
  ends: readonly string[],
  hasToken: (mark: string) => boolean,
  notes: string[],
): { format: ThinkFormat; from: ThinkFacts["from"] } | undefined {
  const { source } = template;
  const history = [historyOf(template, "reasoning_content"), historyOf(template, "thinking")].join("");
  const has = (mark: string) => mark !== "" && (source.includes(mark) || history.includes(mark));
  const scored = THINK_FORMATS.filter(({ id }) => !STORED.includes(id)).map((format) => {
    const { opener, closer, answer } = format;
    // Harmony's marks are put together from parts, and its closer ends every turn.
    const [opens, closes] =
      format.id === "harmony"
        ? [has("<|channel|>") && /analysis/.test(source), has("<|channel|>")]
        : [has(opener), has(closer)];
    const tokens = format.id === "harmony" ? ["<|channel|>", "<|message|>"] : [opener.replace(/thought$/, ""), closer];
    // Other closers that end every message tell nothing alone.
    const isTelling = opens || !format.endsMessages;
    const prompted =
      format.id !== "harmony" && ends.some((end) => end.includes(opener) || (isTelling && end.includes(closer)));
    const written = Number(opens) + Number(closes && isTelling) + (prompted ? 4 : 0);
    const known = !SPARE.test(opener) && tokens.every(hasToken) ? 1 : 0;
    // Of formats with one opener, the answer's own marks tell which it is.
    const wrapped = answer === undefined ? 0 : areBeside(source + history, closer, answer.opener) ? 0.5 : -0.5;
    return { format, written, score: written === 0 && known === 0 ? 0 : written + known + wrapped };
  });
  const [best, ...others] = scored.filter(({ score }) => score >= 1).sort((a, b) => b.score - a.score);
  if (!best) return unknownTag(ends, source, notes);
  const rival = others.find(({ format, written }) => format.opener !== best.format.opener && written >= 2);
  if (rival) {
    notes.push(
      `The chat template has marks of two think formats, ${best.format.id} and ${rival.format.id}: ${best.format.id} is taken. Name the right one with the option thinkFormat.`,
    );
  }
  return { format: best.format, from: best.written > 0 ? "template" : "vocabulary" };
}

function areBeside(text: string, first: string, second: string): boolean {
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (text.slice(at, at + BESIDE).includes(second)) return true;
  }
  return false;
}

/** A tag that the prompt ends in and the template closes elsewhere. */
function unknownTag(ends: readonly string[], source: string, notes: string[]) {
  for (const end of ends) {
    const name = /<([A-Za-z][\w:-]{0,40})>\s*$/.exec(end)?.[1];
    const format = name === undefined ? undefined : namedThinkFormat(`<${name}>...</${name}>`);
    if (!format || !source.includes(format.closer)) continue;
    notes.push(
      `The chat template opens ${format.opener}, which no known model does: it is taken for thinking. Name another format with the option thinkFormat.`,
    );
    return { format, from: "template" as const };
  }
  return undefined;
}

/** The format with the blanks that this template writes around its marks. */
export function spaced(template: TriedTemplate, format: ThinkFormat, ends: ReadonlyMap<string, string>): ThinkFormat {
  let { open, close, empty } = format;
  for (const field of ["reasoning_content", "thinking", "reasoning"]) {
    const written = historyOf(template, field);
    const thought = written?.indexOf(THOUGHT) ?? -1;
    const answer = written?.indexOf(ANSWER, thought) ?? -1;
    if (written === undefined || thought < 0 || answer < thought) continue;
    const between = written.slice(thought + THOUGHT.length, answer);
    const opened = written.lastIndexOf(format.opener, thought);
    if (opened < 0 || !between.includes(format.closer)) continue;
    [open, close] = [written.slice(opened, thought), between];
    break;
  }
  for (const end of ends.values()) {
    const opened = end.lastIndexOf(format.opener);
    if (opened < 0) continue;
    if (isThinkingAt(end, { format })) open = end.slice(opened);
    else if (end.indexOf(format.closer, opened) > 0) empty = end.slice(opened);
  }
  return { ...format, open, close, empty };
}
