/** On what terms a run was made: its instruction, its sampling, the family of its model, how that model thinks. */
import type { RunHeader } from "../trace/trace";
import { shorten } from "../text/shorten";
import { namedPreset, samplingWords } from "./presets";
import { inWords, l10n, type Sentence } from "../text/l10n";

export interface RunTerm {
  readonly name: string;
  readonly value: string;
}

const INSTRUCTIONS: Record<NonNullable<RunHeader["instruction"]>["from"], Sentence> = {
  house: l10n.later`the house's`,
  none: l10n.later`none`,
  model: l10n.later`the model's card's`,
  own: l10n.later`your own`,
};

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

function samplingOf({ options, seed }: RunHeader): string | undefined {
  const temperature = number(options["temperature"]);
  if (temperature === undefined) return undefined;
  const [topP, topK, minP] = ["topP", "topK", "minP"].map((name) => number(options[name]));
  const words = samplingWords({
    temperature,
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(minP === undefined ? {} : { minP }),
  });
  return [
    words,
    temperature === 0 || seed === undefined ? "" : l10n.t("seed {0}", seed),
    options["sampling"] === "model" ? l10n.t("as the model's card and files advise") : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function instructionOf({ instruction }: RunHeader): string | undefined {
  if (!instruction) return undefined;
  const { from, in: place, text } = instruction;
  if (from === "none" || (from === "model" && text === undefined)) return inWords(INSTRUCTIONS.none);
  return place === "system"
    ? l10n.t("{0}, in the system turn", inWords(INSTRUCTIONS[from]))
    : l10n.t("{0}, in the user turn", inWords(INSTRUCTIONS[from]));
}

/** Only where it is not the model's own template. */
function conversationOf({ options }: RunHeader): string | undefined {
  const { conversation } = options;
  return typeof conversation === "string" && conversation !== "template" ? conversation : undefined;
}

function thinkingOf({ think }: RunHeader): string | undefined {
  if (!think) return undefined;
  const { format, opening, variables = {} } = think;
  const opened = {
    model: l10n.t("opened by the model"),
    template: l10n.t("opened by the template"),
    closed: l10n.t("turned off"),
  };
  const marks = format === "none" ? l10n.t("no marks") : `${format}${opening ? `, ${opened[opening]}` : ""}`;
  const given = Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`);
  return [marks, ...given].join(", ");
}

/** What is recorded of it; nothing for a trace of another tool. */
export function runTerms(header: RunHeader): RunTerm[] {
  const family = header.preset === undefined ? undefined : (namedPreset(header.preset)?.name ?? header.preset);
  const terms: [name: string, value: string | undefined][] = [
    [l10n.t("instruction"), instructionOf(header)],
    [l10n.t("sampling"), header.source ? undefined : samplingOf(header)],
    [l10n.t("conversation"), conversationOf(header)],
    [l10n.t("family"), family],
    [l10n.t("think format"), thinkingOf(header)],
  ];
  return terms.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: shorten(value, 200) }]));
}

/** All of it in one line, as in `instruction: none; sampling: greedy`. */
export const termsLine = (header: RunHeader): string =>
  runTerms(header)
    .map(({ name, value }) => `${name}: ${value}`)
    .join("; ");
