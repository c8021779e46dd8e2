/** Which fields of a person's files hold what: asked once for all files of a shape, and remembered. */
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { FieldMapping, Mapped, SeenField, UnknownRows } from "../../core/formats/rows/mapping";
import { pickOne } from "./listPick";

/** One question of the dialog. */
interface Step {
  name: Mapped;
  title: string;
  optional: boolean;
}

const TRACE_STEPS: readonly Step[] = [
  { name: "question", title: vscode.l10n.t("Which field holds the question?"), optional: true },
  { name: "thinking", title: vscode.l10n.t("Which field holds the thinking?"), optional: true },
  { name: "answer", title: vscode.l10n.t("Which field holds the answer of the model?"), optional: true },
  { name: "expected", title: vscode.l10n.t("Which field holds the right answer?"), optional: true },
];
const DATASET_STEPS: readonly Step[] = [
  { name: "question", title: vscode.l10n.t("Which field holds the question?"), optional: false },
  { name: "expected", title: vscode.l10n.t("Which field holds the right answer?"), optional: true },
];
const STEPS = { traces: TRACE_STEPS, dataset: DATASET_STEPS };
export type MappingUse = keyof typeof STEPS;

/** More shapes than this are not remembered: the oldest go. */
const MOST_REMEMBERED = 100;
const KEY = "thoughtlens.fieldMappings";

export class FieldMappings {
  constructor(private readonly memory: vscode.Memento) {}

  /** What was said for files of this shape before. */
  remembered(use: MappingUse, shape: string): FieldMapping | undefined {
    return this.all[keyOf(use, shape)];
  }

  /** Asks for each field and remembers it. @returns undefined where the person stopped, or named none that can be read */
  async ask(use: MappingUse, { fields, shape }: UnknownRows, name: string): Promise<FieldMapping | undefined> {
    const steps = STEPS[use];
    const mapping: FieldMapping = {};
    for (const [index, step] of steps.entries()) {
      const picked = await pick(step, fields, `${name} (${index + 1}/${steps.length})`);
      if (picked === undefined) return undefined;
      if (picked !== "") mapping[step.name] = picked;
    }
    const isEnough = use === "dataset" || mapping.thinking !== undefined || mapping.answer !== undefined;
    if (!isEnough) return undefined;
    const kept = Object.entries(this.all).slice(-MOST_REMEMBERED + 1);
    await this.memory.update(KEY, { ...Object.fromEntries(kept), [keyOf(use, shape)]: mapping });
    return mapping;
  }

  async forget(use: MappingUse, shape: string): Promise<void> {
    const gone = keyOf(use, shape);
    await this.memory.update(KEY, Object.fromEntries(Object.entries(this.all).filter(([key]) => key !== gone)));
  }

  private get all(): Record<string, FieldMapping> {
    return this.memory.get<Record<string, FieldMapping>>(KEY, {});
  }
}

const keyOf = (use: MappingUse, shape: string): string =>
  `${use} ${createHash("sha256").update(shape).digest("hex").slice(0, 16)}`;

/** @returns the path of the field, empty for none, undefined where the person stopped */
async function pick(
  { title, optional }: Step,
  fields: readonly SeenField[],
  file: string,
): Promise<string | undefined> {
  const rows = fields.map(({ path, example }) => ({ label: path, description: example, path }));
  const none = { label: vscode.l10n.t("None"), description: vscode.l10n.t("no field holds it"), path: "" };
  const picked = await pickOne(optional ? [...rows, none] : rows, {
    title: `${file}: ${title}`,
    placeHolder: title,
    matchOnDescription: true,
  });
  return picked?.path;
}

/** `question = q, answer = reply.text` */
export const mappingWords = (mapping: FieldMapping): string =>
  Object.entries(mapping)
    .map(([name, path]) => `${name} = ${path}`)
    .join(", ");
