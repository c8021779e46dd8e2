/** Where a model that somebody named is on this machine. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { IncludedModel, ModelReference } from "../../core/protocol/engineApi";
import { formatModelName, modelTitle } from "../../core/protocol/modelName";
import { ActionableError } from "../../core/protocol/rpc";
import { readTextIfThere } from "../files/jsonFile";
import type { BackendSource } from "../backends/openBackend";
import { readManifest } from "../files/manifest";
import { cachedSnapshot, hubCacheFolder, isHubId } from "./hub/cacheLayout";
import { l10n, sentenceFrom } from "../../core/text/l10n";

const BASE = "base";

/** The members of the bundled family, the base model first; none where the folder is missing. */
export async function pocketMembers(pocketFolder: string): Promise<IncludedModel[]> {
  const names = await readdir(pocketFolder).catch((): string[] => []);
  const members: IncludedModel[] = [];
  for (const name of names) {
    const folder = path.join(pocketFolder, name);
    if ((await readTextIfThere(path.join(folder, "config.json"))) === undefined) continue;
    members.push({ name, strategies: Object.keys((await readManifest(folder)).methods) });
  }
  return members.sort((a, b) => Number(b.name === BASE) - Number(a.name === BASE) || a.name.localeCompare(b.name));
}

/**
 * The name of the member that a strategy runs on: the one whose manifest names the method, else the base model.
 * @param method undefined for the base model
 */
async function pocketMember(pocketFolder: string, method: string | undefined): Promise<string> {
  const members = method === undefined ? [] : await pocketMembers(pocketFolder);
  return members.find(({ strategies }) => strategies.includes(method!))?.name ?? BASE;
}

/**
 * @param pocketFolder holds the models of the package
 * @param method what the model is to have been trained for: of the included family by itself, it chooses the member
 * @throws ActionableError `model-name`, `model-not-downloaded`
 */
export async function sourceOf(
  reference: ModelReference,
  pocketFolder: string,
  method?: string,
): Promise<BackendSource> {
  switch (reference.kind) {
    case "pocket": {
      const member = reference.member ?? (await pocketMember(pocketFolder, method));
      return { kind: "folder", ...memberPlace(pocketFolder, member), ...dtypeOf(reference) };
    }
    case "folder": {
      const folder = path.resolve(reference.path);
      const isOurs = path.dirname(folder) === path.resolve(pocketFolder);
      const place = isOurs ? memberPlace(pocketFolder, path.basename(folder)) : { folder };
      return { kind: "folder", ...place, ...dtypeOf(reference) };
    }
    case "hub": {
      const folder = await cachedFolder(reference);
      return { kind: "folder", folder, id: reference.id, ...dtypeOf(reference) };
    }
    case "server":
      return reference;
  }
}

const dtypeOf = ({ dtype }: { dtype?: string }): { dtype?: string } => (dtype === undefined ? {} : { dtype });

function memberPlace(pocketFolder: string, member: string): { folder: string; id: string } {
  const id = modelTitle({ kind: "pocket", member });
  if (!/^[\w-]+$/.test(member))
    throw new ActionableError("model-name", l10n.later`“${id}” is not the name of a model.`, "Write it as pocket:NAME.");
  return { folder: path.join(pocketFolder, member), id };
}

async function cachedFolder(reference: ModelReference & { kind: "hub" }): Promise<string> {
  const { id, revision } = reference;
  if (!isHubId(id))
    throw new ActionableError("model-name", l10n.later`“${id}” is not the name of a model.`, "Write it as owner/name.");
  const folder = await cachedSnapshot(hubCacheFolder(), id, revision);
  if (folder !== undefined) return folder;
  throw new ActionableError(
    "model-not-downloaded",
    l10n.later`${id} is not in the Hugging Face cache of this machine.`,
    "Download the model first.",
    { model: formatModelName(reference) },
  );
}

/** What is wrong with a model whose files another program did not bring whole. */
const LACKS = [
  "graph-cut-off",
  "graph-missing",
  "graph-not-onnx",
  "graph-weights-missing",
  "model-config-missing",
  "model-dtype-missing",
  "model-file-broken",
  "model-file-pointer",
  "tokenizer-broken",
  "tokenizer-missing",
];

/** An error of a model of the hub as one that a download mends, where it may. Others stay as they are. */
export function asIncomplete(reference: ModelReference, error: unknown): unknown {
  if (reference.kind !== "hub" || !(error instanceof ActionableError) || !LACKS.includes(error.code)) return error;
  const reason = sentenceFrom(error.sentences.message ?? error.message);
  return new ActionableError(
    "model-incomplete",
    l10n.later`${reference.id} is not whole in the Hugging Face cache of this machine: ${reason}`,
    "Download what is missing.",
    { model: formatModelName(reference), cause: error },
  );
}
