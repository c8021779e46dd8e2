/** A chat template that is tried out: what it writes for turns that mean nothing, and where the model begins behind them. */
import { isThinkingAt } from "../../core/text/segment";
import type { Opening, TemplateVariables } from "../../core/text/thinkFacts";
import type { ThinkFormat } from "../../core/text/thinkFormat";
import { isLimit, type ChatTemplate, type TemplateTurn } from "./chatTemplate";

/** Asks for nothing that a template could mistake for its own words. */
export const QUESTION = "How many are 1 and 1, Ottilie?";
export const THOUGHT = "Ottilie counts her thumbs.";
export const ANSWER = "Ottilie has two.";
/** Templates that write the time write always the same one here. */
const NOW = new Date(2026, 0, 2, 3, 4, 5);
/** A value that no template knows. */
export const NONSENSE = "ottilie";

export interface TriedTemplate {
  render(turns: readonly TemplateTurn[], variables?: TemplateVariables): string | undefined;
  source: string;
}

/** Milliseconds for everything that is asked of one template at a time: it is rendered about a hundred times. */
const LONGEST = 2500;

/** What a template may take to be asked how its model thinks. One that went beyond its bounds once is asked no more. */
export class Patience {
  private over = false;

  /** Whether something was not asked because the template took too long. */
  get isOver(): boolean {
    return this.over;
  }

  /** The template, of which what cannot be rendered, or not in time, is undefined. */
  with({ source = "", render }: ChatTemplate): TriedTemplate {
    const until = performance.now() + LONGEST;
    return {
      source,
      render: (turns, variables) => {
        if (performance.now() > until) this.over = true;
        if (this.over) return undefined;
        try {
          return render(turns, variables, NOW);
        } catch (error) {
          // A template may refuse a value, or a turn; that it does so is what was to be found.
          this.over = isLimit(error);
          return undefined;
        }
      },
    };
  }
}

export const asked: readonly TemplateTurn[] = [{ role: "user", content: QUESTION }];

/** What the template writes behind the question: where the model begins. */
export function promptEnd(template: TriedTemplate, variables: TemplateVariables, turns = asked): string | undefined {
  const prompt = template.render(turns, variables);
  const at = prompt?.lastIndexOf(QUESTION) ?? -1;
  return prompt === undefined || at < 0 ? undefined : prompt.slice(at + QUESTION.length);
}

/** A conversation with a thought in its last turn, as the template writes it. */
export function historyOf(template: TriedTemplate, field: string): string | undefined {
  const turn = { role: "assistant" as const, content: ANSWER, [field]: THOUGHT };
  return template.render([...asked, turn], { add_generation_prompt: false });
}

/** All that a template writes in which a variable may show. */
export function everything(template: TriedTemplate, variables: TemplateVariables): string | undefined {
  const prompts = [
    template.render(asked, variables),
    template.render([{ role: "system", content: "Be brief." }, ...asked], variables),
  ];
  // Some templates refuse a system turn, and then do so with every value.
  return prompts[0] === undefined ? undefined : prompts.join("\u0000");
}

export function earlierTurns(template: TriedTemplate, variables: TemplateVariables): string | undefined {
  const past: TemplateTurn[] = [...asked, { role: "assistant", content: ANSWER, reasoning_content: THOUGHT }, ...asked];
  return template.render(past, variables);
}

/** Who opens thinking in what a prompt ends with; undefined is a template that could not be rendered. */
export function openingOf(end: string | undefined, format: ThinkFormat): Opening {
  if (end === undefined || format.opener === "") return "model";
  if (isThinkingAt(end, { format })) return "template";
  // Harmony's closer ends every turn, and so do some others.
  const opened = format.endsMessages ? end.lastIndexOf(format.opener) : 0;
  const closes =
    format.id === "harmony" ? end.includes(format.empty) : opened >= 0 && end.indexOf(format.closer, opened) >= 0;
  return closes ? "closed" : "model";
}
