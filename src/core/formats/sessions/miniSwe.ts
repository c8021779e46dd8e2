/** Trajectories of mini-swe-agent (`*.traj.json`) and of SWE-agent (`*.traj`): thoughts, commands and what they printed. */
import { loggedAnswer } from "../answers/rawAnswers";
import type { TraceFormat } from "../format";
import { messageParts, readMessage } from "../reading/foreignMessage";
import { valueText, type MessagePart } from "../reading/messagePart";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import type { Source } from "../source";
import { firstWords } from "./claudeCode";
import { l10n } from "../../text/l10n";

const THOUGHT = /^\s*(?:\*\*)?(?:THOUGHT|Thought|DISCUSSION)(?:\*\*)?:?\s*/;
/** What a command printed, as the agent is told. */
const OBSERVED = /^\s*(?:<returncode>|<output>|Observation:|<exception>)/;

const isMini = (value: Json) =>
  /^mini-swe-agent/.test(text(value["trajectory_format"]) ?? "") ||
  (Array.isArray(value["messages"]) &&
    "info" in value &&
    ("mini_version" in object(value["info"]) || "submission" in object(value["info"])));
const isSwe = (value: Json) =>
  list(value["trajectory"]).some((step) => "thought" in object(step) && "observation" in object(step));
/** What SWE-agent was shown and what it said, as its demonstrations hold nothing else. */
const isHistory = (value: Json) => list(value["history"]).some((each) => isStep(object(each)));
const isStep = (message: Json) => message["role"] === "assistant" && "thought" in message && "action" in message;
/** The oldest form: a list of messages. */
const isThoughtful = ({ role, content }: Json) =>
  role === "assistant" && (THOUGHT.test(text(content) ?? "") || /```mswea_bash_command/.test(text(content) ?? ""));
const isPlain = ({ document, beginning }: Source) =>
  document?.isList === true && beginning.every(({ role }) => typeof role === "string") && beginning.some(isThoughtful);

/** The thought before the command, and the command in its fence. */
function thoughtAndCommand(content: string, id: string): MessagePart[] {
  const open = content.indexOf("```");
  const lineEnd = open < 0 ? -1 : content.indexOf("\n", open);
  const close = lineEnd < 0 ? -1 : content.indexOf("```", lineEnd);
  const before = (open < 0 ? content : content.slice(0, open)).trim();
  const isThought = THOUGHT.test(before) || close >= 0;
  const thought: MessagePart = { kind: isThought ? "thinking" : "text", text: before.replace(THOUGHT, "") };
  if (close < 0) return [thought];
  const command = content.slice(lineEnd + 1, close).trim();
  return [...(thought.text === "" ? [] : [thought]), { kind: "call", id, name: "bash", arguments: command }];
}

function replyOf(message: Json, id: string): ForeignTurn {
  const extra = object(message["extra"]);
  const logged = loggedAnswer(extra["response"]);
  const [answer] = logged ? logged.api.read(logged.answer) : [];
  const own = messageParts(message);
  const told = [own, answer?.parts ?? []].find((parts) =>
    parts.some(({ kind }) => kind === "thinking" || kind === "call"),
  );
  const content = valueText(message["content"]);
  return {
    ...(answer ?? {}),
    role: "assistant",
    parts: told ?? thoughtAndCommand(content, id),
    model: answer?.model ?? text(extra["model"]),
  };
}

/** Messages of mini-swe-agent as turns; what a command printed is the result of its call. */
function miniTurns(messages: readonly unknown[]): ForeignTurn[] {
  const turns: ForeignTurn[] = [];
  let waiting: string | undefined;
  for (const [index, value] of messages.entries()) {
    const message = object(value);
    if (message["role"] === "assistant") {
      const id = `call-${index}`;
      const turn = replyOf(message, id);
      waiting = turn.parts.some((part) => part.kind === "call" && part.id === id) ? id : undefined;
      turns.push(turn);
      continue;
    }
    const content = valueText(message["content"]);
    const isResult =
      waiting !== undefined &&
      (OBSERVED.test(content) || "returncode" in object(message["extra"]) || message["role"] === "user");
    if (isResult && message["role"] === "user")
      turns.push({ role: "tool", parts: [{ kind: "result", id: waiting!, text: content, failed: false }] });
    // The last message only says that the agent is done.
    else if (message["role"] !== "exit") turns.push(readMessage(message));
    waiting = undefined;
  }
  return turns;
}

