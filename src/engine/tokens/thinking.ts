/**
 * How a model thinks, found from its chat template and its vocabulary: the template is rendered with and without the
 * variables that it names, and what differs tells what they do. Nothing is assumed that is not said in a note.
 */
import { isThinkingAt } from "../../core/text/segment";
import { shorten } from "../../core/text/shorten";
import {
  EFFORT_LEVELS,
  noThinkFacts,
  type Opening,
  type RunThinking,
  type SoftSwitch,
  type TemplateVariables,
  type ThinkFacts,
  type ThinkSwitch,
} from "../../core/text/thinkFacts";
import { namedThinkFormat, NO_THINK_FORMAT, THINK_FORMATS, type ThinkFormat } from "../../core/text/thinkFormat";
import type { ChatTemplate, TemplateTurn } from "./chatTemplate";

/** Asks for nothing that a template could mistake for its own words. */
const QUESTION = "How many are 1 and 1, Ottilie?";
const THOUGHT = "Ottilie counts her thumbs.";
const ANSWER = "Ottilie has two.";
/** Templates that write the time write always the same one here. */
const NOW = new Date(2026, 0, 2, 3, 4, 5);
/** A value that no template knows. */
const NONSENSE = "ottilie";
/** Variables that are tried although the template's text does not name them in one piece. */
const USUAL = ["enable_thinking", "thinking", "reasoning_effort", "thinking_budget"];
const MOST_VARIABLES = 24;
/** Characters of a name or a value in a sentence. */
const LONGEST_NAME = 40;
/** What has to do with thinking in a template, in names and in texts. */
const ABOUT_THINKING = /think|reason|effort|thought/i;
/** Characters between thinking's closer and the answer's own opener where a template names both. */
const BESIDE = 200;
/** Marks of what stores thinking, and not of models. */
const STORED = ["terminal", "details"];

interface Template {
  render(turns: readonly TemplateTurn[], variables?: TemplateVariables): string | undefined;
  source: string;
}

/**
 * @param hasToken whether the vocabulary has exactly this token
 * @param named the format that the person says, in place of what would be found
 */
