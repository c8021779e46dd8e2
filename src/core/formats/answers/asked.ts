/** What a model was asked: the messages of a request, whichever API it was made for. */
import { readMessage } from "../reading/foreignMessage";
import { valueText } from "../reading/messagePart";
import { promptOf, sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { isThought, turnParts } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { list, object, text, type Json } from "../reading/jsonValue";
import { completedPrompt, wholeConversation, withoutPrompt } from "../texts/completed";
import type { Message, Role } from "../../trace/trace";

/** Fields that hold the turns of a request, as OpenAI, the Responses API, Gemini and others name them. */
const TURNS = ["messages", "input", "contents", "prompt", "inputs", "chat_history"];
const SYSTEM: [string, Role][] = [
  ["system", "system"],
  ["system_prompt", "system"],
  ["systemInstruction", "system"],
  ["system_instruction", "system"],
  ["preamble", "system"],
  ["instructions", "developer"],
];

const said = (role: Role, value: unknown): ForeignTurn[] => {
  const parts = object(value)["parts"];
  const words = valueText(parts ?? value).trim();
  const template = role === "user" && typeof value === "string" ? completedPrompt(value) : undefined;
  if (template) return template.messages.map(turnOf);
  return words === "" ? [] : [{ role, parts: [{ kind: "text", text: words }] }];
};

/** The turns of a list of messages, or of a text that the user said. */
export function turnsOf(value: unknown): ForeignTurn[] {
  if (typeof value === "string") return said("user", value);
  const messages = list(value);
  // A prompt may be a list of texts.
  if (messages.length > 0 && messages.every((each) => typeof each === "string"))
    return said("user", messages.join("\n"));
  return messages.map(readMessage);
}

/** All that a request says to a model, its own system prompt first. */
export function askedTurns(request: Json): ForeignTurn[] {
  const system = SYSTEM.flatMap(([name, role]) => (request[name] === undefined ? [] : said(role, request[name])));
  const field = TURNS.find((name) => list(request[name]).length > 0 || (text(request[name]) ?? "") !== "");
  const turns = field === undefined ? [] : turnsOf(request[field]);
  const last = field === "chat_history" ? said("user", request["message"]) : [];
  return [...system, ...turns, ...last];
}

/** The text that a request has completed, where it is no list of messages. */
const completedText = (request: Json): string | undefined =>
  ["prompt", "inputs", "input"].map((name) => text(request[name])).find((each) => each !== undefined);

/**
 * An answer to a prompt that a chat template made, as the whole of the model's turn; of a text that repeats such a prompt,
 * what was asked too.
 */
export function completed(request: Json, answer: ForeignTurn): { asked: ForeignTurn[]; answer: ForeignTurn } {
  const asked = askedTurns(request);
  const prompt = completedText(request);
  const template = prompt === undefined ? undefined : completedPrompt(prompt);
  const [first, ...rest] = answer.parts;
  if (first?.kind !== "text") return { asked, answer };
  const withText = (words: string) => ({ ...answer, parts: [{ ...first, text: words }, ...rest] });
  if (template) return { asked, answer: withText(template.reply(withoutPrompt(first.text, prompt!))) };
  const whole = asked.length > 0 ? undefined : wholeConversation(first.text);
  return whole ? { asked: whole.messages.map(turnOf), answer: withText(whole.reply) } : { asked, answer };
}

const turnOf = ({ role, content }: Message): ForeignTurn => ({ role, parts: [{ kind: "text", text: content }] });

/** What is known of an answer beside its words. */
export type About = Pick<ForeignRun, "id" | "title" | "gold" | "verdicts" | "answer" | "notes">;

/** Words of a prompt from which on an answer that begins with them repeats it: a greeting may be answered by itself. */
const FEWEST_WORDS = 4;

/** An answer without the prompt that servers put before it, where they are asked to (`echo`, `return_full_text`). */
function withoutEcho(asked: readonly ForeignTurn[], answer: ForeignTurn): ForeignTurn {
  const [only, ...others] = asked;
  const [said] = only?.parts ?? [];
  const [first, ...rest] = answer.parts;
  if (others.length > 0 || only?.role !== "user" || said?.kind !== "text" || first?.kind !== "text") return answer;
  const prompt = said.text.trim();
  const written = first.text.trimStart();
  if (prompt.split(/\s+/, FEWEST_WORDS).length < FEWEST_WORDS || !written.startsWith(prompt)) return answer;
  const own = written.slice(prompt.length);
  if (own.trim() === "" || !/^[\s<]/.test(own)) return answer;
  // What is known of each token holds for those of the answer alone, which is not told apart here.
  return { ...answer, parts: [{ ...first, text: own }, ...rest], tokens: undefined };
}

/**
 * The run of an answer to a request. What the model thought in earlier turns of the request is shown too where the file
 * holds this one answer alone: logs of several repeat it with each.
 */
export function* answeredRuns(
  asked: readonly ForeignTurn[],
  answer: ForeignTurn,
  about: About,
  isAlone: boolean,
): Generator<ForeignRun> {
  const own = withoutEcho(asked, answer);
  const earlier = asked.filter(({ role, parts }) => role === "assistant" && turnParts(parts).some(isThought)).length;
  if (isAlone && earlier > 0) {
    yield* sessionRuns({ ...about, turns: [...asked, own] });
    return;
  }
  const [only] = sessionRuns({ ...about, turns: [{ ...own, role: "assistant" }] });
  if (!only) return;
  const left = earlier === 0 ? [] : [`The reasoning of ${earlier} earlier turns of its prompt is left out here.`];
  yield { ...only, answer: about.answer, messages: promptOf(asked), notes: [...(about.notes ?? []), ...left] };
}