/** Steps of SWE-agent, after the messages before its first one. */
function sweTurns(value: Json): ForeignTurn[] {
  const history = list(value["history"]).map(object);
  const first = history.findIndex(({ role }) => role === "assistant");
  const asked = history.slice(0, first < 0 ? history.length : first).map(readMessage);
  return [
    ...asked,
    ...list(value["trajectory"]).flatMap((each, index): ForeignTurn[] => {
      const step = object(each);
      const [thought, action, observation] = ["thought", "action", "observation"].map(
        (name) => text(step[name])?.trim() ?? "",
      );
      const id = `call-${index}`;
      const parts: MessagePart[] = [
        ...(thought === "" ? [] : [{ kind: "thinking" as const, text: thought! }]),
        ...(action === "" ? [] : [{ kind: "call" as const, id, name: "bash", arguments: action! }]),
      ];
      const seconds = number(step["execution_time"]);
      const reply: ForeignTurn = { role: "assistant", parts, ms: seconds === undefined ? undefined : seconds * 1000 };
      return [reply, { role: "tool", parts: [{ kind: "result", id, text: observation!, failed: false }] }];
    }),
  ];
}

/** A thought, which stands in the content besides, and its command, as a call of a tool or as it was typed. */
function stepParts(message: Json, id: string): MessagePart[] {
  const [thought, action] = ["thought", "action"].map((name) => text(message[name])?.trim() ?? "");
  const calls = messageParts({ tool_calls: message["tool_calls"] });
  const typed: MessagePart[] = action === "" ? [] : [{ kind: "call", id, name: "bash", arguments: action! }];
  if (thought === "") return [...messageParts({ content: message["content"] }), ...(calls.length > 0 ? calls : typed)];
  return [{ kind: "thinking", text: thought! }, ...(calls.length > 0 ? calls : typed)];
}

function historyTurns(history: readonly unknown[]): ForeignTurn[] {
  let waiting: string | undefined;
  return history.map(object).map((message, index): ForeignTurn => {
    const [asked, id] = [waiting, text(list(message["tool_call_ids"])[0])];
    waiting = undefined;
    if (isStep(message)) {
      const parts = stepParts(message, `call-${index}`);
      waiting = parts.flatMap((part) => (part.kind === "call" ? (part.id ?? []) : [])).at(-1);
      return { role: "assistant", parts };
    }
    const result = message["role"] === "tool" ? (id ?? asked) : message["role"] === "user" ? asked : undefined;
    if (result === undefined) return readMessage(message);
    return {
      role: "tool",
      parts: [{ kind: "result", id: result, text: valueText(message["content"]), failed: false }],
    };
  });
}

function modelOf(value: Json): string | undefined {
  const config = object(object(value["info"])["config"]);
  return text(object(config["model"])["model_name"]) ?? text(object(value["info"])["model_name"]);
}

export const miniSwe: TraceFormat = {
  id: "mini-swe-agent",
  title: "SWE-agent trajectory",
  detect: (source) =>
    source.beginning.some((value) => isMini(value) || isSwe(value) || isHistory(value)) || isPlain(source),
  *read(source, problems) {
    const all = isPlain(source) ? [{ messages: source.values }] : source.values.map(object);
    let count = 0;
    for (const [index, value] of all.entries()) {
      const turns = isSwe(value)
        ? sweTurns(value)
        : isHistory(value)
          ? historyTurns(list(object(value)["history"]))
          : miniTurns(list(object(value)["messages"]));
      const id =
        text(object(value)["instance_id"]) ?? (source.name.replace(/\.traj(?:\.json)?$/, "") || `${index + 1}`);
      for (const run of sessionRuns({ id, title: firstWords(turns) ?? id, model: modelOf(value), turns })) {
        count += 1;
        yield run;
      }
    }
    if (count === 0) problems.push(l10n.later`The trajectory holds no step of the agent.`);
  },
};
