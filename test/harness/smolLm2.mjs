// The folder of a real instruct model, built once into the cache folder; a virtual environment for that is built first.
import path from "node:path";
import { cached } from "./cacheFolder.mjs";
import { HarnessError, progress, runCommand } from "./childProcesses.mjs";
import { root } from "./project.mjs";

const TORCH = "torch==2.13.0";
const PACKAGES = ["transformers", "accelerate", "gguf", "onnx", "onnx-ir", "onnxruntime", "onnxruntime-genai", "numpy"];
const HOUR = 3_600_000;

/** Path of SmolLM2-135M-Instruct in Hugging Face layout. `THOUGHTLENS_SMOLLM2` names one that is there already. */
export async function smolLm2() {
  if (process.env.THOUGHTLENS_SMOLLM2) return path.resolve(process.env.THOUGHTLENS_SMOLLM2);
  return cached("SmolLM2-135M-Instruct", async (folder) => {
    const python = path.join(await environment(), process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
    progress("Building SmolLM2-135M (a few minutes)");
    await run(python, [path.join(root, "test/harness/smolLm2.py"), folder]);
  });
}

async function environment() {
  // A virtual environment does not survive being moved, so it is built where it stays.
  const folder = path.join(root, ".cache/hub/venv");
  const python = path.join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const ready = await runCommand(python, ["-c", "import onnxruntime_genai, gguf, accelerate, torch"]).catch(
    () => undefined,
  );
  if (ready?.code === 0) return folder;
  progress("Installing the model builder (about 1 GB)");
  await run("python3", ["-m", "venv", folder]);
  await run(python, ["-m", "pip", "install", "-q", TORCH]);
  await run(python, ["-m", "pip", "install", "-q", ...PACKAGES]);
  return folder;
}

async function run(command, args) {
  const { code, output } = await runCommand(command, args, { timeoutMs: HOUR });
  if (code !== 0) throw new HarnessError(`${path.basename(command)} ${args.join(" ")} failed:\n${output.slice(-2000)}`);
}
