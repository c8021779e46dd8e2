/** Asks which of the kept benches is meant. */
import path from "node:path";
import * as vscode from "vscode";
import { strategyTitle } from "../../core/catalogue";
import type { BenchFiles, KeptBench } from "./benchFiles";
import { pickOne } from "../host/listPick";

/** @returns undefined where the person stopped, or there is none and that was said */
export async function chooseBench(
  files: BenchFiles,
  title: string,
  fits: (bench: KeptBench) => boolean,
): Promise<KeptBench | undefined> {
  const benches = (await files.all()).filter(fits);
  if (benches.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no such bench. Bench a dataset to begin one."));
    return undefined;
  }
  const rows = benches.map((bench) => {
    const { data, questions, strategies, model, started } = bench.header;
    return {
      label: path.posix.basename(vscode.Uri.parse(data).path),
      description: vscode.l10n.t("{0} of {1} runs", bench.results.length, questions * strategies.length),
      detail: `${strategies.map(strategyTitle).join(", ")} · ${model} · ${new Date(started).toLocaleString()}`,
      bench,
    };
  });
  const options = { title, matchOnDescription: true, matchOnDetail: true };
  return (await pickOne(rows, options))?.bench;
}
