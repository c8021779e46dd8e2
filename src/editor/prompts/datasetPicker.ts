/** Asks for a dataset: questions with their answers, of a file, and how many of them. */
import path from "node:path";
import * as vscode from "vscode";
import type { BenchQuestion } from "../../core/measure/benchFile";
import { ActionableError } from "../../core/protocol/rpc";
import { l10n } from "../../core/text/l10n";
import type { FieldMappings } from "../host/fieldMappings";

export interface Dataset {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly questions: BenchQuestion[];
  /** Where the instructions are that stand before each question. */
  readonly instructions?: vscode.Uri;
}

export class DatasetPicker {
  constructor(private readonly mappings: FieldMappings) {}

  /**
   * @param title of the dialogs
   * @returns undefined where the person stopped
   * @throws ActionableError `dataset-empty`
   */
  async pick(title: string, usualCount: number): Promise<Dataset | undefined> {
    const [uri] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t("{0}: Questions With Answers", title),
        openLabel: vscode.l10n.t("Use This Dataset"),
        filters: { Datasets: ["jsonl", "ndjson", "json", "csv", "tsv", "yaml", "yml", "txt"] },
      })) ?? [];
    const dataset = uri && (await this.read(uri));
    const count = dataset && (await chooseCount(title, dataset.questions.length, usualCount));
    return count === undefined ? undefined : { ...dataset!, questions: dataset!.questions.slice(0, count) };
  }

  /**
   * The questions of a file; where its fields have names that are not known, a person says what they are, once for all
   * files of its shape.
   * @throws ActionableError `dataset-empty`
   */
  async read(uri: vscode.Uri): Promise<Dataset> {
    const [{ readDataset }, { fieldsIn }] = await Promise.all([
      import("../../core/prompt/dataset"),
      import("../../core/formats/rows/mapping"),
    ]);
    const name = path.posix.basename(uri.path);
    const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8");
    let { rows, problems } = readDataset(name, text);
    const unknown = rows.length === 0 ? fieldsIn({ name, text }) : undefined;
    if (unknown) {
      const { mappings } = this;
      const mapping = mappings.remembered("dataset", unknown.shape) ?? (await mappings.ask("dataset", unknown, name));
      if (mapping) ({ rows, problems } = readDataset(name, text, mapping));
      if (rows.length === 0) await mappings.forget("dataset", unknown.shape);
    }
    const questions = rows.map(({ question, answer }) => ({ question, answer }));
    if (questions.length > 0) return { uri, name, questions };
    const reason = problems[0]?.message ?? l10n.later`${name} holds no questions with answers.`;
    const action = problems[0]?.action ?? "Choose a file with a question and an answer in each line.";
    throw new ActionableError("dataset-empty", reason, action);
  }
}

async function chooseCount(title: string, most: number, usual: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title,
    prompt: vscode.l10n.t("How many of the {0} questions", most),
    value: String(Math.min(most, usual)),
    validateInput: (value) =>
      /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= most
        ? undefined
        : vscode.l10n.t("A number from 1 to {0}", most),
  });
  return text === undefined ? undefined : Number(text);
}
