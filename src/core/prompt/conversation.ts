/** How a conversation is written out for a model: by its own chat template, or, as base models have none, in a plain form. */
import type { Message, Role } from "../trace/trace";

/**
 * `template`: the model's own. `turns`: `User: …` and `Assistant:`. `chatml`: between `<|im_start|>` and `<|im_end|>`. `plain`:
 * every message a line, as Coconut's GPT-2 was trained (2412.06769). `joined`: `User:…Assistant:` with nothing between, as
 * InftyThink's models were trained (2503.06692).
 */
export const CONVERSATIONS = ["template", "turns", "chatml", "plain", "joined"] as const;
export type Conversation = (typeof CONVERSATIONS)[number];
/** One that needs no template. */
export type WrittenConversation = Exclude<Conversation, "template">;

/** Names before the turns are what most base models have read; the system's words stand without one. */
const NAMES: Record<Role, string> = {
  system: "",
  developer: "",
  user: "User: ",
  assistant: "Assistant: ",
  tool: "Tool: ",
};

const FORMS: Record<WrittenConversation, (messages: readonly Message[]) => string> = {
  turns: (messages) => `${messages.map(({ role, content }) => `${NAMES[role]}${content}\n\n`).join("")}Assistant:`,
  chatml: (messages) =>
    `${messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`).join("")}<|im_start|>assistant\n`,
  joined: (messages) => `${messages.map(({ role, content }) => NAMES[role].trimEnd() + content).join("")}Assistant:`,
  plain: (messages) => messages.map(({ content }) => `${content}\n`).join(""),
};

/**
 * The conversation, ready for the answer.
 * @param beginning text that the model expects before everything else
 */
export const conversationText = (form: WrittenConversation, messages: readonly Message[], beginning = ""): string =>
  beginning + FORMS[form](messages);

/** What a model writes where it goes on with the next turn by itself, which a base model has nothing else to end with. */
export const CONVERSATION_STOPS: Record<Conversation, readonly string[]> = {
  template: [],
  turns: ["\nUser:"],
  chatml: ["<|im_end|>"],
  plain: [],
  joined: [],
};