export function findThinking(
  template: ChatTemplate,
  hasToken: (mark: string) => boolean,
  named?: ThinkFormat,
): ThinkFacts {
  if (template.source === undefined) return noThinkFacts(named ?? NO_THINK_FORMAT);
  const patient = patiently(template);
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
  return {
    format,
    from: named ? "option" : (found?.from ?? "nothing"),
    opening,
    switches,
    on,
    off,
    softOff: off ? undefined : findSoftSwitch(patient, format),
    levels: levelsOf(switches),
    notes,
  };
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
): RunThinking {
  const patient = template.source === undefined ? undefined : patiently(template);
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
function heeds(template: Template, name: string, value: string | number | boolean, facts: ThinkFacts): boolean {
  if (RESERVED.test(name)) return false;
  const known = facts.switches.find((each) => each.name === name);
  if (known) return known.kind === "budget" ? typeof value === "number" : known.values.includes(value);
  const plain = everything(template, {});
  const with_ = everything(template, { [name]: value });
  return with_ !== undefined && with_ !== plain;
}

/** Milliseconds for everything that is asked of one template: it is rendered about a hundred times. */
const LONGEST = 5000;

function patiently({ source = "", render }: ChatTemplate): Template {
  const until = performance.now() + LONGEST;
  return {
    source,
    render(turns, variables) {
      if (performance.now() > until) return undefined;
      try {
        return render(turns, variables, NOW);
      } catch {
        // A template may refuse a value, or a turn; that it does so is what was to be found.
        return undefined;
      }
    },
  };
}

const asked: readonly TemplateTurn[] = [{ role: "user", content: QUESTION }];

/** What has to be rendered of a template that is not here, for `findThinking`: few prompts, since each is a request. */
export const promptsToFindThinking: readonly { turns: readonly TemplateTurn[]; variables: TemplateVariables }[] = [
  {},
  { enable_thinking: true },
  { enable_thinking: false },
  { thinking: true },
  { thinking: false },
  ...["none", "low", "medium", "high", NONSENSE].map((level) => ({ reasoning_effort: level })),
].map((variables) => ({ turns: asked, variables: variables as TemplateVariables }));

/** What the template writes behind the question: where the model begins. */
function promptEnd(template: Template, variables: TemplateVariables, turns = asked): string | undefined {
  const prompt = template.render(turns, variables);
  const at = prompt?.lastIndexOf(QUESTION) ?? -1;
  return prompt === undefined || at < 0 ? undefined : prompt.slice(at + QUESTION.length);
}

/** The ends of prompts with each value of each variable that may be one, by the values' JSON. */
function endings(template: Template): Map<string, string> {
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

function openingOf(end: string | undefined, format: ThinkFormat): Opening {
  if (end === undefined || format.opener === "") return "model";
  if (isThinkingAt(end, { format })) return "template";
  // Harmony's closer ends every turn.
  const closes = format.id === "harmony" ? end.includes(format.empty) : end.includes(format.closer);
  return closes ? "closed" : "model";
}

/** Names in the template that have to do with thinking, which its own `set` may define as well. */
function candidates(source: string): string[] {
  if (!ABOUT_THINKING.test(source)) return [];
  const named = source.match(/\b[a-zA-Z_]*(?:think|reason|effort)[a-zA-Z_]*\b/gi) ?? [];
  return [...new Set([...USUAL, ...named])].slice(0, MOST_VARIABLES);
}

function findFormat(
  template: Template,
  ends: readonly string[],
  hasToken: (mark: string) => boolean,
  notes: string[],
): { format: ThinkFormat; from: ThinkFacts["from"] } | undefined {
  const { source } = template;
  const history = [historyOf(template, "reasoning_content"), historyOf(template, "thinking")].join("");
  const has = (mark: string) => mark !== "" && (source.includes(mark) || history.includes(mark));
  const scored = THINK_FORMATS.filter(({ id }) => !STORED.includes(id)).map((format) => {
    const { opener, closer, answer } = format;
    // Harmony's marks are put together from parts, and its closer ends every turn.
    const [opens, closes] =
      format.id === "harmony"
        ? [has("<|channel|>") && /analysis/.test(source), has("<|channel|>")]
        : [has(opener), has(closer)];
    const tokens = format.id === "harmony" ? ["<|channel|>", "<|message|>"] : [opener.replace(/thought$/, ""), closer];
    const prompted = format.id !== "harmony" && ends.some((end) => end.includes(opener) || end.includes(closer));
    const written = Number(opens) + Number(closes) + (prompted ? 4 : 0);
    const known = tokens.every(hasToken) ? 1 : 0;
    // Of formats with one opener, the answer's own marks tell which it is.
    const wrapped = answer === undefined ? 0 : areBeside(source + history, closer, answer.opener) ? 0.5 : -0.5;
    return { format, written, score: written === 0 && known === 0 ? 0 : written + known + wrapped };
  });
  const [best, ...others] = scored.filter(({ score }) => score >= 1).sort((a, b) => b.score - a.score);
  if (!best) return unknownTag(ends, source, notes);
  const rival = others.find(({ format, written }) => format.opener !== best.format.opener && written >= 2);
  if (rival) {
    notes.push(
      `The chat template has marks of two think formats, ${best.format.id} and ${rival.format.id}: ${best.format.id} is taken. Name the right one with the option thinkFormat.`,
    );
  }
  return { format: best.format, from: best.written > 0 ? "template" : "vocabulary" };
}

function areBeside(text: string, first: string, second: string): boolean {
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (text.slice(at, at + BESIDE).includes(second)) return true;
  }
  return false;
}

/** A tag that the prompt ends in and the template closes elsewhere. */
function unknownTag(ends: readonly string[], source: string, notes: string[]) {
  for (const end of ends) {
    const name = /<([A-Za-z][\w:-]{0,40})>\s*$/.exec(end)?.[1];
    const format = name === undefined ? undefined : namedThinkFormat(`<${name}>...</${name}>`);
    if (!format || !source.includes(format.closer)) continue;
    notes.push(
      `The chat template opens ${format.opener}, which no known model does: it is taken for thinking. Name another format with the option thinkFormat.`,
    );
    return { format, from: "template" as const };
  }
  return undefined;
}

/** A conversation with a thought in its last turn, as the template writes it. */
function historyOf(template: Template, field: string): string | undefined {
  const turn = { role: "assistant" as const, content: ANSWER, [field]: THOUGHT };
  return template.render([...asked, turn], { add_generation_prompt: false });
}

/** The format with the blanks that this template writes around its marks. */
function spaced(template: Template, format: ThinkFormat, ends: ReadonlyMap<string, string>): ThinkFormat {
  let { open, close, empty } = format;
  for (const field of ["reasoning_content", "thinking", "reasoning"]) {
    const written = historyOf(template, field);
    const thought = written?.indexOf(THOUGHT) ?? -1;
    const answer = written?.indexOf(ANSWER, thought) ?? -1;
    if (written === undefined || thought < 0 || answer < thought) continue;
    const between = written.slice(thought + THOUGHT.length, answer);
    const opened = written.lastIndexOf(format.opener, thought);
    if (opened < 0 || !between.includes(format.closer)) continue;
    [open, close] = [written.slice(opened, thought), between];
    break;
  }
  for (const end of ends.values()) {
    const opened = end.lastIndexOf(format.opener);
    if (opened < 0) continue;
    if (isThinkingAt(end, { format })) open = end.slice(opened);
    else if (end.indexOf(format.closer, opened) > 0) empty = end.slice(opened);
  }
  return { ...format, open, close, empty };
}

/** All that a template writes in which a variable may show. */
function everything(template: Template, variables: TemplateVariables): string | undefined {
  const prompts = [
    template.render(asked, variables),
    template.render([{ role: "system", content: "Be brief." }, ...asked], variables),
  ];
  // Some templates refuse a system turn, and then do so with every value.
  return prompts[0] === undefined ? undefined : prompts.join("\u0000");
}

function earlierTurns(template: Template, variables: TemplateVariables): string | undefined {
  const past: TemplateTurn[] = [...asked, { role: "assistant", content: ANSWER, reasoning_content: THOUGHT }, ...asked];
  return template.render(past, variables);
}

function findSwitches(template: Template): ThinkSwitch[] {
  const plain = everything(template, {});
  const past = earlierTurns(template, {});
  return candidates(template.source).flatMap((name): ThinkSwitch[] => {
    const shown = (value: string | number | boolean) => everything(template, { [name]: value });
    if (/budget/i.test(name)) {
      const sizes = [0, 512, 4096].filter((size) => shown(size) !== undefined);
      const differ = new Set([plain, ...sizes.map(shown)]).size > 1;
      return differ ? [{ name, kind: "budget", values: sizes }] : [];
    }
    const nonsense = shown(NONSENSE);
    const levels =
      nonsense === undefined || nonsense !== plain || /effort|mode|level/i.test(name) ? levelsIn(name) : [];
    const words = levels.filter((level) => {
      const written = shown(level);
      // A template that writes any word into the prompt knows the usual three.
      if (nonsense?.includes(NONSENSE)) return written !== undefined && ["low", "medium", "high"].includes(level);
      return written !== undefined && written !== nonsense;
    });
    const [yes, no] = [shown(true), shown(false)];
    const isEffort = /effort|level/i.test(name);
    if (isEffort && words.length > 0) return [{ name, kind: "effort", values: words }];
    if (yes !== no && yes !== undefined && no !== undefined) return [{ name, kind: "switch", values: [true, false] }];
    if (words.length > 1) return [{ name, kind: "effort", values: words }];
    if (earlierTurns(template, { [name]: true }) !== earlierTurns(template, { [name]: false }) && past !== undefined)
      return [{ name, kind: "history", values: [true, false] }];
    return [];
  });

  /** The usual levels, and words that the template itself compares the variable with. */
  function levelsIn(name: string): string[] {
    const near = new RegExp(`\\b${name}\\b[^{}%]{0,60}`, "g");
    const compared = [...template.source.matchAll(near)].flatMap(([piece]) =>
      [...piece.matchAll(/["']([a-z_]{2,20})["']/g)].map((match) => match[1]!),
    );
    return [...new Set<string>([...EFFORT_LEVELS, ...compared])].slice(0, 16);
  }
}

/** What turns thinking on and off, among the switches that the template heeds. */
function sides(
  switches: readonly ThinkSwitch[],
  openingWith: (variables: TemplateVariables) => Opening,
  template: Template,
): [on: TemplateVariables | undefined, off: TemplateVariables | undefined] {
  const plain = everything(template, {});
  for (const { name, kind, values } of switches) {
    if (kind === "history" || kind === "effort") continue;
    const [high, low] = kind === "switch" ? [true, false] : [values.at(-1)!, 0];
    const [opened, closed] = [openingWith({ [name]: high }), openingWith({ [name]: low })];
    // `no_thinking=true` and its like mean the opposite of what they are.
    const turned = /^(?:no|non|disable|skip)_/i.test(name) || (opened === "closed" && closed !== "closed");
    const [on, off] = turned ? [low, high] : [high, low];
    if (opened === closed && kind === "budget" && everything(template, { [name]: low }) === plain) continue;
    return [{ [name]: on }, { [name]: off }];
  }
  const effort = switches.find(({ kind, values }) => kind === "effort" && values.includes("none"));
  return [undefined, effort ? { [effort.name]: "none" } : undefined];
}

function findSoftSwitch(template: Template, format: ThinkFormat): SoftSwitch | undefined {
  const words = ["/no_think", "/nothink"].filter((each) => template.source.includes(each));
  const plain = everything(template, {});
  for (const word of words) {
    for (const turn of ["system", "user"] as const) {
      const turns: readonly TemplateTurn[] =
        turn === "system"
          ? [{ role: "system", content: word }, ...asked]
          : [{ role: "user", content: `${word} ${QUESTION}` }];
      const end = promptEnd(template, {}, turns);
      if (end !== undefined && !plain?.endsWith(end)) return { turn, words: word };
      if (openingOf(end, format) === "closed") return { turn, words: word };
    }
  }
  return undefined;
}

function levelsOf(switches: readonly ThinkSwitch[]): ThinkFacts["levels"] {
  const effort = switches.find(({ kind }) => kind === "effort");
  if (!effort) return [];
  const rank = (level: string) => EFFORT_LEVELS.indexOf(level as (typeof EFFORT_LEVELS)[number]);
  return effort.values
    .filter((value): value is string => typeof value === "string")
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => ({ name, variables: { [effort.name]: name } }));
}
