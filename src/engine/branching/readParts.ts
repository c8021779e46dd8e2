/** What a branch keeps of a run of another model or another tool: its text, in the tokens and marks of the model that goes on. */
import { sectionStart, textOffsets } from "../../core/measure/branchText";
import { ActionableError } from "../../core/protocol/rpc";
import { namedThinkFormat, type ThinkFormat } from "../../core/text/thinkFormat";
import type { Trace } from "../../core/trace/fold";
import type { KeptEntry } from "../decoding/keptText";
import type { Backend } from "../decoding/model";
import { writtenText } from "../scoring/writtenText";
import { formatOf, openingPrefix } from "../thinking/thinkProgress";
import { setTokens, type Change } from "./ownParts";
import { l10n } from "../../core/text/l10n";

/**
 * The text before `at` as the reading model writes such a text.
 * @param isForeign whether another tool recorded the run, so that its thinking may come without marks
 * @throws ActionableError `branch-latents`
 */
export function readSection(
  trace: Trace,
  at: number,
  change: Change | undefined,
  { backend, isForeign }: { backend: Backend; isForeign: boolean },
): KeptEntry[] {
  if (trace.positions.slice(0, at).some(({ kind }) => kind === "latent"))
    throw new ActionableError(
      "branch-latents",
      l10n.later`Before this place ${trace.header?.model.id ?? "the model"} thought in hidden states, which no other model can read.`,
      "Choose the model that made the trace.",
    );
  const { place, rest } = change ? cut(trace, at, change) : { place: at, rest: "" };
  const { thinking } = backend;
  const spans = trace.spans.map((span) => ({ ...span, to: Math.min(span.to, place) }));
  const before = {
    ...trace,
    positions: trace.positions.slice(0, place),
    spans: spans.filter(({ from, to }) => to > from),
    exit: undefined,
  };
  const { text } = writtenText(before, { isForeign, reader: thinking });
  const own = namedThinkFormat(`${trace.header?.think?.opener ?? ""}...${trace.header?.think?.closer ?? ""}`);
  const marked = withMarks(text, own, formatOf(thinking));
  const begun = marked === "" && rest !== "" ? openingPrefix(thinking) : withoutOpening(marked, thinking);
  const kept = setTokens(begun, backend, 0).map(({ id, text }, index) => ({
    id,
    text,
    kind: "text" as const,
    at: index,
  }));
  return [...kept, ...setTokens(rest, backend, kept.length)];
}

/** Where what stays ends, and what stands behind it. */
function cut(trace: Trace, at: number, { from, text }: Change): { place: number; rest: string } {
  let characters = 0;
  for (const place of textOffsets(trace, at, sectionStart(trace, at))) {
    const written = trace.positions[place]!.text;
    if (characters + written.length > from) return { place, rest: written.slice(0, from - characters) + text };
    characters += written.length;
  }
  return { place: at, rest: text };
}

/** The marks of one format in place of those of another. */
function withMarks(text: string, from: ThinkFormat | undefined, to: ThinkFormat): string {
  if (!from || from.opener === "" || from.opener === to.opener) return text;
  return text.replaceAll(from.opener, () => to.opener).replaceAll(from.closer, () => to.closer);
}

/** Text whose thinking the template of the reading model opens already. */
function withoutOpening(text: string, { format, opening }: Backend["thinking"]): string {
  const begun = text.trimStart();
  if (opening !== "template" || format.opener === "" || !begun.startsWith(format.opener)) return text;
  return begun.slice(format.opener.length).replace(/^\n/, "");
}
