/** The tokenizer of an assistant that reads other tokens than the model beside which it lies (SoftCoT, 2502.12134). */
import path from "node:path";
import { ActionableError } from "../../../core/protocol/rpc";
import type { Tokenizer } from "../../decoding/model";
import { loadTokenizer } from "../../tokens/tokenizer";
import { under, unguarded, type Guard } from "../../watchdog/guard";
import { tokenizerLimits } from "./loadLimits";

/**
 * @param folder of the model
 * @param name of the folder in it that holds tokenizer.json
 * @throws ActionableError `assistant-missing`, and those of `loadTokenizer`
 */
export async function assistantTokenizer(folder: string, name: string, guard: Guard = unguarded): Promise<Tokenizer> {
  // The name comes out of a manifest that anybody may have written: it must not lead out of the folder.
  if (path.basename(name) !== name || name === "." || name === "..")
    throw new ActionableError(
      "assistant-missing",
      "The manifest names a tokenizer outside the model's folder.",
      "Put the assistant's tokenizer into a folder in it.",
    );
  const limits = tokenizerLimits(name);
  return (await under(guard, limits, () => loadTokenizer(path.join(folder, name), [], guard))).tokenizer;
}
