/** `models`: the bundled models, and which strategies a model can run. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { Arguments } from "./arguments";
import { POCKET_FOLDER, Session } from "./session";
import { table } from "./table";

/** Lists bundled models or, with --capabilities, what the chosen model has and runs, each with its reason. */
export async function models(args: Arguments): Promise<number> {
  if (!args.capabilities) {
    const names = (await readdir(POCKET_FOLDER, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && existsSync(`${POCKET_FOLDER}/${entry.name}/config.json`))
      .map((entry) => `pocket:${entry.name}`);
    process.stdout.write(args.json ? `${JSON.stringify({ models: names }, null, 2)}\n` : `${names.join("\n")}\n`);
    return 0;
  }
  const session = new Session(args);
  const info = await session.load();
  session.clearStatus();
  if (args.json) {
    process.stdout.write(`${JSON.stringify(info, null, 2)}\n`);
    return 0;
  }
  const yes = (has: boolean) => (has ? "yes" : "no");
  process.stdout.write(
    [
      `${info.name} (${info.dtype ?? "unknown type"}, ${info.contextLength ?? "?"} tokens of context)`,
      table(
        ["capability", "has", ""],
        info.capabilities.map(({ capability, has, reason }) => [capability, yes(has), reason]),
      ),
      table(
        ["strategy", "runs", ""],
        info.strategies.map(({ id, runs, reason }) => [id, yes(runs), reason]),
      ),
      "",
    ].join("\n\n"),
  );
  return 0;
}
