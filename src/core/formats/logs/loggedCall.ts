/** Calls of a model as observability tools log them: what went in and what came out, in whatever shape the framework had. */
import type { Verdict } from "../../trace/trace";
import { askedTurns, answeredRuns, turnsOf } from "../answers/asked";
import { loggedAnswer } from "../answers/rawAnswers";
import { readMessage, roleOf } from "../reading/foreignMessage";
import { valueText } from "../reading/messagePart";
import type { ForeignRun } from "../reading/foreignRun";
import type { ForeignTurn } from "../reading/foreignSession";
import { parseJson } from "../reading/jsonDocument";
import { list, object, text, type Json } from "../reading/jsonValue";

/** A call with what is known of it. */
export interface CallRun extends Omit<ForeignTurn, "role" | "parts"> {
  id: string;
  title?: string | undefined;
  asked: ForeignTurn[];
  reply: ForeignTurn[];
}

/** JSON within a text. */
const unpacked = (value: unknown): unknown =>
  typeof value === "string" && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value;

const hasRole = (value: unknown) => {
  const message = object(value);
  const className = text(list(message["id"]).at(-1));
  return [message["role"], message["type"], className].some((name) => roleOf(name) !== undefined);
};
const isItem = (value: unknown) => /call|reasoning|message/.test(text(object(value)["type"]) ?? "");

/** Lists of messages; LangChain has one list for each prompt of a batch. */
function messagesIn(value: unknown): unknown[] | undefined {
  const messages = list(value);
  if (messages.length === 1 && Array.isArray(messages[0])) return messagesIn(messages[0]);
  return messages.length > 0 && messages.every((each) => hasRole(each) || isItem(each) || typeof each === "string")
    ? messages
    : undefined;
}

/** What a model was asked. */
export function requestTurns(input: unknown): ForeignTurn[] {
  const value = unpacked(input);
  const messages = messagesIn(value);
  if (messages) return turnsOf(messages.map(unpackedMessage));
  if (hasRole(value) && !Array.isArray(object(value)["messages"])) return turnsOf([value]);
  const request = object(value);
  const inside = messagesIn(request["messages"]);
  if (inside) return askedTurns({ ...request, messages: inside.map(unpackedMessage) });
  const asked = askedTurns(request);
  if (asked.length > 0) return asked;
  const words = valueText(request["args"] ?? request["kwargs"] ?? value).trim();
  return words === "" ? [] : turnsOf(words);
}

const unpackedMessage = (value: unknown): unknown =>
  typeof value === "string" ? { role: "user", content: value } : value;

/** Fields in which frameworks wrap what a model said. */
const REPLIES = [
  "message",
  "output",
  "outputs",
  "response",
  "content",
  "messages",
  "generations",
  "completion",
  "text",
  "answer",
];

/** What a model said. @returns nothing where the call gave no words */
export function replyTurns(output: unknown, depth = 0): ForeignTurn[] {
  const value = unpacked(output);
  if (value === undefined || value === null || depth > 4) return [];
  if (typeof value === "string")
    return value.trim() === "" ? [] : [assistant({ role: "assistant", parts: [{ kind: "text", text: value }] })];
  const logged = loggedAnswer(value);
  if (logged) return logged.api.read(logged.answer);
  if (Array.isArray(value)) return listedReply(value as unknown[], depth);
  const outer = object(value);
  // Google's frameworks keep a message in the content of their answer.
  const inner = object(outer["content"]);
  const message = Array.isArray(inner["parts"]) ? { ...outer, content: undefined, ...inner } : outer;
  if (hasRole(message) || isSpoken(message)) {
    const turn = assistant(readMessage(message));
    return turn.parts.length > 0 ? [{ ...turn, finish: text(message["finish_reason"]) }] : [];
  }
  for (const name of REPLIES) {
    const inside = replyTurns(message[name], depth + 1);
    if (inside.length > 0) return inside.map((turn) => ({ finish: text(message["finish_reason"]), ...turn }));
  }
  return depth === 0 && Object.keys(message).length > 0
    ? [assistant(readMessage({ role: "assistant", content: JSON.stringify(message) }))]
    : [];
}

const isSpoken = (message: Json) =>
  typeof message["content"] === "string" ||
  Array.isArray(message["parts"]) ||
  Array.isArray(object(message["content"])["parts"]);

function listedReply(values: readonly unknown[], depth: number): ForeignTurn[] {
  if (values.length === 1 && Array.isArray(values[0])) return replyTurns(values[0], depth + 1);
  const isParts = values.every(
    (each) =>
      !hasRole(each) &&
      !("message" in object(each)) &&
      ("text" in object(each) || "type" in object(each) || "toolCallId" in object(each)),
  );
  if (values.length > 0 && isParts) {
    const typed = values.map(object).map((part) => ("toolCallId" in part ? { type: "tool-call", ...part } : part));
    const turn = assistant(readMessage({ role: "assistant", content: typed }));
    if (turn.parts.length > 0) return [turn];
  }
  // Several messages: those of the assistant are the reply.
  return values.flatMap((each) => replyTurns(each, depth + 1)).filter(({ role }) => role === "assistant");
}

const assistant = (turn: ForeignTurn): ForeignTurn => ({
  ...turn,
  role: turn.role === "user" || turn.role === undefined ? "assistant" : turn.role,
});

/** The runs of the calls of one trace, as its turns. */
export function* callRuns(
  calls: readonly CallRun[],
  { group, verdicts }: { group: string; verdicts: Verdict[] },
): Generator<ForeignRun> {
  const isAlone = calls.length === 1;
  for (const [index, { id, title, asked, reply, ...facts }] of calls.entries()) {
    const parts = reply.flatMap((turn) => turn.parts);
    const [first] = reply;
    const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    const answer: ForeignTurn = { ...first, ...known, role: "assistant", parts };
    const isLast = index === calls.length - 1;
    const about = { id, title, ...(isLast ? { verdicts } : {}) };
    for (const run of answeredRuns(asked, answer, about, isAlone)) {
      yield isAlone ? run : { ...run, group: `session-${group}`, turn: { n: index + 1, of: calls.length } };
    }
  }
}
