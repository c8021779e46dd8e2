/** Hidden-state probes that were trained here: Train Probe…, its report, and which probe belongs to the model in use. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { writeChosen } from "../host/writeChosen";
import type { ProbeReport, ProbeRequest } from "../../core/protocol/engineApi";
import type { DatasetPicker } from "../prompts/datasetPicker";
import type { EngineProcess } from "../host/engineProcess";
import { shortModelName } from "../../core/protocol/modelName";
import { probeOptions } from "./probeOptions";
import { probePlaces } from "./probePlaces";
import { probeReportMarkdown } from "./probeReport";
import { modelNamed, settings } from "../host/settings";
import { withEngineProgress } from "../host/taskProgress";
import { demandRunning } from "../host/trust";
import { pickOne } from "../host/listPick";

const REMEMBERED = "thoughtlens.probes";
const REMEMBERED_OF_LATENTS = "thoughtlens.latentProbes";
const USUAL_QUESTIONS = 200;
export class Probes {
  /**
   * @param memory which probe belongs to which model
   * @param folder where probes are written
   */
  constructor(
    private readonly engine: EngineProcess,
    private readonly datasets: DatasetPicker,
    private readonly memory: vscode.Memento,
    private readonly folder: string,
  ) {}

  /**
   * Options that make a strategy use what was trained here.
   * @param asked its own, which say whether Coconut asks a probe at all
   */
  optionsFor(strategy: string, asked: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const model = settings.model();
    const words = this.known(REMEMBERED)[model];
    const latents = this.known(REMEMBERED_OF_LATENTS)[model];
    return probeOptions(strategy, asked, { words, latents });
  }

  /** Options that make a scoring ask the probe that was trained here for `model`, where its file is still there. */
  optionsForScoring(model: string): Record<string, unknown> {
    const file = this.known(REMEMBERED)[model];
    return file !== undefined && existsSync(file) ? { probe: file } : {};
  }

  /** Asks for a dataset, trains on the model in use, and shows how good the probe is. A cancelled training goes on next time. */
  async train(): Promise<void> {
    demandRunning();
    const dataset = await this.datasets.pick(vscode.l10n.t("Train Probe"), USUAL_QUESTIONS);
    if (!dataset) return;
    const model = settings.model();
    const info = await withEngineProgress(vscode.l10n.t("Loading {0}", shortModelName(model)), (call) =>
      this.engine.call("loadModel", { model: modelNamed(model) }, call),
    );
    if (!info) return;
    const place = await pickOne(probePlaces(info.strategies), {
      title: vscode.l10n.t("Train Probe"),
      placeHolder: vscode.l10n.t("Where to ask it"),
    });
    if (!place) return;
    const file = path.join(this.folder, `${fileName(model, dataset.name)}-${place.checkAt}.json`);
    await mkdir(this.folder, { recursive: true });
    const request = {
      model: modelNamed(model),
      questions: dataset.questions,
      data: dataset.name,
      checkAt: place.checkAt,
      file,
    };
    const report = await withEngineProgress(vscode.l10n.t("Training the probe"), (call) =>
      this.engine.call("trainProbe", request, call),
    );
    if (report) await this.adopt(request.checkAt, model, dataset.name, report);
  }

  private known(key: string): Record<string, string> {
    return this.memory.get(key, {});
  }

  private async adopt(
    checkAt: ProbeRequest["checkAt"],
    model: string,
    dataset: string,
    report: ProbeReport,
  ): Promise<void> {
    // A model can have both, as what each reads is another thing.
    const key = checkAt === "latent" ? REMEMBERED_OF_LATENTS : REMEMBERED;
    await this.memory.update(key, { ...this.known(key), [model]: report.file });
    const page = vscode.Uri.file(report.file.replace(/\.json$/, ".md"));
    await writeChosen(page, probeReportMarkdown(report, { model: shortModelName(model), dataset, checkAt }));
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
  }
}

/** The same model and dataset give the same file, so that a cancelled training finds its examples again. */
function fileName(model: string, dataset: string): string {
  const hash = createHash("sha256").update(`${model}\n${dataset}`).digest("hex").slice(0, 8);
  return `${shortModelName(model)}-${dataset}`.replace(/[^\w-]/g, "-").slice(0, 60) + `-${hash}`;
}
