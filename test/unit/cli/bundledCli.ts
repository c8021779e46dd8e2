/** The command line as a bundle of its own, run as a person runs it. */
import { build } from "esbuild";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { symlink } from "node:fs/promises";
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
   * Built once for all tests of a process, with the bundled models beside it.
   * @param cwd where it runs
   * @param env replaces variables of ours
   */
  static async build(cwd: string, env: Record<string, string>): Promise<BundledCli> {
    built ??= buildBundles();
    return new BundledCli(await built, cwd, env);
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

/** The path of the command line's bundle, while they are built and after. */
let built: Promise<string> | undefined;

async function buildBundles(): Promise<string> {
  const folder = path.resolve(".cache/test", `cli-${process.pid}`);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const bundle = path.join(folder, "dist/cli.cjs");
  await build({
    entryPoints: {
      cli: "src/cli/main.ts",
      engine: "src/engine/main.ts",
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
  await symlink(path.resolve("models"), path.join(folder, "models"), "junction");
  return bundle;
}

/** Variables under which everything comes from the hub at `url` and stays in `folder`. */
export const hubEnvironment = (url: string, folder: string): Record<string, string> => ({
  HF_ENDPOINT: url,
  HF_HOME: path.join(folder, "huggingface"),
  HF_HUB_CACHE: "",
  XDG_CACHE_HOME: path.join(folder, "cache"),
});
