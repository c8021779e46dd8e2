/** Sessions of Codex: `rollout-*.jsonl` in its newer and older form, and what `codex exec --json` prints. */
import { brokenLines } from "../reading/jsonDocument";
import type { TraceFormat } from "../format";
import { readMessage } from "../reading/foreignMessage";
import { itemParts } from "../answers/openAiResponses";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { msBetween, number, object, text, type Json } from "../reading/jsonValue";
import { firstWords } from "./claudeCode";
import { l10n } from "../../text/l10n";

const LINES = new Set(["session_meta", "response_item", "event_msg", "turn_context", "compacted"]);
const EXEC = /^(?:thread\.started|turn\.(?:started|completed|failed)|item\.(?:started|updated|completed))$/;
const ITEM = /^(?:message|reasoning|\w+_call|\w+_call_output)$/;

const typeOf = (value: Json) => text(value["type"]) ?? "";
const isLine = (line: Json) => LINES.has(typeOf(line)) && typeof line["payload"] === "object";
/** Before version 0.32 the first line told of the session, and items followed without a frame. */
const isOldHead = (line: Json) =>
  "timestamp" in line && "id" in line && ("instructions" in line || "git" in line) && !("type" in line);

/** The editor's extension puts what is open there before what the person asks. */
const REQUEST = "## My request for Codex:";

/** A message of a person, what their editor put before it as one of its own. */
function askedApart(turn: ForeignTurn): ForeignTurn[] {
  const [part] = turn.parts;
  if (turn.role !== "user" || turn.parts.length !== 1 || part?.kind !== "text") return [turn];
  const at = part.text.indexOf(REQUEST);
  if (at < 0) return [turn];
  const texts = [part.text.slice(0, at), part.text.slice(at + REQUEST.length)].map((each) => each.trim());
  const roles = ["developer", "user"] as const;
  return texts.flatMap((said, place) =>
    said === "" ? [] : [{ ...turn, role: roles[place]!, parts: [{ kind: "text" as const, text: said }] }],
  );
}

class Reading {
  readonly turns: ForeignTurn[] = [];
  id = "session";
  private model: string | undefined;
  /** The turn of the assistant that further items belong to. */
  private reply: ForeignTurn | undefined;
  private before: unknown;
  /** What the interface showed, for files that hold nothing else. */
  private readonly shown: ForeignTurn[] = [];
  private readonly seen = new Set<string>();

  take(line: Json): void {
    const payload = object(line["payload"]);
    switch (typeOf(line)) {
      case "session_meta":
        this.id = text(payload["id"]) ?? this.id;
        this.say("system", text(payload["instructions"]) ?? text(object(payload["base_instructions"])["text"]));
        return;
      case "turn_context":
        this.model = text(payload["model"]) ?? this.model;
        return;
      case "response_item":
        return this.takeItem(payload, line["timestamp"]);
      case "compacted":
        this.reply = undefined;
        return this.say("user", text(payload["message"]));
      case "event_msg":
        return this.takeEvent(payload, line["timestamp"]);
      case "item.completed":
        return this.takeExec(object(line["item"]));
      case "thread.started":
        this.id = text(line["thread_id"]) ?? this.id;
        return;
      case "turn.completed":
        return this.count(object(line["usage"]));
      default:
        if (isOldHead(line)) {
          this.id = text(line["id"]) ?? this.id;
          this.say("system", text(line["instructions"]));
        } else if (ITEM.test(typeOf(line))) this.takeItem(line, line["timestamp"]);
    }
  }

  /** The turns of items, else what the interface showed. */
  all(): ForeignTurn[] {
    return this.turns.some(({ role }) => role === "assistant") ? this.turns : this.shown;
  }

  private say(role: "system" | "user", words: string | undefined): void {
    if (words !== undefined && words !== "") this.turns.push({ role, parts: [{ kind: "text", text: words }] });
  }

