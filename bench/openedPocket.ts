/** Bundled models under another chat template: one that opens thinking itself, as those of DeepSeek-R1's family do. */
import { copyFile, link, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { POCKET_FOLDER } from "./runner";

const CONFIG = "tokenizer_config.json";
const TURN = "<|im_start|>assistant\n";

/**
 * Puts a member of the family into `folder`, its weights linked where that is possible; only where its turn begins is changed.
 * @throws Error where the bundled template is not what this was written for
 */
export async function openedPocket(folder: string, member: string): Promise<string> {
  const base = path.join(POCKET_FOLDER, member);
  for (const entry of await readdir(base, { recursive: true, withFileTypes: true })) {
    const from = path.join(entry.parentPath, entry.name);
    const to = path.join(folder, path.relative(base, from));
    await mkdir(entry.isDirectory() ? to : path.dirname(to), { recursive: true });
    if (entry.isFile() && entry.name !== CONFIG) await link(from, to).catch(() => copyFile(from, to));
  }
  const config = JSON.parse(await readFile(path.join(base, CONFIG), "utf8")) as { chat_template: string };
  const chat_template = config.chat_template.replace(TURN, `${TURN}<think>\n`);
  if (chat_template === config.chat_template) throw new Error("The pocket model's template begins turns otherwise.");
  await writeFile(path.join(folder, CONFIG), JSON.stringify({ ...config, chat_template }));
  return folder;
}
