import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { build } from "esbuild";
import type { EngineApi, EngineNotifications, RunRequest } from "../../../src/core/protocol/engineApi";
import { RpcPeer } from "../../../src/core/protocol/rpc";
import type { RpcMessage } from "../../../src/core/protocol/rpc";

const BUNDLE = path.resolve(".cache/test/engine/engine.cjs");
const TINY = path.resolve("test/fixtures/models/tiny");

type Peer = RpcPeer<EngineApi, object, EngineNotifications>;

describe("engine process", () => {
  const children: ChildProcess[] = [];
  before(async function () {
    this.timeout(60_000);
    await build({
      entryPoints: { engine: "src/engine/main.ts", watchdog: "src/engine/watchdog/watchdogThread.ts" },
      outdir: path.dirname(BUNDLE),
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["onnxruntime-node"],
      define: { "import.meta.url": "importMetaUrl" },
      banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
      logLevel: "error",
    });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function start(): { child: ChildProcess; peer: Peer } {
    const child = fork(BUNDLE, [], { execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
    children.push(child);
    const peer: Peer = new RpcPeer({ send: (message) => void child.send(message, () => undefined) });
    child.on("message", (message) => peer.receive(message as RpcMessage));
    child.on("exit", () => peer.close({ code: "engine-died", message: "The engine died.", action: undefined }));
    return { child, peer };
  }

  const request: RunRequest = {
    id: "run",
    model: { kind: "folder", path: TINY },
    strategy: "chain-of-thought",
    options: { maxTokens: 400 },
    messages: [{ role: "user", content: "How many apples?" }],
  };

  it("answers over its channel and beats", async () => {
    const { child, peer } = start();
    const beat = new Promise<EngineNotifications["heartbeat"]>((resolve) => peer.on("heartbeat", resolve));
    assert.equal((await peer.remote.hello({})).pid, child.pid);
    const info = await peer.remote.loadModel({ model: request.model });
    assert.equal(info.id, "tiny");
    assert.ok((await beat).rssMiB > 10);
  });

  it("streams a run's events, and passes errors with their code and action", async () => {
    const { peer } = start();
    const types: string[] = [];
    peer.on("events", ({ run, events }) => types.push(...events.map(({ t }) => `${run}:${t}`)));
    await peer.remote.run({ ...request, options: { maxTokens: 8 } });
    assert.equal(types[0], "run:run");
    assert.equal(types.at(-1), "run:end");
    const missing = peer.remote.loadModel({ model: { kind: "folder", path: "/no/such/folder" } });
    await assert.rejects(missing, { code: "model-folder-missing", action: /^Choose/ });
  });

  it("cancels softly: the run ends its trace and the process lives on", async () => {
    const { peer } = start();
    const controller = new AbortController();
    const whys: string[] = [];
    peer.on("events", ({ events }) => {
      for (const event of events) {
        if (event.t === "tokens") controller.abort();
        if (event.t === "exit") whys.push(event.why);
      }
    });
    await peer.remote.run(request, { signal: controller.signal });
    assert.deepEqual(whys, ["cancelled"]);
    await peer.remote.hello({});
  });

  it("ends when its parent lets go of it", async () => {
    const { child, peer } = start();
    await peer.remote.hello({});
    const exit = once(child, "exit");
    child.disconnect();
    assert.deepEqual(await exit, [0, null]);
  });

  it("started by hand, says what it is", async () => {
    const child = execFile(process.execPath, [BUNDLE]);
    let text = "";
    child.stderr!.on("data", (part: string) => (text += part));
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 2);
    assert.match(text, /extension starts it/);
  });
});
