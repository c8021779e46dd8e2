/** The engine's bundle in a process of its own, with its memory and time looked at. */
import { fork, type ChildProcess } from "node:child_process";
import { performance } from "node:perf_hooks";
import path from "node:path";
import {
  LAST_WORDS,
  type EngineApi,
  type EngineNotifications,
  type ModelReference,
  type RunRequest,
} from "../../../src/core/protocol/engineApi";
import { RpcPeer, sentenceOf, toErrorShape, type Remote, type RpcMessage } from "../../../src/core/protocol/rpc";
import { residentMiB } from "./watched";

const ENGINE = path.resolve("dist/engine.cjs");
export const TINY = path.resolve("test/fixtures/models/tiny");

export class EngineUnderWatch {
  private readonly child: ChildProcess;
  private readonly peer: RpcPeer<EngineApi, object, EngineNotifications>;
  private stderr = "";
  private readonly watch: NodeJS.Timeout;
  peakMiB = 0;

  /** @param env replaces variables of ours */
  constructor(env: Record<string, string> = {}) {
    const stdio: ("ignore" | "pipe" | "ipc")[] = ["ignore", "ignore", "pipe", "ipc"];
    this.child = fork(ENGINE, [], { execArgv: [], stdio, env: { ...process.env, ...env } });
    this.peer = new RpcPeer({ send: (message) => void this.child.send(message, () => undefined) });
    this.child.on("message", (message) => this.peer.receive(message as RpcMessage));
    this.child.stderr!.on("data", (part: Buffer) => (this.stderr += String(part)));
    this.child.on("close", () => this.peer.close({ code: "engine-died", message: this.lastWords, action: undefined }));
    this.watch = setInterval(() => (this.peakMiB = Math.max(this.peakMiB, this.residentMiB)), 20);
  }

  get call(): Remote<EngineApi> {
    return this.peer.remote;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get residentMiB(): number {
    return residentMiB(this.child.pid);
  }

  private get lastWords(): string {
    const line = this.stderr.split("\n").find((each) => each.startsWith(LAST_WORDS));
    return line?.slice(LAST_WORDS.length) ?? `It died without a word: ${this.stderr.slice(-300)}`;
  }

  end(): void {
    clearInterval(this.watch);
    this.child.kill("SIGKILL");
  }
}

/** What an engine takes for sound work here, to measure others by. */
export interface Idle {
  mib: number;
  /** How many times slower than an idle machine of today this one is now; 1 at least. */
  slowness: number;
}

/** Seconds that starting an engine, loading the smallest model and writing four tokens takes on an idle machine. */
const USUAL_SECONDS = 1;

async function idleEngine(): Promise<Idle> {
  const { seconds, mib } = await attempt(0, (call) => call.run(requestTo({ kind: "folder", path: TINY })));
  return { mib, slowness: Math.max(1, seconds / USUAL_SECONDS) };
}

/** In a suite of hostile things: what sound work takes, measured before them, and a line for each that is printed at the end. */
export function besideSoundWork(): { readonly idle: Idle; readonly rows: string[] } {
  const suite = { idle: { mib: 0, slowness: 1 }, rows: [] as string[] };
  before(async () => {
    suite.idle = await idleEngine();
  });
  after(() => console.log(suite.rows.join("\n")));
  return suite;
}

export interface Attempt {
  /** The sentence of its error, or `done`. A model that can be used after all is as good as one that says why not. */
  said: string;
  code: string;
  seconds: number;
  /** Beyond the given. */
  mib: number;
}

/** Has an engine of its own do something, in the memory that it takes beyond `idleMiB`. */
export async function attempt(
  idleMiB: number,
  work: (call: Remote<EngineApi>, engine: EngineUnderWatch) => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<Attempt> {
  const engine = new EngineUnderWatch(env);
  const started = performance.now();
  try {
    const shape = await work(engine.call, engine).then(() => undefined, toErrorShape);
    const seconds = (performance.now() - started) / 1000;
    const mib = Math.max(engine.peakMiB, engine.residentMiB) - idleMiB;
    return { said: shape ? sentenceOf(shape) : "done", code: shape?.code ?? "", seconds, mib };
  } finally {
    engine.end();
  }
}

export const requestTo = (model: ModelReference, options: Record<string, unknown> = {}): RunRequest => ({
  id: "r",
  model,
  strategy: "chain-of-thought",
  options: { maxTokens: 4, ...options },
  messages: [{ role: "user", content: `What is 3 + 4? ${"aa ".repeat(40)}` }],
});
