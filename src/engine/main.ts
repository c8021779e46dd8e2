/**
 * The engine's process: serves the engine over the IPC channel of the process that forked it, and ends with it. Steps
 * of a model block this process and no other; a heartbeat every second tells that it is still there.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { LAST_WORDS, type EngineApi, type EngineNotifications } from "../core/protocol/engineApi";
import type { Api, RpcMessage } from "../core/protocol/rpc";
import { RpcPeer, toErrorShape } from "../core/protocol/rpc";
import { Engine } from "./engine";
import { Watchdog } from "./watchdog/watchdog";

const HEARTBEAT_MS = 1000;

/** What whoever forks this process may say: threads of one step, where several engines share the cores. */
function threadsAsked(): number | undefined {
  const { threads } = parseArgs({ options: { threads: { type: "string" } }, strict: false }).values;
  return typeof threads === "string" && /^[1-9]\d*$/.test(threads) ? Number(threads) : undefined;
}

function serve(): void {
  const peer: RpcPeer<object, EngineNotifications> = new RpcPeer(
    {
      send: (message) => {
        // A channel that closes meanwhile is noticed by `disconnect`, which ends this process.
        if (process.connected) process.send!(message, undefined, undefined, () => undefined);
      },
    },
    {
      hello: (params: object) => engine.hello(params),
      loadModel: (params, context) => engine.loadModel(params, context),
      unloadModels: (params: object) => engine.unloadModels(params),
      setServerKey: (params) => engine.setServerKey(params),
      setWaiting: (params) => engine.setWaiting(params),
      setDevice: (params) => engine.setDevice(params),
      allowOpenEnded: (params) => engine.allowOpenEnded(params),
      trainProbe: (params, context) => engine.trainProbe(params, context),
      includedModels: (params: object) => engine.includedModels(params),
      cachedModels: (params: object) => engine.cachedModels(params),
      describeModel: (params, context) => engine.describeModel(params, context),
      downloadModel: (params, context) => engine.downloadModel(params, context),
      run: (params, context) => engine.run(params, context),
      steer: (params) => engine.steer(params),
      branch: (params, context) => engine.branch(params, context),
      projectLatents: (params, context) => engine.projectLatents(params, context),
      score: (params, context) => engine.score(params, context),
      meanings: (params, context) => engine.meanings(params, context),
    } satisfies Record<keyof EngineApi, Api[string]>,
  );
  // The channel tells of a host that is gone, but a thread that blocks does not hear it.
  const watchdog = new Watchdog(path.join(__dirname, "watchdog.cjs"), { parent: process.ppid, prefix: LAST_WORDS });
  const threads = threadsAsked();
  const engine = new Engine({
    ...(threads === undefined ? {} : { threads }),
    guard: watchdog.guard,
    pocketFolder: path.join(__dirname, "..", "models", "pocket"),
    notify: (name, params) => peer.notify(name, params),
  });
  const report = (what: string, error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${what}: ${text}\n`);
    peer.notify("log", { level: "error", message: `${what}: ${toErrorShape(error).message}` });
  };

  process.on("message", (message) => {
    if (typeof message === "object" && message !== null) peer.receive(message as RpcMessage);
  });
  process.on("disconnect", () => process.exit(0));
  process.on("unhandledRejection", (error) => report("Unhandled rejection", error));
  process.on("uncaughtException", (error) => {
    report("Uncaught exception", error);
    // What state it left behind nobody knows; the host starts a new process.
    setTimeout(() => process.exit(1), 100);
  });
  setInterval(() => {
    peer.notify("heartbeat", { at: Date.now(), rssMiB: process.memoryUsage.rss() / 2 ** 20 });
  }, HEARTBEAT_MS);
}

if (process.send) serve();
else {
  process.stderr.write("This is the engine of Thoughtlens; the extension starts it.\n");
  process.exitCode = 2;
}
