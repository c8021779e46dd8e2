/** A session of many turns as a group of runs: one for each turn of the assistant that thinks, calls and results kept. */
import { l10n, type Sentence } from "../../text/l10n";
import type { Message, Role, Verdict } from "../../trace/trace";
import type { MessagePart } from "./messagePart";
import { isThought, turnParts, withTokens, type CalledPart, type ForeignPart } from "./foreignParts";
import type { ForeignRun } from "./foreignRun";
import type { ForeignToken } from "./pieces";

/** One turn, with what is known of the call of a model that made it. */
export interface ForeignTurn {
  role: Role | undefined;
  parts: MessagePart[];
  model?: string | undefined;
  finish?: string | undefined;
  started?: string | undefined;
  ms?: number | undefined;
  promptTokens?: number | undefined;
  reasoningTokens?: number | undefined;
  completionTokens?: number | undefined;
  /** Tokens of all that the turn says, where they are known. */
  tokens?: ForeignToken[] | undefined;
}

export interface ForeignSession {
  id: string;
  title?: string | undefined;
  model?: string | undefined;
  turns: readonly ForeignTurn[];
  gold?: string | undefined;
  /** Of the last answer. */
  verdicts?: Verdict[] | undefined;
  notes?: string[];
}

/** Characters of all prompts of a session together, of one of them, and of one turn in one: long sessions repeat themselves. */
const MOST_CONTEXT = 20_000_000;
const LONGEST_CONTEXT = 100_000;
const SHORTEST_CONTEXT = 4_000;
const LONGEST_TURN = 20_000;
/** Characters of a result that are kept: a result can be a whole file. */
const LONGEST_RESULT = 100_000;

