/** Where a model that somebody named is on this machine. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { IncludedModel, ModelReference } from "../../core/protocol/engineApi";
import { ActionableError } from "../../core/protocol/rpc";
import { readJsonIfThere, readTextIfThere } from "./jsonFile";
import type { MethodManifest } from "../decoding/model";
import { readManifest } from "../backends/onnx/modelFolder";
import { cachedSnapshot, hubCacheFolder, isHubId } from "./hub/cacheLayout";

/** A model's folder, and what traces call it. */
export interface ModelPlace {
  folder: string;
  id: string | undefined;
}

const POCKET = "pocket";
const BASE = "base";

export type LocalReference = Exclude<ModelReference, { kind: "server" }>;

/** The methods that a model folder's manifest names. */
export async function readMethods(folder: string): Promise<MethodManifest["methods"]> {
  return readManifest(await readJsonIfThere(path.join(folder, "thoughtlens.json"))).methods;
}

/** The bundled family by itself: for each strategy the member that was trained for it. */
export const isPocketFamily = (reference: ModelReference): boolean =>
  reference.kind === "folder" && reference.path === POCKET;

/** The members of the bundled family, the base model first; none where the folder is missing. */
export async function pocketMembers(pocketFolder: string): Promise<IncludedModel[]> {
  const names = await readdir(pocketFolder).catch((): string[] => []);
  const members: IncludedModel[] = [];
  for (const name of names) {
    const folder = path.join(pocketFolder, name);
    if ((await readTextIfThere(path.join(folder, "config.json"))) === undefined) continue;
    members.push({ name, strategies: Object.keys(await readMethods(folder)) });
  }
  return members.sort((a, b) => Number(b.name === BASE) - Number(a.name === BASE) || a.name.localeCompare(b.name));
}

/**
 * The member of the bundled family that a strategy runs on: the one whose manifest names the method, else the base model.
 * @param method undefined for the base model
 */
export async function pocketMember(pocketFolder: string, method: string | undefined): Promise<LocalReference> {
  const members = method === undefined ? [] : await pocketMembers(pocketFolder);
  const { name = BASE } = members.find(({ strategies }) => strategies.includes(method!)) ?? {};
  return { kind: "folder", path: `${POCKET}:${name}` };
}

/**
 * @param pocketFolder holds the models of the package; `pocket:NAME` names one of them
 * @throws ActionableError `model-name`, `model-not-downloaded`
 */
export async function placeOf(reference: LocalReference, pocketFolder: string): Promise<ModelPlace> {
  if (reference.kind === "hub") return hubPlace(reference.id, reference.revision);
  const named = new RegExp(`^${POCKET}:([\\w-]+)$`).exec(reference.path);
  const folder = named ? path.join(pocketFolder, named[1]!) : path.resolve(reference.path);
  const own = path.dirname(folder) === path.resolve(pocketFolder);
  return { folder, id: own ? `${POCKET}:${path.basename(folder)}` : undefined };
}

async function hubPlace(id: string, revision: string | undefined): Promise<ModelPlace> {
  if (!isHubId(id))
    throw new ActionableError("model-name", `“${id}” is not the name of a model.`, "Write it as owner/name.");
  const folder = await cachedSnapshot(hubCacheFolder(), id, revision);
  if (folder !== undefined) return { folder, id };
  throw new ActionableError(
    "model-not-downloaded",
    `${id} is not in the Hugging Face cache of this machine.`,
    "Download the model first.",
  );
}
