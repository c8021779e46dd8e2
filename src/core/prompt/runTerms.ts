/** On what terms a run was made: its instruction, its sampling, the family of its model, how that model thinks. */
import type { RunHeader } from "../trace/trace";
import { shorten } from "../text/shorten";
import { namedPreset, samplingWords } from "./presets";

export interface RunTerm {
  readonly name: string;
  readonly value: string;
}

const INSTRUCTIONS: Record<NonNullable<RunHeader["instruction"]>["from"], string> = {
  house: "the house's",
  none: "none",
  model: "the model's card's",
  own: "your own",
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
  const by = options["sampling"] === "model" ? ", as the model's card and files advise" : "";
  return temperature === 0 || seed === undefined ? words + by : `${words}, seed ${seed}${by}`;
}

function instructionOf({ instruction }: RunHeader): string | undefined {
  if (!instruction) return undefined;
  const { from, in: place, text } = instruction;
  if (from === "none" || (from === "model" && text === undefined)) return INSTRUCTIONS.none;
  return `${INSTRUCTIONS[from]}, in the ${place} turn`;
}

/** Only where it is not the model's own template. */
function conversationOf({ options }: RunHeader): string | undefined {
  const { conversation } = options;
  return typeof conversation === "string" && conversation !== "template" ? conversation : undefined;
}

function thinkingOf({ think }: RunHeader): string | undefined {
  if (!think) return undefined;
  const { format, opening, variables = {} } = think;
  const opened = { model: "opened by the model", template: "opened by the template", closed: "turned off" };
  const said = format === "none" ? "no marks" : `${format}${opening ? `, ${opened[opening]}` : ""}`;
  const given = Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`);
  return [said, ...given].join(", ");
}

/** What is recorded of it; nothing for a trace of another tool. */
export function runTerms(header: RunHeader): RunTerm[] {
  const family = header.preset === undefined ? undefined : (namedPreset(header.preset)?.name ?? header.preset);
  const terms: [name: string, value: string | undefined][] = [
    ["instruction", instructionOf(header)],
    ["sampling", header.source ? undefined : samplingOf(header)],
    ["conversation", conversationOf(header)],
    ["family", family],
    ["think format", thinkingOf(header)],
  ];
  return terms.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: shorten(value, 200) }]));
}

/** All of it in one line, as in `instruction: none; sampling: greedy`. */
export const termsLine = (header: RunHeader): string =>
  runTerms(header)
    .map(({ name, value }) => `${name}: ${value}`)
    .join("; ");
