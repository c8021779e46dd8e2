/** How the model of a run thinks: what its template does by itself, what the strategy needs of it, and what the person says. */
import type { RunThinking, SoftSwitch, TemplateVariables, ThinkFacts } from "../../core/text/thinkFacts";
import type { ThinkFormat } from "../../core/text/thinkFormat";
import type { Message } from "../../core/trace/trace";
import type { Backend } from "../decoding/model";
import type { Strategy } from "../strategies/strategy";

interface Wanted {
  /** Of the template; the person's own word on a variable stands. */
  variables: TemplateVariables;
  format: ThinkFormat | undefined;
}

/** @throws ActionableError of a server */
export async function thinkingOfRun(
  backend: Backend,
  { thinks, title }: Pick<Strategy, "thinks" | "title">,
  { variables, format }: Wanted,
): Promise<RunThinking> {
  const facts = backend.thinking;
  const turned = turnedBy(thinks, facts);
  const own = turned && Object.keys(turned).every((name) => variables[name] === undefined) ? turned : undefined;
  const thinking = await backend.thinkingWith({ ...own, ...variables }, format);
  if (thinks === "off") {
    if (own) return { ...thinking, isOff: true };
    const words = facts.softOff;
    return words ? { ...thinking, opening: words.opening, words, isOff: true } : thinking;
  }
  if (!own) return thinking;
  const said = Object.entries(own).map(([name, value]) => `${name}=${String(value)}`);
  const note = `The model's chat template turns thinking off by itself; ${title} asked it for ${said.join(", ")}.`;
  return { ...thinking, notes: [...thinking.notes, note] };
}

/** What turns thinking to what a strategy needs, where it is not so by itself. */
function turnedBy(thinks: Strategy["thinks"], { on, off, isOffByItself }: ThinkFacts): TemplateVariables | undefined {
  if (thinks === "off") return off;
  return thinks === "on" && isOffByItself ? on : undefined;
}

/** The conversation with the words that turn thinking off, in the turn in which the template reads them. */
export function withWords(messages: readonly Message[], words: SoftSwitch | undefined): Message[] {
  if (!words) return [...messages];
  const at = messages.findLastIndex(({ role }) => role === words.turn);
  if (at < 0) return [{ role: words.turn, content: words.words }, ...messages];
  return messages.map((message, index) =>
    index === at ? { ...message, content: `${message.content}\n${words.words}` } : message,
  );
}
