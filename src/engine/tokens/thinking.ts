/**
 * How a model thinks, found from its chat template and its vocabulary: the template is rendered with and without the
 * variables that it names, and what differs tells what they do. Nothing is assumed that is not said in a note.
 */
import { shorten } from "../../core/text/shorten";
import {
  noThinkFacts,
  type Opening,
  type RunThinking,
  type TemplateVariables,
  type ThinkFacts,
  type ThinkSwitch,
} from "../../core/text/thinkFacts";
import { NO_THINK_FORMAT, type ThinkFormat } from "../../core/text/thinkFormat";
import type { ChatTemplate, TemplateTurn } from "./chatTemplate";
import { findFormat, spaced } from "./foundFormat";
import { candidates, findSoftSwitch, findSwitches, levelsOf, sides } from "./thinkSwitches";
import { asked, everything, NONSENSE, openingOf, Patience, promptEnd, type TriedTemplate } from "./triedTemplate";

/** Characters of a name or a value in a sentence. */
const LONGEST_NAME = 40;

/**
 * @param hasToken whether the vocabulary has exactly this token
 * @param named the format that the person says, in place of what would be found
 */
export function findThinking(
  template: ChatTemplate,
  hasToken: (mark: string) => boolean,
  named?: ThinkFormat,
  patience = new Patience(),
): ThinkFacts {
  if (template.source === undefined) return noThinkFacts(named ?? NO_THINK_FORMAT);
  const patient = patience.with(template);
  const ends = endings(patient);
  const notes: string[] = [];
  const found = named ? undefined : findFormat(patient, [...ends.values()], hasToken, notes);
  const plain = named ?? found?.format ?? NO_THINK_FORMAT;
  const format = plain === NO_THINK_FORMAT ? plain : spaced(patient, plain, ends);
  const openingWith = (variables: TemplateVariables) => openingOf(promptEnd(patient, variables), format);
  const opening = openingWith({});
  const switches = findSwitches(patient);
  if (format === NO_THINK_FORMAT && switches.length > 0) {
    notes.push(
      `The chat template heeds ${switches[0]!.name}, but has the marks of no think format that is known: its turns are read as a whole. Name its marks with the option thinkFormat, as <opener>...<closer>.`,
    );
  }
  const [on, off] = sides(switches, openingWith, patient);
  if (patience.isOver)
    notes.push("The chat template takes too long to be asked how the model thinks: name that with options if it does.");
  return {
    format,
    from: named ? "option" : (found?.from ?? "nothing"),
    opening,
    switches,
    on,
    off,
    isOffByItself: isOffByItself(patient, off, opening, on && openingWith(on)),
    softOff: off ? undefined : findSoftSwitch(patient, format),
    levels: levelsOf(switches),
    notes,
  };
}

/** A prompt that says nothing of thinking may still turn it off: by a closed block, or by what it does not tell the model. */
function isOffByItself(
  template: TriedTemplate,
  off: TemplateVariables | undefined,
  opening: Opening,
  openingOn: Opening | undefined,
): boolean {
  if (off && everything(template, off) === everything(template, {})) return true;
  return opening === "closed" && openingOn !== undefined && openingOn !== "closed";
}

/**
 * The thinking of a run with these variables. Those that change nothing are left out, and said.
 * @param named as for `findThinking`
 */
export function thinkingWith(
  template: ChatTemplate,
  facts: ThinkFacts,
  wanted: TemplateVariables,
  named?: ThinkFormat,
  patience = new Patience(),
): RunThinking {
  const patient = template.source === undefined ? undefined : patience.with(template);
  const format = named ?? facts.format;
  const notes = [...facts.notes];
  const variables: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (patient && heeds(patient, name, value, facts)) variables[name] = value;
    else notes.push(leftOut(name, value, facts.switches));
  }
  const opening = patient ? openingOf(promptEnd(patient, variables), format) : "model";
  return { format, from: named ? "option" : facts.from, opening, variables, notes };
}

/** What became of a variable that changes nothing, with those that would; both names come from elsewhere. */
function leftOut(name: string, value: string | number | boolean, switches: readonly ThinkSwitch[]): string {
  const said = `${shorten(name, LONGEST_NAME)}=${shorten(String(value), LONGEST_NAME)}`;
  const same = switches.find((each) => each.name === name);
  const heeded = same
    ? `It knows ${same.kind === "budget" ? "numbers of tokens" : same.values.map(String).join(", ")} there.`
    : switches.length > 0
      ? `It heeds ${switches.map((each) => shorten(each.name, LONGEST_NAME)).join(", ")}.`
      : "It heeds no variable about thinking: remove it from templateVariables.";
  return `The model's chat template does not heed ${said}: it was left out. ${heeded}`;
}

/** What a rendering is made of is no variable of the person's. */
const RESERVED = /^(?:messages|add_generation_prompt|continue_final_message|tools|documents|\w+_token)$/;

/** A default is heeded too, though it changes nothing. */
function heeds(template: TriedTemplate, name: string, value: string | number | boolean, facts: ThinkFacts): boolean {
  if (RESERVED.test(name)) return false;
  const known = facts.switches.find((each) => each.name === name);
  if (known) return known.kind === "budget" ? typeof value === "number" : known.values.includes(value);
  const plain = everything(template, {});
  const with_ = everything(template, { [name]: value });
  return with_ !== undefined && with_ !== plain;
}

/** What has to be rendered of a template that is not here, for `findThinking`: few prompts, since each is a request. */
export const promptsToFindThinking: readonly { turns: readonly TemplateTurn[]; variables: TemplateVariables }[] = [
  {},
  { enable_thinking: true },
  { enable_thinking: false },
  { thinking: true },
  { thinking: false },
  ...["none", "low", "medium", "high", NONSENSE].map((level) => ({ reasoning_effort: level })),
].map((variables) => ({ turns: asked, variables: variables as TemplateVariables }));

/** The ends of prompts with each value of each variable that may be one, by the values' JSON. */
function endings(template: TriedTemplate): Map<string, string> {
  const ends = new Map<string, string>();
  const add = (variables: TemplateVariables) => {
    const end = promptEnd(template, variables);
    if (end !== undefined) ends.set(JSON.stringify(variables), end);
  };
  add({});
  for (const name of candidates(template.source)) for (const value of [true, false]) add({ [name]: value });
  return ends;
}

/** Who opens thinking in a prompt that some program made of one turn, which says `question`. */
export function openingOfPrompt(prompt: string, question: string, format: ThinkFormat): Opening {
  const at = prompt.lastIndexOf(question);
  return openingOf(at < 0 ? undefined : prompt.slice(at + question.length), format);
}
