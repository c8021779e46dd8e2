/** `probe`: trains a hidden-state probe for a model. */
import path from "node:path";
import type { ProbeRequest } from "../core/protocol/engineApi";
import { ActionableError } from "../core/protocol/rpc";
import type { Arguments } from "./arguments";
import { datasetOf } from "./datasetOf";
import { Session } from "./session";
import { percent } from "./table";
import { print, printJson } from "./terminal";

const PLACES: readonly ProbeRequest["checkAt"][] = ["transition", "chunk", "paragraph", "line", "latent"];

/** Trains and writes the file that `--out` names. @returns the exit code */
export async function trainProbe(args: Arguments): Promise<number> {
  const checkAt = PLACES.find((place) => place === args.checkAt);
  if (args.out === undefined || checkAt === undefined) {
    const message =
      args.out === undefined
        ? "No file for the probe was named."
        : "--check-at takes transition, chunk, paragraph, line or latent.";
    throw new ActionableError("usage", message, "Run thoughtlens probe --data FILE --out FILE.");
  }
  const { name, questions } = await datasetOf(args, "probe");
  const session = new Session(args);
  const file = path.resolve(args.out);
  const report = await session.trainProbe({ questions, data: name, checkAt, file, options: args.options });
  session.clearStatus();
  const { auc, ece, brier, accuracy, questions: unseen, states } = report.figures;
  if (args.json) printJson(report);
  else {
    print(
      `AUC ${auc.toFixed(3)}, ECE ${ece.toFixed(3)}, Brier ${brier.toFixed(3)}, accuracy ${percent(accuracy)} ` +
        `on ${states} states of ${unseen} unseen questions; threshold ${report.threshold}, ` +
        `${report.patience} in a row\n${report.file}`,
    );
  }
  return 0;
}
