/** What a model folder's card, the README.md of Hugging Face layout, says about the model. */
import { open } from "node:fs/promises";
import path from "node:path";
import { splitFrontMatter } from "../../core/prompt/frontMatter";

/** Front matter stands at the head of a card; cards themselves may be long. */
const HEAD_BYTES = 64 * 1024;

/**
 * The licence under which the card says that the model is given, as it is written there, e.g. `apache-2.0`. Several
 * are joined by commas. Undefined where there is no card, or it says none: what a card lacks keeps no model from loading.
 */
export async function licenceIn(folder: string): Promise<string | undefined> {
  const { license, license_name: name } = splitFrontMatter(await headOf(path.join(folder, "README.md"))).values;
  const stated = (Array.isArray(license) ? (license as unknown[]) : [license]).filter(
    (each): each is string => typeof each === "string" && each.trim() !== "",
  );
  // Cards write `other` and name the licence beside it.
  if (stated.length === 1 && stated[0] === "other" && typeof name === "string") return name;
  return stated.length > 0 ? stated.join(", ") : undefined;
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, "r").catch(() => undefined);
  try {
    const read = await handle?.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return read ? read.buffer.toString("utf8", 0, read.bytesRead).replaceAll("\r\n", "\n") : "";
  } catch {
    return "";
  } finally {
    await handle?.close();
  }
}
