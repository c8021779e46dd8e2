/** node-llama-cpp on the GGUF beside the model. It is installed into the cache folder: nothing else needs it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Task, Timings } from "./measurement";
import { promptIds } from "./measurement";

const CACHE = fileURLToPath(new URL("../../.cache/bench", import.meta.url));
const PACKAGE = "node-llama-cpp@3.22.1";

/** What we use of it. */
interface LlamaModule {
  getLlama(options: object): Promise<{
    loadModel(options: { modelPath: string; gpuLayers: number }): Promise<{
      createContext(options: object): Promise<{
        getSequence(): { evaluate(tokens: readonly number[], options: object): AsyncGenerator<number> };
      }>;
    }>;
  }>;
}

/** @returns why it cannot be measured, or undefined once it can */
export function whyNoLlamaCpp(model: string): string | undefined {
  if (!existsSync(path.join(model, "model.gguf"))) return "there is no model.gguf beside the model";
  if (existsSync(path.join(CACHE, "node_modules/node-llama-cpp"))) return undefined;
  const install = spawnSync("npm", ["install", "--prefix", CACHE, "--no-save", "--ignore-scripts", PACKAGE], {
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  return install.status === 0 ? undefined : `${PACKAGE} cannot be installed`;
}

export async function measureLlamaCpp({ model, threads, context, steps }: Task): Promise<Timings> {
  const entry = createRequire(path.join(CACHE, "package.json")).resolve("node-llama-cpp");
  const { getLlama } = (await import(pathToFileURL(entry).href)) as LlamaModule;
  const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
  const loaded = await llama.loadModel({ modelPath: path.join(model, "model.gguf"), gpuLayers: 0 });
  const created = await loaded.createContext({ contextSize: context + steps + 8, threads, batchSize: 512 });
  const tokens = created.getSequence().evaluate(promptIds(context), { temperature: 0, yieldEogToken: true });
  const start = performance.now();
  const heard: number[] = [];
  while (heard.length <= steps && !(await tokens.next()).done) heard.push(performance.now());
  await tokens.return(undefined);
  return { prefillMs: heard[0]! - start, stepMs: heard.slice(2).map((at, index) => at - heard[index + 1]!) };
}
