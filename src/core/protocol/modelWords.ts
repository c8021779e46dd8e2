/** What was found of a model, in words: the same on its page, in the status bar, in lists and on the command line. */
import { shorten } from "../text/shorten";
import type { ThinkFacts, ThinkSwitch } from "../text/thinkFacts";
import type { ThinkFormat } from "../text/thinkFormat";
import type { CacheFacts, ModelInfo } from "./engineApi";
import { inWords, l10n, type Sentence } from "../text/l10n";

/** Names and values of a template's variables come from the model. */
const LONGEST_NAME = 40;
const LONGEST_LIST = 160;

const FROM: Readonly<Record<ThinkFacts["from"], Sentence | undefined>> = {
  template: l10n.later`found in its chat template`,
  vocabulary: l10n.later`both marks are tokens of its vocabulary`,
  option: l10n.later`as the option thinkFormat says`,
  server: l10n.later`the server hands thoughts over by themselves, and they are shown between these marks`,
  nothing: undefined,
};

const OPENED: Readonly<Record<ThinkFacts["opening"], Sentence>> = {
  model: l10n.later`the model`,
  template: l10n.later`the chat template: a run begins in thinking`,
  closed: l10n.later`nobody: the chat template closes it, and the model answers at once`,
};

/** As in `<think> … </think>`; empty for a format without marks. */
export const marksOf = ({ opener, closer }: Pick<ThinkFormat, "opener" | "closer">): string =>
  opener === "" ? "" : `${shorten(opener, LONGEST_NAME)} … ${shorten(closer, LONGEST_NAME)}`;

/** In one phrase, as in `think, opened by the template`. */
export function thinkBrief({ format, opening, isOffByItself }: ThinkFacts): string {
  if (format.opener === "") return l10n.t("none");
  if (isOffByItself || opening === "closed") return l10n.t("{0}, off unless asked for", format.id);
  return opening === "template"
    ? l10n.t("{0}, opened by the template", format.id)
    : l10n.t("{0}, opened by the model", format.id);
}

/** What the card of its family and its own files advise, in one phrase; undefined where neither is known. */
export function adviceWords(preset: ModelInfo["preset"]): string | undefined {
  if (!preset) return undefined;
  const { family = l10n.t("its own files alone"), sampling, words, beside } = preset;
  const advised = [
    ...(sampling === undefined ? [] : [sampling]),
    ...(beside === undefined ? [] : [l10n.t("{0} (not done here)", beside)]),
    ...(words === undefined ? [] : [`“${words}”`]),
  ];
  return `${family}: ${advised.join("; ") || l10n.t("nothing is advised")}`;
}

/** Everything that is known of how a model thinks, fact by fact. */
export function thinkRows(facts: ThinkFacts): [fact: string, value: string][] {
  const { format, from, opening, switches, on, off, isOffByItself, softOff, levels, notes } = facts;
  if (format.opener === "") {
    return [
      [l10n.t("Think format"), l10n.t("none: no marks of thinking were found, and its turns are read as a whole")],
      ...switchRows(switches),
      ...notes.map((note): [string, string] => [l10n.t("Note on its thinking"), note]),
    ];
  }
  const soft =
    softOff &&
    (softOff.turn === "system"
      ? l10n.t("{0} in the system turn", softOff.words)
      : l10n.t("{0} in the user turn", softOff.words));
  return [
    [l10n.t("Think format"), `${format.id} (${marksOf(format)}); ${FROM[from] ? inWords(FROM[from]) : ""}`],
    [l10n.t("Thinking is opened by"), inWords(OPENED[opening])],
    [l10n.t("Thinking is turned off by"), assignments(off) ?? soft ?? l10n.t("nothing that was found")],
    ...(isOffByItself && on ? [[l10n.t("Thinking is turned on by"), assignments(on)!] as [string, string]] : []),
    [
      l10n.t("Levels of effort"),
      levels.length > 0 ? list(levels.map(({ name }) => name)) : l10n.t("none that were found"),
    ],
    ...switchRows(switches),
    ...notes.map((note): [string, string] => [l10n.t("Note on its thinking"), note]),
  ];
}

function switchRows(switches: readonly ThinkSwitch[]): [string, string][] {
  if (switches.length === 0) return [];
  const said = ({ name, kind, values }: ThinkSwitch): string => {
    const known = kind === "budget" ? l10n.t("a number of tokens") : values.map(String).join(", ");
    return `${shorten(name, LONGEST_NAME)} (${known})`;
  };
  return [[l10n.t("Variables of its template"), list(switches.map(said))]];
}

const assignments = (variables: ThinkFacts["off"]): string | undefined =>
  variables &&
  list(Object.entries(variables).map(([name, value]) => `${shorten(name, LONGEST_NAME)}=${String(value)}`));

const list = (parts: readonly string[]): string => shorten(parts.join(", "), LONGEST_LIST);

const KINDS: Readonly<Record<CacheFacts["kind"], readonly [one: Sentence, several: Sentence]>> = {
  rows: [l10n.later`part of rows`, l10n.later`parts of rows`],
  window: [l10n.later`window`, l10n.later`windows`],
  state: [l10n.later`state`, l10n.later`states`],
};

/** As in `12 parts of rows, 36 states, in float16`; undefined where nothing is seen of a cache, as on a server. */
export function cacheWords(cache: readonly CacheFacts[]): string | undefined {
  if (cache.length === 0) return undefined;
  const said = cache.map(({ kind, parts, reach }) => {
    const words = `${parts} ${inWords(KINDS[kind][parts === 1 ? 0 : 1])}`;
    return reach === undefined ? words : l10n.t("{0} of {1} rows", words, reach.toLocaleString("en"));
  });
  return [...said, ...(cache.some(({ half }) => half) ? [l10n.t("in float16")] : [])].join(", ");
}
