/**
 * Which model prompts run on. The setting names the included family (`pocket`), one of its variants
 * (`pocket:base`), a folder, a model of the Hugging Face cache, or a server.
 */
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { ModelReference } from "../core/engineApi";
import { ActionableError } from "../core/rpc";

/** The family, or one of its variants. */
const INCLUDED = /^pocket(:[\w-]+)?$/;
const BASE = "base";
const HUB_ID = /^(\w[\w.-]*\/\w[\w.-]*)(?:@([\w./-]+))?(?::([\w]+))?$/;

export interface PocketVariant {
  readonly name: string;
  readonly folder: string;
  /** Ids of the strategies it was trained for. */
  readonly strategies: readonly string[];
}

/** @returns the variants under `folder`, the base first; empty where the folder is missing */
export async function pocketVariants(folder: string): Promise<PocketVariant[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const variants: PocketVariant[] = [];
  for (const entry of entries) {
    const variant = path.join(folder, entry.name);
    const isModel = await readFile(path.join(variant, "config.json")).then(
      () => true,
      () => false,
    );
    if (!isModel) continue;
    variants.push({ name: entry.name, folder: variant, strategies: await trainedFor(variant) });
  }
  return variants.sort((a, b) => Number(b.name === BASE) - Number(a.name === BASE) || a.name.localeCompare(b.name));
}

async function trainedFor(folder: string): Promise<string[]> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path.join(folder, "thoughtlens.json"), "utf8"));
    const methods = (manifest as { methods?: unknown }).methods;
    return typeof methods === "object" && methods !== null ? Object.keys(methods) : [];
  } catch {
    return [];
  }
}

/** @throws ActionableError `model-name` where `setting` names no model */
export function modelFor(setting: string): ModelReference {
  // The engine knows where the included models are, and which of them a strategy was trained for.
  if (INCLUDED.test(setting)) return { kind: "folder", path: setting };
  if (/^https?:\/\//.test(setting) && URL.canParse(setting)) return { kind: "server", url: setting };
  const file = setting.replace(/^~(?=$|[\\/])/, homedir());
  if (path.isAbsolute(file)) return { kind: "folder", path: file };
  const [, id, revision, dtype] = HUB_ID.exec(setting) ?? [];
  if (id) return { kind: "hub", id, ...(revision ? { revision } : {}), ...(dtype ? { dtype } : {}) };
  throw new ActionableError(
    "model-name",
    `“${setting}” names no model.`,
    "Choose a model, or give a folder's absolute path, owner/name or a server's address.",
  );
}

/** As in `pocket`, `pocket:base`, `Qwen3-0.6B-ONNX`: short enough for the status bar. */
export function shortModelName(setting: string): string {
  if (/^https?:\/\//.test(setting) && URL.canParse(setting)) return new URL(setting).host;
  return setting.split(/[\\/]/).findLast((part) => part !== "") ?? setting;
}
