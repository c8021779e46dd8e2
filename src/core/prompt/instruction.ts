/** Whose words a model is told before the question: the option `instruction`, resolved for one run. */
import { ActionableError } from "../protocol/rpc";
import type { Instruction } from "../trace/trace";
import { namedPreset, PRESETS, type ModelPreset, type Preset } from "./presets";
import { l10n } from "../text/l10n";

/** Characters of an instruction of a person's own. */
export const LONGEST_INSTRUCTION = 20_000;

export interface WantedInstruction {
  /** The option `instruction`: `house`, `none`, `model`, `model:NAME`, or a text. */
  readonly instruction: string;
  readonly instructionIn: "auto" | "system" | "user";
}

/** What the strategy itself would say. */
export interface HouseWords {
  readonly title: string;
  /** Undefined where it says nothing, or where the run decides. */
  readonly words: string | undefined;
  /** Whether those words are the method, which is nothing without them. */
  readonly isMethod: boolean;
  readonly hasExamples: boolean;
  /** Whether the prompt brings a system turn of its own. */
  readonly hasSystem: boolean;
}

/**
 * @param model its name, for people
 * @returns the instruction, and what a person should know of it, one sentence each
 * @throws ActionableError `instruction-invalid`, `preset-missing`
 */
export function resolveInstruction(
  { instruction, instructionIn }: WantedInstruction,
  house: HouseWords,
  known: ModelPreset,
  model: string,
): { instruction: Instruction; notes: string[] } {
  const wanted = instruction.trim();
  const preset = presetWanted(wanted, known, model, "instruction");
  const place = instructionIn === "auto" ? (preset?.in ?? "system") : instructionIn;
  const named = preset ? { preset: preset.id } : {};
  const said = (from: Instruction["from"], text: string | undefined): Instruction => ({
    from,
    in: place,
    ...(text === undefined ? {} : { text }),
    ...named,
  });
  if (preset) return { instruction: ofModel(preset, house, said), notes: advice(preset, house, place) };
  if (wanted === "" || wanted === "house") return { instruction: said("house", house.words), notes: [] };
  if (wanted === "none") return { instruction: said("none", undefined), notes: [] };
  return { instruction: said("own", ownText(instruction)), notes: [] };
}

function ofModel(
  preset: Preset,
  house: HouseWords,
  said: (from: Instruction["from"], text: string | undefined) => Instruction,
): Instruction {
  return house.isMethod ? said("house", house.words) : said("model", preset.words);
}

function advice({ name, words, noSystem, noExamples }: Preset, house: HouseWords, place: string): string[] {
  const notes: string[] = [];
  if (house.isMethod)
    notes.push(`The words of ${house.title} are the method and stay; they stand where the card of ${name} advises.`);
  else if (words === undefined) notes.push(`The card of ${name} advises no instruction: none is given.`);
  if (noSystem && (house.hasSystem || place === "system"))
    notes.push(`The card of ${name} advises against a system turn, and this prompt has one.`);
  if (noExamples && house.hasExamples)
    notes.push(`The card of ${name} advises against examples: set the option shots to 0 to leave them out.`);
  return notes;
}

/**
 * The row that an option asks for as `model` or `model:NAME`; undefined where it asks for none.
 * @param option its name
 * @throws ActionableError `preset-missing`, `option-invalid`
 */
export function presetWanted(wanted: string, { preset }: ModelPreset, model: string, option: string) {
  const [word = "", id] = wanted.split(":", 2).map((part) => part.trim());
  if (word !== "model" || /\s/.test(wanted.trim())) return undefined;
  const ids = PRESETS.map((each) => each.id).join(", ");
  if (id !== undefined && id !== "") {
    const found = namedPreset(id);
    if (found) return found;
    throw new ActionableError(
      "option-invalid",
      l10n.later`No family is called “${id.slice(0, 60)}”.`,
      l10n.later`Choose one of ${ids}.`,
    );
  }
  if (preset) return preset;
  throw new ActionableError(
    "preset-missing",
    l10n.later`The files of ${model} are of no family whose card is known here.`,
    l10n.later`Name one as ${option}=model:NAME with ${ids}, or choose another ${option}.`,
  );
}

/** @throws ActionableError `instruction-invalid` where the text is more likely a slip than an instruction */
function ownText(text: string): string {
  const trimmed = text.trim();
  if (/^@\S/.test(trimmed))
    throw new ActionableError(
      "instruction-invalid",
      l10n.later`The instruction ${trimmed.slice(0, 80)} names a file, and no file is read here.`,
      "Write the text itself.",
    );
  if (/^[\w-]+$/.test(trimmed))
    throw new ActionableError(
      "instruction-invalid",
      l10n.later`“${trimmed.slice(0, 60)}” is no instruction.`,
      "Choose house, none or model, or write a sentence.",
    );
  return trimmed;
}
