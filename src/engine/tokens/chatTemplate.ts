/** The prompt format of a chat model: its own Jinja template, or a plain one where it brings none. */
import { jinjaTemplate, type JinjaTemplate } from "../../core/jinja/jinja";
import { TemplateLimit } from "../../core/jinja/limits";
import { conversationText } from "../../core/prompt/conversation";
import { ActionableError } from "../../core/protocol/rpc";
import type { TemplateVariables } from "../../core/text/thinkFacts";
import type { Message } from "../../core/trace/trace";
import { l10n } from "../../core/text/l10n";

/** A turn as templates take it: some write what was thought from a field of its own. */
export type TemplateTurn = Message & { reasoning_content?: string };

export interface ChatTemplate {
  /**
   * The conversation in the model's format, ready for the assistant's turn.
   * @param now the day that templates write into the prompt
   * @throws ActionableError `tokenizer-chat-template`
   */
  render(messages: readonly TemplateTurn[], variables?: TemplateVariables, now?: Date): string;
  /** The template's text; undefined where the model has none. */
  source: string | undefined;
}

/**
 * @param specials `bos_token`, `eos_token`, … by name: templates write them out
 * @throws ActionableError `tokenizer-chat-template`
 */
export function chatTemplate(source: string | undefined, specials: Readonly<Record<string, string>>): ChatTemplate {
  if (source === undefined)
    return { source, render: (messages) => conversationText("turns", messages, specials["bos_token"] ?? "") };
  let template: JinjaTemplate;
  try {
    template = jinjaTemplate(source, { trimBlocks: true, lstripBlocks: true });
  } catch (error) {
    throw broken(error);
  }
  const render = (messages: readonly Message[], variables: TemplateVariables, now?: Date) =>
    template.render(
      // No tools and documents are None for chat templates, and not undefined.
      { add_generation_prompt: true, tools: null, documents: null, ...specials, ...variables, messages },
      now,
    );
  return {
    source,
    render(messages, variables = {}, now) {
      try {
        return render(messages, variables, now);
      } catch (error) {
        const merged = isLimit(error) ? undefined : systemIntoUser(messages);
        if (!merged) throw broken(error);
        try {
          return render(merged, variables, now);
        } catch {
          throw broken(error);
        }
      }
    },
  };
}

/** Some templates refuse a system turn (Gemma's does); its text then stands before the first user turn. */
export function systemIntoUser(messages: readonly Message[]): Message[] | undefined {
  const [first, second, ...rest] = messages;
  if (first?.role !== "system" || second?.role !== "user") return undefined;
  return [{ role: "user", content: `${first.content}\n\n${second.content}` }, ...rest];
}

/** Whether a rendering was ended for what it asked for, and not because the template refuses the conversation. */
export function isLimit(error: unknown): boolean {
  return error instanceof TemplateLimit || (error instanceof ActionableError && error.cause instanceof TemplateLimit);
}

const broken = (error: unknown) =>
  new ActionableError(
    "tokenizer-chat-template",
    l10n.later`The model's chat template cannot format this conversation: ${firstLine(error)}.`,
    "Check the order of roles in the prompt, or repair chat_template in tokenizer_config.json.",
    { cause: error },
  );

const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .split("\n", 1)[0]!
    .slice(0, 200)
    .replace(/\.$/, "");
