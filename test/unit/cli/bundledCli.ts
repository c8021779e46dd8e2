/** The command line as a bundle of its own, run as a person runs it. */
import { build } from "esbuild";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";

interface Finished {
  code: number;
  out: string;
  err: string;
}

export class BundledCli {
  private constructor(
    private readonly bundle: string,
    private readonly cwd: string,
    private readonly env: Record<string, string>,
  ) {}

  /**
   * @param name of the folder that the bundle gets, with the bundled models beside it
   * @param cwd where it runs
   * @param env replaces variables of ours
   * @param withEngine whether the engine's own bundle stands beside it, which workers are
   */
  static async build(name: string, cwd: string, env: Record<string, string>, withEngine = false): Promise<BundledCli> {
    const folder = path.resolve(".cache/test", name);
    const bundle = path.join(folder, "dist/cli.cjs");
    await build({
      entryPoints: {
        cli: "src/cli/main.ts",
        ...(withEngine ? { engine: "src/engine/main.ts" } : {}),
        background: "src/background/worker.ts",
        watchdog: "src/engine/watchdog/watchdogThread.ts",
      },
      outdir: path.dirname(bundle),
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["onnxruntime-node", "@huggingface/transformers"],
      define: { "import.meta.url": "importMetaUrl" },
      banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
      logLevel: "error",
    });
    const models = path.join(folder, "models");
    await mkdir(folder, { recursive: true });
    await rm(models, { force: true });
    await symlink(path.resolve("models"), models, "junction");
    return new BundledCli(bundle, cwd, env);
  }

  /** The command as a shell takes it. */
  command(...args: string[]): string {
    return [process.execPath, this.bundle, ...args].map((each) => `'${each}'`).join(" ");
  }

  /** A process that the test may kill. */
  start(...args: string[]): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [this.bundle, ...args], { cwd: this.cwd, env: { ...process.env, ...this.env } });
  }

  async run(...args: string[]): Promise<Finished> {
    const child = this.start(...args);
    let [out, err] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (out += String(part)));
    child.stderr.on("data", (part: Buffer) => (err += String(part)));
    const [code] = (await once(child, "close")) as [number];
    return { code, out, err };
  }
}

/** Variables under which everything comes from the hub at `url` and stays in `folder`. */
export const hubEnvironment = (url: string, folder: string): Record<string, string> => ({
  HF_ENDPOINT: url,
  HF_HOME: path.join(folder, "huggingface"),
  HF_HUB_CACHE: "",
  XDG_CACHE_HOME: path.join(folder, "cache"),
});
