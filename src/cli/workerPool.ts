/**
 * Engines in processes of their own that share the runs of one command: a step of a model takes a core, so that as many steps are
 * computed at once as there are engines. Each run is the same as in this process; a worker that dies is replaced.
 */
import { fork, type ChildProcess } from "node:child_process";
import os from "node:os";
import type { EngineApi, EngineNotifications, ModelReference, Waiting } from "../core/protocol/engineApi";
import type { Device } from "../core/protocol/device";
import { LAST_WORDS } from "../core/protocol/engineApi";
import { RpcPeer, type Remote, type RpcMessage } from "../core/protocol/rpc";

/** How much of its standard error is kept for its last words, in characters. */
const LONGEST_LAST_WORDS = 4000;

export interface WorkerPoolOptions {
  readonly workers: number;
  /** Things that each of them does at once. */
  readonly each: number;
  /** The bundle of the engine. */
  readonly entry: string;
  readonly waiting: Waiting;
  readonly device: Device;
  /** Models whose graphs may be open-ended. */
  readonly openEnded: readonly ModelReference[];
  notify<N extends keyof EngineNotifications>(name: N, params: EngineNotifications[N]): void;
}

interface Worker {
  readonly child: ChildProcess;
  readonly peer: RpcPeer<EngineApi, object, EngineNotifications>;
  /** What it ran last, which it need not read again. */
  last: string | undefined;
}

/** Threads of one step that each of several workers gets. */
const threadsOf = (workers: number): number => Math.max(1, Math.floor(os.availableParallelism() / workers));

export class WorkerPool {
  /** Those that can take something on, as often as they can. */
  private free: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly waiting: ((worker: Worker) => void)[] = [];

  constructor(private readonly options: WorkerPoolOptions) {}

  /**
   * Has one of them do something.
   * @param alike names what other runs begin with as well: they go to the same worker where it is free
   */
  async share<Result>(alike: string, work: (call: Remote<EngineApi>) => Promise<Result>): Promise<Result> {
    const worker = await this.take(alike);
    worker.last = alike;
    try {
      return await work(worker.peer.remote);
    } finally {
      this.giveBack(worker);
    }
  }

  dispose(): void {
    for (const { child } of this.all) child.kill();
  }

  private take(alike: string): Promise<Worker> {
    const known = this.free.findIndex(({ last }) => last === alike);
    if (known >= 0) return Promise.resolve(this.free.splice(known, 1)[0]!);
    if (this.all.size < this.options.workers) return Promise.resolve(this.another());
    const idle = this.free.shift();
    if (idle) return Promise.resolve(idle);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private giveBack(worker: Worker): void {
    // One that died has left its place to a new one.
    const next = this.all.has(worker) ? worker : undefined;
    if (next) this.free.push(next);
    while (this.waiting.length > 0) {
      const free = this.free.shift() ?? (this.all.size < this.options.workers ? this.another() : undefined);
      if (!free) return;
      this.waiting.shift()!(free);
    }
  }

  /** A new one, of which one place is taken. */
  private another(): Worker {
    const worker = this.start();
    this.free.push(...Array.from({ length: this.options.each - 1 }, () => worker));
    return worker;
  }

  private start(): Worker {
    const { entry, workers, waiting, device, openEnded, notify } = this.options;
    const child = fork(entry, ["--threads", String(threadsOf(workers))], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Ctrl-C at a terminal goes to every process of the group: who ends a worker is the command line.
      detached: true,
    });
    yieldTo(child);
    const peer = new RpcPeer<EngineApi, object, EngineNotifications>({
      send: (message) => {
        if (child.connected) child.send(message, () => undefined);
      },
    });
    const worker: Worker = { child, peer, last: undefined };
    this.all.add(worker);
    let said = "";
    child.stderr?.on("data", (part: Buffer) => (said = (said + String(part)).slice(-LONGEST_LAST_WORDS)));
    child.on("message", (message) => peer.receive(message as RpcMessage));
    child.on("error", () => undefined);
    child.on("close", () => {
      this.all.delete(worker);
      this.free = this.free.filter((other) => other !== worker);
      const why = said.includes(LAST_WORDS) ? said.slice(said.lastIndexOf(LAST_WORDS) + LAST_WORDS.length).trim() : "";
      const message = why === "" ? "A worker ended by itself." : why;
      peer.close({ code: "engine-died", message, action: "Run it again with fewer --workers if that stays." });
    });
    peer.on("events", (params) => notify("events", params));
    peer.on("log", (params) => notify("log", params));
    peer.on("busy", (params) => notify("busy", params));
    // A run waits for them: what an engine is asked is done in order.
    void peer.remote.setWaiting(waiting).catch(() => undefined);
    void peer.remote.setDevice({ device }).catch(() => undefined);
    for (const model of openEnded) void peer.remote.allowOpenEnded({ model }).catch(() => undefined);
    return worker;
  }
}

/** Whoever types at this machine goes first. */
function yieldTo({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that has no priorities, or does not let us set them, runs all alike.
  }
}

/** Share of the free memory that workers may take together, and what one takes beside its model's files, in bytes. */
const MEMORY_SHARE = 0.8;
const BESIDE_MODEL = 150 * 2 ** 20;
/** What a loaded model takes, as a multiple of its files: measured with four-bit and float models. */
const OF_FILES = 3;

/** One worker for each core, as far as memory reaches. @param bytes of the model's files */
export function workersFor(bytes: number, cores = os.availableParallelism(), free = os.freemem()): number {
  const fitting = Math.floor((free * MEMORY_SHARE) / (BESIDE_MODEL + OF_FILES * bytes));
  return Math.max(1, Math.min(cores, fitting));
}