  private takeItem(item: Json, at: unknown): void {
    // A session that was gone on with repeats its items.
    const id = text(item["id"]);
    if (id !== undefined && this.seen.has(id)) return;
    if (id !== undefined) this.seen.add(id);
    const message = readMessage(item);
    if (message.role !== "assistant") {
      this.reply = undefined;
      this.before = at ?? this.before;
      if (message.parts.length > 0) this.turns.push(...askedApart({ ...message, started: text(at) }));
      return;
    }
    const parts = itemParts([item]);
    if (this.reply) this.reply.parts.push(...parts);
    else this.turns.push((this.reply = { role: "assistant", parts, model: this.model, started: text(at) }));
    this.reply.ms = msBetween(this.before, at) ?? this.reply.ms;
  }

  private takeEvent(event: Json, at: unknown): void {
    const words = text(event["message"]) ?? text(event["text"]) ?? "";
    const type = typeOf(event);
    if (type === "token_count") return this.count(object(object(event["info"])["last_token_usage"]));
    if (type === "user_message")
      this.shown.push(...askedApart({ role: "user", parts: [{ kind: "text", text: words }] }));
    const kind = (
      { agent_message: "text", agent_reasoning: "thinking", agent_reasoning_raw_content: "thinking" } as const
    )[type];
    if (kind === undefined || words === "") return;
    const last = this.shown.at(-1);
    const part = { kind, text: words };
    if (last?.role === "assistant" && !last.parts.some((each) => each.kind === "text")) last.parts.push(part);
    else this.shown.push({ role: "assistant", parts: [part], model: this.model, started: text(at) });
  }

  private takeExec(item: Json): void {
    const type = typeOf(item);
    const words = text(item["text"]) ?? "";
    const kind = ({ reasoning: "thinking", agent_message: "text" } as const)[type];
    if (kind === undefined && type !== "command_execution" && type !== "mcp_tool_call") return;
    if (!this.reply) this.turns.push((this.reply = { role: "assistant", parts: [], model: this.model }));
    if (kind !== undefined) {
      // Thinking after an answer or a call is that of the next turn.
      if (kind === "thinking" && this.reply.parts.some((part) => part.kind !== "thinking"))
        this.turns.push((this.reply = { role: "assistant", parts: [], model: this.model }));
      this.reply.parts.push({ kind, text: words });
      return;
    }
    const id = text(item["id"]) ?? `${this.turns.length}`;
    const name = text(item["tool"]) ?? "shell";
    this.reply.parts.push({
      kind: "call",
      id,
      name,
      arguments: text(item["command"]) ?? JSON.stringify(item["arguments"] ?? {}),
    });
    const result = text(item["aggregated_output"]) ?? JSON.stringify(item["result"] ?? "");
    const failed = item["status"] === "failed";
    this.turns.push({ role: "tool", parts: [{ kind: "result", id, name, text: result, failed }] });
  }

  private count(usage: Json): void {
    const last = this.turns.findLast(({ role }) => role === "assistant");
    if (!last || Object.keys(usage).length === 0) return;
    last.promptTokens = number(usage["input_tokens"]);
    last.completionTokens = number(usage["output_tokens"]);
    last.reasoningTokens = number(usage["reasoning_output_tokens"]);
  }
}

export const codex: TraceFormat = {
  id: "codex",
  title: "Codex session",
  detect: ({ beginning }) =>
    beginning.some((line) => isLine(line) || typeOf(line) === "thread.started") ||
    beginning.filter((line) => EXEC.test(typeOf(line))).length > 1 ||
    (beginning[0] !== undefined && isOldHead(beginning[0]) && beginning.some((line) => ITEM.test(typeOf(line)))),
  *read({ values, document }, problems) {
    const reading = new Reading();
    for (const line of values) reading.take(object(line));
    const broken = document?.broken ?? 0;
    if (broken > 0) problems.push(brokenLines(broken));
    const turns = reading.all();
    let count = 0;
    for (const run of sessionRuns({ id: reading.id, title: firstWords(turns), turns })) {
      count += 1;
      yield run;
    }
    if (count === 0) problems.push(l10n.later`The session holds no turn of the assistant.`);
  },
};