const shortened = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}\n… (${text.length - longest} characters more)`;

const sizeOf = ({ content, calls = [] }: Message) =>
  calls.reduce((sum, call) => sum + call.arguments.length, content.length);

/** The conversation up to its `end`th message: as much of what is last as fits, after the system's and the first user's words. */
function contextOf(said: readonly Message[], end: number, size: number, longest: number): Context {
  if (size <= longest) return { messages: said.slice(0, end), left: 0 };
  const firstUser = said.findIndex(({ role }) => role === "user");
  const head = said.slice(0, Math.min(firstUser + 1, end)).map((message) => ({
    ...message,
    content: shortened(message.content, Math.floor(longest / 4)),
  }));
  let room = longest - head.reduce((sum, message) => sum + sizeOf(message), 0);
  let from = end;
  while (from > head.length && sizeOf(said[from - 1]!) <= room) room -= sizeOf(said[--from]!);
  return { messages: [...head, ...said.slice(from, end)], left: from - head.length };
}

interface Context {
  messages: Message[];
  /** Messages that did not fit. */
  left: number;
}

/** Runs that are made while the turns are read; their contexts are cut to size when it is known how many there are. */
interface OpenRun {
  turn: ForeignTurn;
  parts: ForeignPart[];
  thinks: boolean;
  /** How many messages of the conversation it answers, and their characters. */
  said: number;
  size: number;
}

class Reading {
  readonly said: Message[] = [];
  size = 0;
  readonly runs: OpenRun[] = [];
  /** The last turn that does not think. */
  private plain: OpenRun | undefined;
  private current: OpenRun | undefined;
  private last: OpenRun | undefined;
  private readonly calls = new Map<string, CalledPart>();
  private lastCall: CalledPart | undefined;

  take(turn: ForeignTurn): void {
    const { role, parts } = turn;
    if (role === "assistant") this.takeReply(turn);
    else if (role !== undefined) {
      const text = textOf(parts);
      if (text !== "" && role !== "tool") {
        this.current = undefined;
        this.say({ role, content: shortened(text, LONGEST_TURN) });
      }
    }
    for (const part of parts) if (part.kind === "result") this.takeResult(part);
  }

  /** The runs of turns that think, and that of the last reply. */
  all(): OpenRun[] {
    return this.plain && this.plain === this.last ? [...this.runs, this.plain] : this.runs;
  }

  private say(message: Message): void {
    this.said.push(message);
    this.size += sizeOf(message);
  }

  private takeReply(turn: ForeignTurn): void {
    const parts = withTokens(turnParts(turn.parts), turn.tokens ?? []);
    if (parts.length === 0) return;
    const thinks = parts.some(isThought);
    if (thinks || !this.current) this.current = { turn, parts, thinks, said: this.said.length, size: this.size };
    else {
      this.current.parts.push(...parts);
      this.current.turn = { ...this.current.turn, finish: turn.finish };
    }
    this.last = this.current;
    if (thinks) this.runs.push(this.current);
    else if (!this.current.thinks) this.plain = this.current;
    const calls = parts.filter((part): part is CalledPart => part.kind === "call");
    for (const call of calls) {
      if (call.id !== undefined) this.calls.set(call.id, call);
      this.lastCall = call;
    }
    const content = parts.flatMap((part) => (part.kind === "answer" ? [part.text] : [])).join("\n\n");
    this.say({
      role: "assistant",
      content: shortened(content, LONGEST_TURN),
      ...(calls.length === 0
        ? {}
        : {
            calls: calls.map(({ id, name, arguments: given }) => ({
              ...(id === undefined ? {} : { id }),
              name,
              arguments: shortened(given, LONGEST_TURN),
            })),
          }),
    });
  }

  private takeResult({ id, name, text, failed }: Extract<MessagePart, { kind: "result" }>): void {
    const call = id === undefined ? this.lastCall : this.calls.get(id);
    if (call && call.result === undefined) {
      call.result = shortened(text, LONGEST_RESULT);
      if (failed) call.failed = true;
    }
    const tool = name ?? call?.name;
    this.say({
      role: "tool",
      content: shortened(text, LONGEST_TURN),
      ...(tool === undefined ? {} : { name: tool }),
      ...(id === undefined ? {} : { callId: id }),
    });
  }
}

function textOf(parts: readonly MessagePart[]): string {
  return parts
    .flatMap((part) => (part.kind === "text" || part.kind === "thinking" || part.kind === "summary" ? [part.text] : []))
    .join("\n\n")
    .trim();
}

/** What is told of conversations that give no run. */
export const saidNothing = (count: number, all: number): Sentence =>
  l10n.later`In ${count} of ${all} conversations the model says nothing.`;

/** Words of a conversation before the turn that answers it. */
export function promptOf(turns: readonly ForeignTurn[]): Message[] {
  const reading = new Reading();
  for (const turn of turns) reading.take(turn);
  return contextOf(reading.said, reading.said.length, reading.size, LONGEST_CONTEXT).messages;
}

/**
 * One run for each assistant's turn that thinks. What follows it up to the next one or the user's next words belongs to it.
 * The last reply of a session is a run also where it does not think.
 */
export function* sessionRuns(session: ForeignSession): Generator<ForeignRun> {
  const { id, title, turns, gold, verdicts, notes = [] } = session;
  const reading = new Reading();
  for (const turn of turns) reading.take(turn);
  const runs = reading.all();
  const longest = Math.min(LONGEST_CONTEXT, Math.max(SHORTEST_CONTEXT, Math.floor(MOST_CONTEXT / runs.length)));
  for (const [index, { turn, parts, said, size }] of runs.entries()) {
    const { messages, left } = contextOf(reading.said, said, size, longest);
    const isLast = index === runs.length - 1;
    const { model = session.model, finish, started, ms, promptTokens, reasoningTokens, completionTokens } = turn;
    yield {
      id: runs.length === 1 ? id : `${id}-${index + 1}`,
      title,
      model,
      messages,
      parts,
      finish,
      started,
      ms,
      promptTokens,
      reasoningTokens,
      completionTokens,
      ...(runs.length === 1 ? {} : { group: `session-${id}`, turn: { n: index + 1, of: runs.length } }),
      // A right answer is expected of the last turn.
      ...(isLast ? { gold, verdicts } : {}),
      notes: left > 0 ? [...notes, `${left} turns of the session before this one are left out of its prompt.`] : notes,
    };
  }
}
