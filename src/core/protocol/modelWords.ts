/** What was found of a model, in words: the same on its page, in the status bar, in lists and on the command line. */
import { shorten } from "../text/shorten";
import type { ThinkFacts, ThinkSwitch } from "../text/thinkFacts";
import type { ThinkFormat } from "../text/thinkFormat";
import type { CacheFacts, ModelInfo } from "./engineApi";

/** Names and values of a template's variables come from the model. */
const LONGEST_NAME = 40;
const LONGEST_LIST = 160;

const FROM: Readonly<Record<ThinkFacts["from"], string>> = {
  template: "found in its chat template",
  vocabulary: "both marks are tokens of its vocabulary",
  option: "as the option thinkFormat says",
  server: "the server hands thoughts over by themselves, and they are shown between these marks",
  nothing: "",
};

const OPENED: Readonly<Record<ThinkFacts["opening"], string>> = {
  model: "the model",
  template: "the chat template: a run begins in thinking",
  closed: "nobody: the chat template closes it, and the model answers at once",
};

/** As in `<think> … </think>`; empty for a format without marks. */
export const marksOf = ({ opener, closer }: Pick<ThinkFormat, "opener" | "closer">): string =>
  opener === "" ? "" : `${shorten(opener, LONGEST_NAME)} … ${shorten(closer, LONGEST_NAME)}`;

/** In one phrase, as in `think, opened by the template`. */
export function thinkBrief({ format, opening, isOffByItself }: ThinkFacts): string {
  if (format.opener === "") return "none";
  if (isOffByItself || opening === "closed") return `${format.id}, off unless asked for`;
  return `${format.id}, opened by the ${opening}`;
}

/** What the card of its family and its own files advise, in one phrase; undefined where neither is known. */
export function adviceWords(preset: ModelInfo["preset"]): string | undefined {
  if (!preset) return undefined;
  const { family = "its own files alone", sampling, words, beside } = preset;
  const advised = [
    ...(sampling === undefined ? [] : [sampling]),
    ...(beside === undefined ? [] : [`${beside} (not done here)`]),
    ...(words === undefined ? [] : [`“${words}”`]),
  ];
  return `${family}: ${advised.join("; ") || "nothing is advised"}`;
}

/** Everything that is known of how a model thinks, fact by fact. */
export function thinkRows(facts: ThinkFacts): [fact: string, value: string][] {
  const { format, from, opening, switches, on, off, isOffByItself, softOff, levels, notes } = facts;
  if (format.opener === "") {
    return [
      ["Think format", "none: no marks of thinking were found, and its turns are read as a whole"],
      ...switchRows(switches),
      ...notes.map((note): [string, string] => ["Note on its thinking", note]),
    ];
  }
  const soft = softOff && `${softOff.words} in the ${softOff.turn} turn`;
  return [
    ["Think format", `${format.id} (${marksOf(format)}); ${FROM[from]}`],
    ["Thinking is opened by", OPENED[opening]],
    ["Thinking is turned off by", assignments(off) ?? soft ?? "nothing that was found"],
    ...(isOffByItself && on ? [["Thinking is turned on by", assignments(on)!] as [string, string]] : []),
    ["Levels of effort", levels.length > 0 ? list(levels.map(({ name }) => name)) : "none that were found"],
    ...switchRows(switches),
    ...notes.map((note): [string, string] => ["Note on its thinking", note]),
  ];
}

function switchRows(switches: readonly ThinkSwitch[]): [string, string][] {
  if (switches.length === 0) return [];
  const said = ({ name, kind, values }: ThinkSwitch): string => {
    const known = kind === "budget" ? "a number of tokens" : values.map(String).join(", ");
    return `${shorten(name, LONGEST_NAME)} (${known})`;
  };
  return [["Variables of its template", list(switches.map(said))]];
}

const assignments = (variables: ThinkFacts["off"]): string | undefined =>
  variables &&
  list(Object.entries(variables).map(([name, value]) => `${shorten(name, LONGEST_NAME)}=${String(value)}`));

const list = (parts: readonly string[]): string => shorten(parts.join(", "), LONGEST_LIST);

const KINDS: Readonly<Record<CacheFacts["kind"], readonly [one: string, several: string]>> = {
  rows: ["part of rows", "parts of rows"],
  window: ["window", "windows"],
  state: ["state", "states"],
};

/** As in `12 parts of rows, 36 states, in float16`; undefined where nothing is seen of a cache, as on a server. */
export function cacheWords(cache: readonly CacheFacts[]): string | undefined {
  if (cache.length === 0) return undefined;
  const said = cache.map(({ kind, parts, reach }) => {
    const of = reach === undefined ? "" : ` of ${reach.toLocaleString("en")} rows`;
    return `${parts} ${KINDS[kind][parts === 1 ? 0 : 1]}${of}`;
  });
  return said.join(", ") + (cache.some(({ half }) => half) ? ", in float16" : "");
}
