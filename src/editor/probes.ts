/** Hidden-state probes that were trained here: Train Probe…, its report, and which probe belongs to the model in use. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { ProbeReport, ProbeRequest } from "../core/engineApi";
import { pickDataset } from "./datasetPicker";
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

  /** Options that make a scoring ask the probe that was trained here for `model`, where its file is still there. */
  optionsForScoring(model: string): Record<string, unknown> {
    const file = this.known[model];
    return file !== undefined && existsSync(file) ? { probe: file } : {};
  }

  /** Asks for a dataset, trains on the model in use, and shows how good the probe is. A cancelled training goes on next time. */
  async train(): Promise<void> {
    demandRunning();
    const dataset = await pickDataset("Train Probe", USUAL_QUESTIONS);
    if (!dataset) return;
    const place = await vscode.window.showQuickPick(PLACES, { title: "Train Probe", placeHolder: "Where to ask it" });
    if (!place) return;
    const model = settings.model();
    const file = path.join(this.folder, `${fileName(model, dataset.name)}-${place.checkAt}.json`);
    await mkdir(this.folder, { recursive: true });
    const request = {
      model: modelFor(model),
      questions: dataset.questions,
      data: dataset.name,
      checkAt: place.checkAt,
      file,
    };
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

/** The same model and dataset give the same file, so that a cancelled training finds its examples again. */
function fileName(model: string, dataset: string): string {
  const hash = createHash("sha256").update(`${model}\n${dataset}`).digest("hex").slice(0, 8);
  return `${shortModelName(model)}-${dataset}`.replace(/[^\w-]/g, "-").slice(0, 60) + `-${hash}`;
}
