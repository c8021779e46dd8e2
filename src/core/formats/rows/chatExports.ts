/** Conversations as chat programs export them: ChatGPT, Claude, DeepSeek, Open WebUI, LibreChat, AI Studio, LM Studio and others. */
import type { TraceFormat } from "../format";
import { readMessage, roleOf } from "../reading/foreignMessage";
import { saidNothing, sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import type { Source } from "../source";
import { chatParts, geminiCalls } from "./chatCalls";

/** Messages of a tree that are followed; a file can say anything. */
const LONGEST_BRANCH = 10_000;

/** The messages from the root of a tree of answers to the one that was shown last. */
function branchOf(nodes: Json, current: unknown, parent: string): Json[] {
  const ids = Object.keys(nodes);
  const leaf =
    text(current) ??
    ids.findLast((id) => list(object(nodes[id])["children"] ?? object(nodes[id])["childrenIds"]).length === 0);
  const branch: Json[] = [];
  for (let id = leaf; id !== undefined && branch.length < LONGEST_BRANCH; id = text(object(nodes[id])[parent])) {
    if (!Object.hasOwn(nodes, id)) break;
    branch.push(object(nodes[id]));
  }
  return branch.reverse();
}

const part = (type: string, written: unknown) => ({ type, text: written });

/** ChatGPT's and DeepSeek's messages of a tree. */
function treeMessage({ message }: Json): Json {
  const { author, content, fragments, metadata, ...said } = object(message);
  const model = said["model"] ?? object(metadata)["model_slug"];
  if (Array.isArray(fragments)) return { ...fragmentMessage(fragments), model };
  const inside = object(content);
  const role = object(author)["role"] ?? said["role"];
  switch (inside["content_type"]) {
    case undefined:
      return { ...said, role, content };
    case "thoughts":
      return {
        role,
        model,
        content: list(inside["thoughts"]).map((thought) =>
          part("thinking", object(thought)["content"] ?? object(thought)["summary"]),
        ),
      };
    case "text":
    case "multimodal_text":
      return {
        role,
        model,
        content: list(inside["parts"])
          .filter((each) => typeof each === "string")
          .map((each) => part("text", each)),
      };
    default:
      // A recap of how long it thought, code that ran, pictures.
      return {};
  }
}

const FRAGMENTS: Record<string, string> = { THINK: "thinking", RESPONSE: "text", REQUEST: "text" };

function fragmentMessage(fragments: readonly unknown[]): Json {
  const all = fragments.map(object);
  return {
    role: all.some(({ type }) => type === "REQUEST") ? "user" : "assistant",
    content: all.flatMap(({ type, content }) => {
      const kind = FRAGMENTS[text(type) ?? ""];
      return kind === undefined ? [] : [part(kind, content)];
    }),
  };
}

/** AI Studio's pieces; a thought is told by a mark. */
const chunkMessage = (chunk: Json): Json => ({
  role: chunk["role"],
  content: [part(chunk["isThought"] === true ? "thinking" : "text", chunk["text"])],
});

/** LibreChat's, Claude's, Gemini CLI's, OpenCode's and Continue's. */
function plainMessage(value: Json): Json {
  const info = object(value["info"]);
  if ("role" in info) return { role: info["role"], content: chatParts(value["parts"]), model: info["modelID"] };
  const inner = object(value["message"]);
  if ("role" in inner)
    return inner["role"] === "thinking"
      ? { role: "assistant", content: [part("thinking", inner["content"])] }
      : { tool_calls: inner["toolCalls"], ...inner };
  const isUser = value["isCreatedByUser"];
  const content = list(value["content"]).length > 0 ? list(value["content"]) : (value["content"] ?? value["text"]);
  if (typeof isUser === "boolean")
    return { role: isUser ? "user" : "assistant", content: chatParts(content), model: value["model"] };
  if ("sender" in value) return { role: value["sender"], content };
  if (value["type"] !== "gemini") return { role: value["type"], content };
  const thoughts = list(value["thoughts"])
    .map(object)
    .map(({ subject, description }) => [text(subject), text(description)].filter(Boolean).join("\n"));
  return {
    role: "assistant",
    model: value["model"],
    promptTokens: number(object(value["tokens"])["input"]),
    content: [
      ...thoughts.map((thought) => part("thinking", thought)),
      part("text", content),
      ...geminiCalls(value["toolCalls"]),
    ],
  };
}

/** LM Studio keeps versions of a message, and steps of a version. */
function versionMessage(value: Json): Json {
  const version = object(list(value["versions"])[number(value["currentlySelected"]) ?? 0]);
  const steps = list(version["steps"]).map(object);
  if (steps.length === 0) return version;
  const content = steps.flatMap((step) => {
    const isThought = object(step["style"])["type"] === "thinking";
    return list(step["content"]).map((each) => (isThought ? part("thinking", object(each)["text"]) : each));
  });
  return { role: version["role"], content };
}

const tavernMessage = (value: Json): Json => ({
  role: value["is_user"] === true ? "user" : "assistant",
  content: value["mes"],
  reasoning: object(value["extra"])["reasoning"],
  model: object(value["extra"])["model"],
});

/** The messages of a conversation in the order in which they were said; undefined for another value. */
function messagesOf(value: Json): Json[] | undefined {
  const chat = object(value["chat"]);
  const history = object(chat["history"]);
  if (Object.keys(object(history["messages"])).length > 0)
    return branchOf(object(history["messages"]), history["currentId"], "parentId");
  if (Object.keys(object(value["mapping"])).length > 0)
    return branchOf(object(value["mapping"]), value["current_node"], "parent").map(treeMessage);
  const chunks = list(object(value["chunkedPrompt"])["chunks"]).map(object);
  if (chunks.length > 0) return chunks.map(chunkMessage);
  const messages = [value["chat_messages"], value["messages"], value["history"]]
    .map(list)
    .find((each) => each.length > 0);
  const [first = {}] = (messages ?? []).map(object);
  if (Array.isArray(first["versions"])) return messages!.map(object).map(versionMessage);
  const isOurs =
    "sender" in first ||
    "isCreatedByUser" in first ||
    "role" in object(first["info"]) ||
    ("contextItems" in first && "role" in object(first["message"])) ||
    ("sessionId" in value && first["type"] === "user" && !("role" in first));
  return isOurs ? messages!.map(object).map(plainMessage) : undefined;
}

function turnOf(message: Json): ForeignTurn[] {
  const role = roleOf(message["role"]);
  if (role === undefined) return [];
  const { parts } = readMessage(message);
  return [{ role, parts, model: text(message["model"]), promptTokens: number(message["promptTokens"]) }];
}

const isTavern = (source: Source) =>
  source.beginning.some((value) => typeof value["mes"] === "string" && "is_user" in value);

export const chatExports: TraceFormat = {
  id: "chat-export",
  title: "Conversation of a chat program",
  detect: (source) =>
    isTavern(source) ||
    source.beginning.some((value) => messagesOf(value)?.some((message) => roleOf(message["role"]) === "assistant")),
  *read(source, problems) {
    if (isTavern(source)) {
      const turns = source.values
        .map(object)
        .filter((value) => typeof value["mes"] === "string")
        .map(tavernMessage);
      yield* sessionRuns({ id: "chat", turns: turns.flatMap(turnOf) });
      return;
    }
    let [conversations, silent] = [0, 0];
    for (const [index, value] of source.values.map(object).entries()) {
      const turns = messagesOf(value)?.flatMap(turnOf) ?? [];
      if (turns.length > 0) conversations += 1;
      const id = ["conversation_id", "conversationId", "uuid", "id", "sessionId"]
        .map((name) => scalar(value[name]))
        .find(Boolean);
      const model = text(object(value["runSettings"])["model"]) ?? text(value["model"]);
      const runs = [
        ...sessionRuns({
          id: id ?? `${index + 1}`,
          title: text(value["title"]) ?? text(value["name"]),
          model,
          turns,
        }),
      ];
      if (runs.length === 0 && turns.length > 0) silent += 1;
      yield* runs;
    }
    if (silent > 0 && silent < conversations) problems.push(saidNothing(silent, conversations));
  },
};
