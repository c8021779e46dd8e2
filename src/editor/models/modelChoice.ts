/**
 * Which model prompts run on. The setting names the included family (`pocket`), one of its variants
 * (`pocket:base`), a folder, a model of the Hugging Face cache, or a server.
 */
import { homedir } from "node:os";
import path from "node:path";
import type { ModelReference } from "../../core/protocol/engineApi";
import { ActionableError } from "../../core/protocol/rpc";

/** The family, or one of its variants. */
const INCLUDED = /^pocket(:[\w-]+)?$/;
const HUB_ID = /^(\w[\w.-]*\/\w[\w.-]*)(?:@([\w./-]+))?(?::([\w]+))?$/;

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
