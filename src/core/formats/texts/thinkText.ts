/** Plain text with reasoning in it, as it is copied from a terminal or a log, and our own Markdown transcript. */
import type { TraceFormat } from "../format";
import { LONGEST_TEXT } from "../limits";
import { isMarked, readMarkedText, readReplies, type ForeignPart } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { sessionRuns } from "../reading/foreignSession";
import { looksLikeJson } from "../reading/jsonDocument";
import { withOwnFacts } from "../reading/ownFacts";
import { number, object, text } from "../reading/jsonValue";
import type { Source } from "../source";
import { chatSession } from "./chatSession";
import { chatTurns } from "./chatText";
import { holdsThinking } from "./completed";
import { terminalText, withoutControl } from "./terminal";
import { transcribedRuns, transcriptOf, type TranscribedRun } from "./transcript";
import { l10n } from "../../text/l10n";

const wholeText = (source: Source) => withoutControl(source.text.slice(0, LONGEST_TEXT).replace(/\r\n?/g, "\n"));

/** What the model wrote last in a text, without the terminal around it. */
const replyIn = (text: string): string => terminalText(text)?.reply ?? text;

/** The replies of a text in which a model wrote something. */
function readTexts(source: string): Pick<ForeignRun, "messages" | "parts" | "promptTokens">[] {
  const { messages, reply, promptTokens } = terminalText(source) ?? { ...chatTurns(source), promptTokens: undefined };
  const replies = readReplies(reply).filter(({ parts }) => parts.length > 0);
  return replies.map((read) => ({ parts: read.parts, messages: [...messages, ...read.messages], promptTokens }));
}

/** Calls of a transcript stand after its thinking. */
function withCalls(parts: readonly ForeignPart[], { calls }: TranscribedRun): ForeignPart[] {
  const at = parts.findLastIndex(({ kind }) => kind === "thinking") + 1;
  return [...parts.slice(0, at), ...calls, ...parts.slice(at)];
}

const writtenParts = ({ thinking, answer }: NonNullable<TranscribedRun["written"]>): ForeignPart[] =>
  [{ kind: "thinking", text: thinking } as const, { kind: "answer", text: answer } as const].filter(
    (part) => part.text !== "",
  );

function transcribed(run: TranscribedRun, id: string): ForeignRun {
  const { about, messages, body, written } = run;
  const { n, of } = object(about["turn"]);
  const [nth, all] = [number(n), number(of)];
  const parts = written ? writtenParts(written) : readMarkedText(body).parts;
  const whole: ForeignRun = {
    id: text(about["id"]) ?? id,
    model: text(about["model"]),
    strategy: text(about["strategy"]),
    title: text(about["title"]),
    gold: text(about["gold"]),
    group: text(about["group"]),
    ...(Number.isInteger(nth) && Number.isInteger(all) && nth! > 0 && all! > 0 ? { turn: { n: nth!, of: all! } } : {}),
    finish: text(about["exit"]),
    messages,
    parts: withCalls(parts, run),
  };
  return withOwnFacts(whole, about);
}

export const thinkText: TraceFormat = {
  id: "think-text",
  isGeneric: true,
  title: "Text with <think>",
  extension: ".md",
  detect: (source) =>
    !looksLikeJson(source.text) &&
    !source.stream &&
    source.text !== "" &&
    (isMarked(replyIn(wholeText(source))) || holdsThinking(wholeText(source))),
  *read(source, problems) {
    const whole = wholeText(source);
    if (source.text.length > LONGEST_TEXT) problems.push(l10n.later`The text is too long: its beginning was read.`);
    let count = 0;
    for (const run of transcribedRuns(whole)) yield transcribed(run, `${++count}`);
    if (count > 0 || whole.trim() === "") return;
    const session = chatSession(whole);
    if (session) {
      yield* sessionRuns({ id: "text", turns: session });
      return;
    }
    const replies = readTexts(whole);
    if (replies.length === 0)
      problems.push(l10n.later`The text holds what a model was asked, and nothing that it wrote.`);
    for (const [index, reply] of replies.entries()) {
      yield { id: index === 0 ? "text" : `text-${index + 1}`, model: undefined, ...reply };
    }
  },
  write: (traces) => traces.map(transcriptOf).join("\n"),
};
