/** Hidden-state probes that were trained here: Train Probe…, its report, and which probe belongs to the model in use. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { ProbeReport, ProbeRequest } from "../core/engineApi";
import { ActionableError } from "../core/rpc";
import type { EngineProcess } from "./engineProcess";
import { modelFor, shortModelName } from "./modelChoice";
import { probeReportMarkdown } from "./probeReport";
import { settings } from "./settings";
import { withEngineProgress } from "./taskProgress";
import { demandRunning } from "./trust";

const REMEMBERED = "thoughtlens.probes";
const USUAL_QUESTIONS = 200;
const PLACES: readonly (vscode.QuickPickItem & { readonly checkAt: ProbeRequest["checkAt"] })[] = [
  { checkAt: "transition", label: "At transition words", detail: "Wherever the model is about to reconsider, as DEER" },
  { checkAt: "paragraph", label: "After paragraphs", detail: "At each blank line, as in the paper" },
  { checkAt: "line", label: "After lines", detail: "The most checks; for models that write a step a line" },
];

export class Probes {
  /**
   * @param memory which probe belongs to which model
   * @param folder where probes are written
   */
  constructor(
    private readonly engine: EngineProcess,
    private readonly memory: vscode.Memento,
    private readonly folder: string,
  ) {}

  /** Options that make a strategy use what was trained here. */
  optionsFor(strategy: string): Record<string, unknown> {
    const file = strategy === "probe" ? this.known[settings.model()] : undefined;
    return file === undefined ? {} : { file };
  }

  /** Asks for a dataset, trains on the model in use, and shows how good the probe is. A cancelled training goes on next time. */
  async train(): Promise<void> {
    demandRunning();
    const dataset = await chooseDataset();
    if (!dataset) return;
    const place = await vscode.window.showQuickPick(PLACES, { title: "Train Probe", placeHolder: "Where to ask it" });
    const count = place && (await chooseCount(dataset.questions.length));
    if (count === undefined) return;
    const model = settings.model();
    const file = path.join(this.folder, `${fileName(model, dataset.name)}-${place!.checkAt}.json`);
    await mkdir(this.folder, { recursive: true });
    const questions = dataset.questions.slice(0, count);
    const request = { model: modelFor(model), questions, data: dataset.name, checkAt: place!.checkAt, file };
    const report = await withEngineProgress(this.engine, "Training the probe", (signal) =>
      this.engine.call("trainProbe", request, signal),
    );
    if (report) await this.adopt(model, dataset.name, report);
  }

  private get known(): Record<string, string> {
    return this.memory.get(REMEMBERED, {});
  }

  private async adopt(model: string, dataset: string, report: ProbeReport): Promise<void> {
    await this.memory.update(REMEMBERED, { ...this.known, [model]: report.file });
    const page = vscode.Uri.file(report.file.replace(/\.json$/, ".md"));
    await writeFile(page.fsPath, probeReportMarkdown(report, shortModelName(model), dataset));
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
  }
}

async function chooseDataset(): Promise<{ name: string; questions: ProbeRequest["questions"] } | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: "Questions With Answers",
      openLabel: "Train on This",
      filters: { Datasets: ["jsonl", "json", "csv", "txt"] },
    })) ?? [];
  if (!file) return undefined;
  const { readDataset } = await import("../core/prompt/dataset");
  const name = path.posix.basename(file.path);
  const text = Buffer.from(await vscode.workspace.fs.readFile(file)).toString("utf8");
  const { rows, problems } = readDataset(name, text);
  if (rows.length > 0) return { name, questions: rows.map(({ question, answer }) => ({ question, answer })) };
  const reason = problems[0]?.message ?? `${name} holds no questions with answers.`;
  throw new ActionableError("dataset-empty", reason, "Choose a file with a question and an answer in each line.");
}

async function chooseCount(most: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: "Train Probe",
    prompt: `How many of the ${most} questions; each is thought through once`,
    value: String(Math.min(most, USUAL_QUESTIONS)),
    validateInput: (value) =>
      /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= most ? undefined : `A number from 1 to ${most}`,
  });
  return text === undefined ? undefined : Number(text);
}

/** The same model and dataset give the same file, so that a cancelled training finds its examples again. */
function fileName(model: string, dataset: string): string {
  const hash = createHash("sha256").update(`${model}\n${dataset}`).digest("hex").slice(0, 8);
  return `${shortModelName(model)}-${dataset}`.replace(/[^\w-]/g, "-").slice(0, 60) + `-${hash}`;
}
