/** How the model behind a server thinks: from its template where that is known, and from what the server itself understands. */
import {
  EFFORT_LEVELS,
  noThinkFacts,
  type TemplateVariables,
  type ThinkFacts,
  type ThinkSwitch,
} from "../../../core/text/thinkFacts";
import { HOUSE_FORMAT, NO_THINK_FORMAT } from "../../../core/text/thinkFormat";
import type { Message } from "../../../core/trace/trace";
import type { JsonObject } from "../../files/jsonFile";
import { chatTemplate, type ChatTemplate, type TemplateTurn } from "../../tokens/chatTemplate";
import { findThinking, promptsToFindThinking } from "../../tokens/thinking";
import { ServerRefusal } from "./serverErrors";

/**
 * Renders a conversation on the server; undefined where it refuses.
 * @param fields of the request besides, as those that ask to go on with the last turn
 */
export type RemoteTemplate = (
  messages: readonly Message[],
  signal: AbortSignal,
  variables?: TemplateVariables,
  fields?: JsonObject,
) => Promise<string | undefined>;

const noToken = () => false;

/** A template that a server showed (llama.cpp). @param specials as `bos_token` */
export function thinkingOfSource(source: string, specials: Readonly<Record<string, string>>): ThinkFacts | undefined {
  try {
    return orHouse(findThinking(chatTemplate(source, specials), noToken));
  } catch {
    // What the server reads in its own way may be no template here.
    return undefined;
  }
}

/** A template that can only be tried: the prompts that tell how a model thinks are rendered on the server. */
export async function thinkingOfRemote(render: RemoteTemplate, signal: AbortSignal): Promise<ThinkFacts> {
  const written = new Map<string, string>();
  for (const { turns, variables } of promptsToFindThinking) {
    const text = await render(turns, signal, variables);
    if (text !== undefined) written.set(key(turns, variables), text);
  }
  const template: ChatTemplate = {
    // All that it writes stands for its text.
    source: [...written.values()].join("\n"),
    render(turns, variables = {}) {
      const text = written.get(key(turns, variables));
      if (text === undefined) throw new Error("not rendered");
      return text;
    },
  };
  return orHouse(findThinking(template, noToken));
}

const key = (turns: readonly TemplateTurn[], variables: TemplateVariables) => JSON.stringify([turns, variables]);

/** Thoughts that come in a field of their own stand between the house's marks, whoever the model is. */
const orHouse = (facts: ThinkFacts): ThinkFacts =>
  facts.format === NO_THINK_FORMAT ? { ...facts, format: HOUSE_FORMAT, from: "server" } : facts;

/** No word of any server's. */
const NONSENSE = "ottilie";

/**
 * The levels of effort that a chat server understands: asked for one that is none, it names those that are.
 * @param send a request of one token
 */
export async function thinkingOfServer(send: (fields: JsonObject) => Promise<unknown>): Promise<ThinkFacts> {
  const plain: ThinkFacts = { ...noThinkFacts(HOUSE_FORMAT), from: "server" };
  try {
    await send({ reasoning_effort: NONSENSE });
  } catch (error) {
    if (!(error instanceof ServerRefusal) || !/reasoning|effort/i.test(error.said)) return plain;
    const levels = EFFORT_LEVELS.filter((level) => new RegExp(`(?<![a-z])${level}(?![a-z])`, "i").test(error.said));
    return levels.length > 0 ? withLevels(plain, levels) : plain;
  }
  return plain;
}

function withLevels(facts: ThinkFacts, levels: readonly string[]): ThinkFacts {
  const name = "reasoning_effort";
  const effort: ThinkSwitch = { name, kind: "effort", values: levels };
  return {
    ...facts,
    switches: [effort],
    levels: levels.map((level) => ({ name: level, variables: { [name]: level } })),
    off: levels.includes("none") ? { [name]: "none" } : undefined,
  };
}
