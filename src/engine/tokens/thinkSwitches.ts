/** What a chat template heeds: the variables and words that turn thinking on, off and up, found by what they change. */
import {
  EFFORT_LEVELS,
  type Opening,
  type SoftSwitch,
  type TemplateVariables,
  type ThinkFacts,
  type ThinkSwitch,
} from "../../core/text/thinkFacts";
import type { ThinkFormat } from "../../core/text/thinkFormat";
import type { TemplateTurn } from "./chatTemplate";
import {
  asked,
  earlierTurns,
  everything,
  NONSENSE,
  openingOf,
  promptEnd,
  QUESTION,
  type TriedTemplate,
} from "./triedTemplate";

/** Variables that are tried although the template's text does not name them in one piece. */
const USUAL = ["enable_thinking", "thinking", "reasoning_effort", "thinking_budget"];
const MOST_VARIABLES = 24;
/** What has to do with thinking in a template, in names and in texts. */
const ABOUT_THINKING = /think|reason|effort|thought/i;

/** Names in the template that have to do with thinking, which its own `set` may define as well. */
export function candidates(source: string): string[] {
  if (!ABOUT_THINKING.test(source)) return [];
  const named = source.match(/\w+/g)?.filter((word) => /think|reason|effort/i.test(word) && !/\d/.test(word)) ?? [];
  return [...new Set([...USUAL, ...named])].slice(0, MOST_VARIABLES);
}

export function findSwitches(template: TriedTemplate): ThinkSwitch[] {
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
export function sides(
  switches: readonly ThinkSwitch[],
  openingWith: (variables: TemplateVariables) => Opening,
  template: TriedTemplate,
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

export function findSoftSwitch(template: TriedTemplate, format: ThinkFormat): SoftSwitch | undefined {
  const words = ["/no_think", "/nothink"].filter((each) => template.source.includes(each));
  const plain = everything(template, {});
  for (const word of words) {
    for (const turn of ["system", "user"] as const) {
      const turns: readonly TemplateTurn[] =
        turn === "system"
          ? [{ role: "system", content: word }, ...asked]
          : [{ role: "user", content: `${word} ${QUESTION}` }];
      const end = promptEnd(template, {}, turns);
      const opening = openingOf(end, format);
      if ((end !== undefined && !plain?.endsWith(end)) || opening === "closed") return { turn, words: word, opening };
    }
  }
  return undefined;
}

export function levelsOf(switches: readonly ThinkSwitch[]): ThinkFacts["levels"] {
  const effort = switches.find(({ kind }) => kind === "effort");
  if (!effort) return [];
  const rank = (level: string) => EFFORT_LEVELS.indexOf(level as (typeof EFFORT_LEVELS)[number]);
  return effort.values
    .filter((value): value is string => typeof value === "string")
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => ({ name, variables: { [effort.name]: name } }));
}
