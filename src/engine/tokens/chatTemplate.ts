/** The prompt format of a chat model: its own Jinja template, or a plain one where it brings none. */
import { Template } from "@huggingface/jinja";
import { ActionableError } from "../../core/protocol/rpc";
import type { Message, Role } from "../../core/trace/trace";

export interface ChatTemplate {
  /** The conversation in the model's format, ready for the assistant's turn. */
  render(messages: readonly Message[]): string;
  /** Whether it is the model's own. */
  own: boolean;
}

/** @param specials `bos_token`, `eos_token`, … by name: templates write them out */
export function chatTemplate(source: string | undefined, specials: Readonly<Record<string, string>>): ChatTemplate {
  if (source === undefined)
    return { own: false, render: (messages) => plainPrompt(messages, specials["bos_token"] ?? "") };
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    throw broken(error);
  }
  const render = (messages: readonly Message[]) =>
    template.render({ messages, add_generation_prompt: true, ...specials });
  return {
    own: true,
    render(messages) {
      try {
        return render(messages);
      } catch (error) {
        const merged = systemIntoUser(messages);
        if (!merged) throw broken(error);
        try {
          return render(merged);
        } catch {
          throw broken(error);
        }
      }
    },
  };
}

/**
 * Turns by name, as base models know no roles; names before the turns are what most of them have read.
 * @param beginning text that the model expects before everything else
 */
export function plainPrompt(messages: readonly Message[], beginning = ""): string {
  const name: Record<Role, string> = {
    system: "",
    developer: "",
    user: "User: ",
    assistant: "Assistant: ",
    tool: "Tool: ",
  };
  return `${beginning}${messages.map(({ role, content }) => `${name[role]}${content}\n\n`).join("")}Assistant:`;
}

/** Some templates refuse a system turn (Gemma's does); its text then stands before the first user turn. */
function systemIntoUser(messages: readonly Message[]): Message[] | undefined {
  const [first, second, ...rest] = messages;
  if (first?.role !== "system" || second?.role !== "user") return undefined;
  return [{ role: "user", content: `${first.content}\n\n${second.content}` }, ...rest];
}

const broken = (error: unknown) =>
  new ActionableError(
    "tokenizer-chat-template",
    `The model's chat template cannot format this conversation: ${firstLine(error)}.`,
    "Check the order of roles in the prompt, or repair chat_template in tokenizer_config.json.",
    { cause: error },
  );

const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .split("\n", 1)[0]!
    .slice(0, 200)
    .replace(/\.$/, "");
