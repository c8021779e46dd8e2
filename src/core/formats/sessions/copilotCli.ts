/** Sessions of GitHub Copilot CLI: `events.jsonl`, one event a line with its data. */
import { brokenLines } from "../reading/jsonDocument";
import type { TraceFormat } from "../format";
import { messageParts } from "../reading/foreignMessage";
import { valueText, type MessagePart } from "../reading/messagePart";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, msBetween, number, object, text, type Json } from "../reading/jsonValue";
import { firstWords } from "./claudeCode";
import { l10n } from "../../text/l10n";

const EVENT = /^(?:session|user|assistant|tool|system|subagent|hook|abort)\b[.\w]*$/;
const typeOf = (event: Json) => text(event["type"]) ?? "";
const isEvent = (event: Json) =>
  EVENT.test(typeOf(event)) && typeof event["data"] === "object" && typeOf(event).includes(".");

/** The conversation of the main agent, or of one that it sent off. */
interface Chain {
  id: string;
  turns: ForeignTurn[];
  /** Reasoning that came as an event of its own before its message. */
  thought: MessagePart[];
  before: unknown;
}

class Reading {
  id = "session";
  private model: string | undefined;
  readonly chains = new Map<string, Chain>();
  private readonly seen = new Set<string>();

  take(event: Json): void {
    const id = text(event["id"]);
    if (id !== undefined && this.seen.has(id)) return;
    if (id !== undefined) this.seen.add(id);
    const data = object(event["data"]);
    const chain = this.chain(text(data["parentToolCallId"]) ?? text(event["agentId"]) ?? "");
    switch (typeOf(event)) {
      case "session.start":
        this.id = text(data["sessionId"]) ?? this.id;
        this.model = text(data["selectedModel"]) ?? this.model;
        return;
      case "session.model_change":
        this.model = text(data["newModel"]) ?? this.model;
        return;
      case "system.message":
      case "user.message": {
        const words = text(data["content"]) ?? text(data["transformedContent"]) ?? "";
        const role = typeOf(event) === "user.message" ? "user" : "system";
        chain.turns.push({ role, parts: [{ kind: "text", text: words }] });
        chain.before = event["timestamp"];
        return;
      }
      case "assistant.reasoning":
        chain.thought = messageParts({ reasoning: data["content"] });
        return;
      case "assistant.message":
        return this.takeReply(chain, data, event["timestamp"]);
      case "tool.execution_complete":
        chain.turns.push({ role: "tool", parts: [resultOf(data)] });
        chain.before = event["timestamp"];
    }
  }

  private chain(name: string): Chain {
    const known = this.chains.get(name);
    if (known) return known;
    const chain: Chain = { id: name, turns: [], thought: [], before: undefined };
    this.chains.set(name, chain);
    return chain;
  }

  private takeReply(chain: Chain, data: Json, at: unknown): void {
    const own = messageParts({
      reasoning: data["reasoningText"],
      reasoning_opaque: data["reasoningOpaque"] ?? data["encryptedContent"],
      content: data["content"],
      tool_calls: list(data["toolRequests"]),
    });
    const isTold = own.some(({ kind }) => kind === "thinking");
    const parts =
      isTold || chain.thought.length === 0 ? own : [...chain.thought, ...own.filter(({ kind }) => kind !== "withheld")];
    chain.thought = [];
    chain.turns.push({
      role: "assistant",
      parts,
      model: text(data["model"]) ?? this.model,
      started: text(at),
      ms: msBetween(chain.before, at),
      completionTokens: number(data["outputTokens"]),
    });
  }
}

function resultOf(data: Json): MessagePart {
  const id = text(data["toolCallId"]);
  const failed = data["success"] === false;
  const result = object(data["result"]);
  const told = failed ? (text(object(data["error"])["message"]) ?? data["error"]) : undefined;
  const words = valueText(told ?? result["content"] ?? data["result"]);
  return { kind: "result", ...(id === undefined ? {} : { id }), text: words, failed };
}

export const copilotCli: TraceFormat = {
  id: "copilot-cli",
  title: "Copilot CLI session",
  detect: ({ beginning }) =>
    beginning.some((event) => isEvent(event) && /^(?:session|user|assistant)\./.test(typeOf(event))),
  *read({ values, document }, problems) {
    const reading = new Reading();
    for (const event of values) reading.take(object(event));
    const broken = document?.broken ?? 0;
    if (broken > 0) problems.push(brokenLines(broken));
    let count = 0;
    for (const { id, turns } of reading.chains.values()) {
      const session = id === "" ? reading.id : `${reading.id}-${id}`;
      for (const run of sessionRuns({ id: session, title: firstWords(turns), turns })) {
        count += 1;
        yield run;
      }
    }
    if (count === 0) problems.push(l10n.later`The session holds no turn of the assistant.`);
  },
};
