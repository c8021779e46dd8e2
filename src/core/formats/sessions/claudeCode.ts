/** Sessions of Claude Code: the lines of one session, its web export, and what `--output-format stream-json` prints. */
import { brokenLines } from "../reading/jsonDocument";
import type { TraceFormat } from "../format";
import { messageParts, readMessage } from "../reading/foreignMessage";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, msBetween, number, object, text, type Json } from "../reading/jsonValue";
import type { Source } from "../source";
import { l10n } from "../../text/l10n";

/** Lines in which the first message of a session is looked for: snapshots and summaries may stand before it. */
const FIRST_LINES = 200;

const isSpoken = (line: Json) =>
  (line["type"] === "user" || line["type"] === "assistant") &&
  typeof line["message"] === "object" &&
  line["message"] !== null &&
  "content" in object(line["message"]);
const isLine = (line: Json) =>
  isSpoken(line) &&
  ["sessionId", "session_id", "uuid", "parent_tool_use_id", "isSidechain"].some((name) => name in line);

function linesOf({ values, first }: Source): Json[] {
  const exported = list(first["loglines"]);
  return (exported.length > 0 ? exported : values).map(object);
}

/** One conversation of a file: the main one, one after `/clear`, or that of an agent that it sent off. */
interface Chain {
  id: string;
  turns: ForeignTurn[];
  /** The message whose blocks the last turn holds: each block is a line of its own. */
  message: string | undefined;
  before: unknown;
}

class Reading {
  readonly chains: Chain[] = [];
  private readonly open = new Map<string, Chain>();
  private readonly seen = new Set<string>();
  title: string | undefined;
  doubled = 0;

  take(line: Json): void {
    if (line["type"] === "summary") this.title ??= text(line["summary"]);
    if (!isSpoken(line)) return;
    const uuid = text(line["uuid"]);
    if (uuid !== undefined && this.seen.has(uuid)) {
      this.doubled += 1;
      return;
    }
    if (uuid !== undefined) this.seen.add(uuid);
    const message = object(line["message"]);
    const name = agentOf(line);
    if (/<command-name>\/clear<\/command-name>/.test(text(message["content"]) ?? "")) this.open.delete(name);
    else this.add(this.chain(name, line), line, message);
  }

  private chain(name: string, line: Json): Chain {
    const known = this.open.get(name);
    if (known) return known;
    const session = text(line["sessionId"]) ?? text(line["session_id"]) ?? "session";
    const place = this.chains.length === 0 ? "" : `-${this.chains.length + 1}`;
    const chain: Chain = { id: `${session}${place}`, turns: [], message: undefined, before: undefined };
    this.chains.push(chain);
    this.open.set(name, chain);
    return chain;
  }

  private add(chain: Chain, line: Json, message: Json): void {
    const id = text(message["id"]);
    const last = chain.turns.at(-1);
    const usage = usageOf(object(message["usage"]));
    const finish = text(message["stop_reason"]);
    if (line["type"] === "assistant" && id !== undefined && id === chain.message && last) {
      last.parts.push(...messageParts(message));
      Object.assign(last, usage, finish === undefined ? {} : { finish });
      last.ms = msBetween(chain.before, line["timestamp"]) ?? last.ms;
      return;
    }
    const isReply = line["type"] === "assistant";
    const turn = readMessage({ ...message, role: isReply ? "assistant" : "user" });
    chain.turns.push({
      ...turn,
      ...(isReply
        ? { model: text(message["model"]), finish, ms: msBetween(chain.before, line["timestamp"]), ...usage }
        : {}),
      started: text(line["timestamp"]),
    });
    chain.message = isReply ? id : undefined;
    if (!isReply) chain.before = line["timestamp"];
  }
}

/** The agent that a line belongs to: agents that were sent off have a conversation of their own. */
const agentOf = (line: Json): string =>
  text(line["agentId"]) ?? text(line["parent_tool_use_id"]) ?? (line["isSidechain"] === true ? "sidechain" : "");

function usageOf(usage: Json): Partial<ForeignTurn> {
  const names = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
  const counted = names.map((name) => number(usage[name])).filter((count) => count !== undefined);
  return counted.length === 0
    ? {}
    : {
        promptTokens: counted.reduce((sum, count) => sum + count, 0),
        completionTokens: number(usage["output_tokens"]),
      };
}

export const claudeCode: TraceFormat = {
  id: "claude-code",
  title: "Claude Code session",
  detect: (source) =>
    linesOf(source).slice(0, FIRST_LINES).some(isLine) ||
    list(source.first["loglines"]).slice(0, FIRST_LINES).map(object).some(isSpoken),
  *read(source, problems) {
    const reading = new Reading();
    for (const line of linesOf(source)) reading.take(line);
    const broken = source.document?.broken ?? 0;
    if (broken > 0) problems.push(brokenLines(broken));
    if (reading.doubled > 0) problems.push(l10n.later`${reading.doubled} lines are doubled and counted once.`);
    let count = 0;
    for (const { id, turns } of reading.chains) {
      for (const run of sessionRuns({ id, title: reading.title ?? firstWords(turns), turns })) {
        count += 1;
        yield run;
      }
    }
    if (count === 0) problems.push(l10n.later`The session holds no turn of the assistant.`);
  },
};

/** Characters of a session's title. */
const LONGEST_TITLE = 80;

/** The beginning of what the user asked first. */
export function firstWords(turns: readonly ForeignTurn[]): string | undefined {
  const words = turns
    .filter(({ role }) => role === "user")
    .flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])))
    .map((each) => each.replace(/\s+/g, " ").trim())
    // What tools put before the first question is no title.
    .find((each) => each !== "" && !each.startsWith("<"));
  if (words === undefined) return undefined;
  return words.length > LONGEST_TITLE ? `${words.slice(0, LONGEST_TITLE - 1)}…` : words;
}
