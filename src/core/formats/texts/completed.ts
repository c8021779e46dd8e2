/** What a model wrote to a prompt for completion: the turns that a chat template made the prompt of, and the model's own as it begins there. */
import type { Message } from "../../trace/trace";
import { isMarked, readReasoning, readReplies, type ReadText } from "../reading/foreignParts";
import { chatTurns, isConversation, templatedPrompt, type TemplatedPrompt } from "./chatText";

/** Harmony's messages, and the header that a prompt of them ends in. */
const HARMONY = /^\s*<\|start\|>(?:system|developer|user)<\|message\|>/;
const HEADER = "<|start|>assistant";
const HEADER_END = /^(?:<\|channel\|>\w{1,20}<\|message\|>)?\s*$/;

function harmonyPrompt(prompt: string): TemplatedPrompt | undefined {
  const at = HARMONY.test(prompt) ? prompt.lastIndexOf(HEADER) : -1;
  if (at < 0 || !HEADER_END.test(prompt.slice(at + HEADER.length))) return undefined;
  const said = readReplies(`${prompt.slice(0, at)}${HEADER}<|channel|>final<|message|>.`).at(-1);
  return { messages: said?.messages ?? [], reply: (written) => prompt.slice(at) + written };
}

/** As `templatedPrompt`, of Harmony's messages too. */
export const completedPrompt = (prompt: string): TemplatedPrompt | undefined =>
  harmonyPrompt(prompt) ?? templatedPrompt(prompt);

/** What is written without the prompt, where that is repeated before it. */
export function withoutPrompt(written: string, prompt: string): string {
  const [asked, said] = [prompt.trim(), written.trimStart()];
  return asked !== "" && said.startsWith(asked) ? said.slice(asked.length) : written;
}

/** A response to a prompt for completion, or to any other question. */
export function readCompletion(prompt: string, written: string): ReadText {
  const own = withoutPrompt(written, prompt);
  const template = completedPrompt(prompt);
  return readReasoning(template ? template.reply(own) : own);
}

/** Whether a mark of thinking stands in a text, or in the reply of a conversation. */
export const holdsThinking = (text: string): boolean =>
  isMarked(text) || (isConversation(text) && isMarked(chatTurns(text).reply));

/** A whole conversation in the marks of a chat template: what was said before the last reply, and that. Undefined for other texts. */
export function wholeConversation(text: string): { messages: Message[]; reply: string } | undefined {
  // Harmony's marks say of the reply itself what of it is which.
  const whole = HARMONY.test(text)
    ? { messages: readReplies(text).at(-1)!.messages, reply: text }
    : isConversation(text)
      ? chatTurns(text)
      : undefined;
  return whole && whole.messages.length > 0 ? whole : undefined;
}
