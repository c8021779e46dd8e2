/** `models`: the models that are here, and which strategies they and others run. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { IncludedModel } from "../core/protocol/engineApi";
import { formatModelName } from "../core/protocol/modelName";
import { publicAddress } from "../core/text/publicAddress";
import { cachedModels, cachedSnapshot, hubCacheFolder } from "../engine/models/hub/cacheLayout";
import { pocketMembers } from "../engine/models/modelPlaces";
import type { Arguments } from "./arguments";
import { POCKET_FOLDER } from "./bundlePlaces";
import { matrixColumn, matrixText, type MatrixColumn } from "./capabilityMatrix";
import { Session } from "./session";
import { demandKnown } from "./strategyChoice";
import { table } from "./table";
import { print, printJson } from "./terminal";

/** What `--model` stands for unless it is given: the bundled family, which the matrix always has. */
const FAMILY = formatModelName({ kind: "pocket" });

/** A model that can be run without a download. */
interface ListedModel {
  /** As `--model` takes it. */
  model: string;
  from: "bundled" | "cache";
  /** Ids of the strategies that it was trained for; every model runs those that need no training. */
  trainedFor: string[];
  /** Tokens of prompt and answer together; null where its files do not say. */
  context: number | null;
  /** Of all its files. */
  bytes: number;
}

/**
 * Lists the models that come with the package and those of the hub that were downloaded or, with --capabilities, runs every strategy on each of them and on what --model names.
 * @returns the exit code: 1 where a strategy failed that should have run
 */
export async function models(args: Arguments): Promise<number> {
  const bundled = await bundledModels();
  if (!args.capabilities) {
    const listed = [...(await Promise.all(bundled.map(listedBundled))), ...(await listedCached())];
    if (args.json) printJson({ models: listed });
    else print(modelTable(listed));
    return 0;
  }
  const ours = bundled.map(nameOf);
  const names = [...new Set([...ours, ...args.models.filter((name) => name !== FAMILY)])];
  const session = new Session(args);
  demandKnown(session.strategies, args.options);
  const columns: MatrixColumn[] = [];
  for (const name of names) {
    if (session.cancelled) break;
    const model = {
      name: publicAddress(name),
      reference: session.reference(name, ours.includes(name) ? undefined : args.dtype),
    };
    columns.push(await matrixColumn(session, model, session.strategies, { run: args.run, options: args.options }));
  }
  session.clearStatus();
  if (args.json) printJson({ models: columns });
  else print(matrixText(columns));
  if (session.cancelled) return 130;
  return columns.some(({ cells }) => cells.some(({ outcome }) => outcome === "failed")) ? 1 : 0;
}

const bundledModels = (): Promise<IncludedModel[]> => pocketMembers(POCKET_FOLDER);
const nameOf = ({ name }: IncludedModel): string => formatModelName({ kind: "pocket", member: name });

async function listedBundled(model: IncludedModel): Promise<ListedModel> {
  const facts = await factsOf(path.join(POCKET_FOLDER, model.name));
  return { model: nameOf(model), from: "bundled", trainedFor: model.strategies, ...facts };
}

async function listedCached(): Promise<ListedModel[]> {
  const cache = hubCacheFolder();
  const listed: ListedModel[] = [];
  for (const id of await cachedModels(cache)) {
    const folder = await cachedSnapshot(cache, id);
    if (folder) listed.push({ model: id, from: "cache", trainedFor: [], ...(await factsOf(folder)) });
  }
  return listed;
}

async function factsOf(folder: string): Promise<Pick<ListedModel, "context" | "bytes">> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return { context: await contextOf(folder), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function contextOf(folder: string): Promise<number | null> {
  try {
    const config = JSON.parse(await readFile(path.join(folder, "config.json"), "utf8")) as Record<string, unknown>;
    const positions = config["max_position_embeddings"] ?? config["n_positions"];
    return Number.isSafeInteger(positions) ? (positions as number) : null;
  } catch {
    return null;
  }
}

function modelTable(listed: readonly ListedModel[]): string {
  const rows = listed.map(({ model, from, trainedFor, context, bytes }) => [
    model,
    trainedFor.length > 0 ? trainedFor.join(", ") : "–",
    context === null ? "–" : String(context),
    `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`,
    from,
  ]);
  return [
    table(["model", "trained for", "context", "files", "from"], rows),
    "",
    "Every model runs the strategies that need no training. Also --model takes a folder, owner/name of the hub, or a server's http address.",
  ].join("\n");
}
