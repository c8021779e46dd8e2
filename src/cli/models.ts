/** `models`: the bundled models, and which strategies they and others run. */
import { formatModelName } from "../core/protocol/modelName";
import { publicAddress } from "../core/text/publicAddress";
import { pocketMembers } from "../engine/models/modelPlaces";
import type { Arguments } from "./arguments";
import { matrixColumn, matrixText, type MatrixColumn } from "./capabilityMatrix";
import { POCKET_FOLDER, Session } from "./session";
import { demandKnown } from "./strategyChoice";
import { print, printJson } from "./terminal";

/** What `--model` stands for unless it is given: the bundled family, which the matrix always has. */
const FAMILY = formatModelName({ kind: "pocket" });

/**
 * Lists the bundled models or, with --capabilities, runs every strategy on each of them and on what --model names.
 * @returns the exit code: 1 where a strategy failed that should have run
 */
export async function models(args: Arguments): Promise<number> {
  const bundled = await bundledModels();
  if (!args.capabilities) {
    if (args.json) printJson({ models: bundled });
    else print(bundled.join("\n"));
    return 0;
  }
  const names = [...new Set([...bundled, ...args.models.filter((name) => name !== FAMILY)])];
  const session = new Session(args);
  demandKnown(session.strategies, args.options);
  const columns: MatrixColumn[] = [];
  for (const name of names) {
    if (session.cancelled) break;
    const model = {
      name: publicAddress(name),
      reference: session.reference(name, bundled.includes(name) ? undefined : args.dtype),
    };
    columns.push(await matrixColumn(session, model, session.strategies, { run: args.run, options: args.options }));
  }
  session.clearStatus();
  if (args.json) printJson({ models: columns });
  else print(matrixText(columns));
  if (session.cancelled) return 130;
  return columns.some(({ cells }) => cells.some(({ outcome }) => outcome === "failed")) ? 1 : 0;
}

async function bundledModels(): Promise<string[]> {
  return (await pocketMembers(POCKET_FOLDER)).map(({ name }) => formatModelName({ kind: "pocket", member: name }));
}
