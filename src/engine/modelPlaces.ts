/** Where a model that somebody named is on this machine. */
import path from "node:path";
import type { ModelReference } from "../core/engineApi";
import { ActionableError } from "../core/rpc";
import { cachedSnapshot, hubCacheFolder, isHubId } from "./hubCache";

/** A model's folder, and what traces call it. */
export interface ModelPlace {
  folder: string;
  id: string | undefined;
}

const POCKET = "pocket";

export type LocalReference = Exclude<ModelReference, { kind: "server" }>;

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
