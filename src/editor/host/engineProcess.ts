/**
 * The engine as the host sees it: a forked child that is started when first needed, watched by its heartbeat, and
 * killed when it hangs or when a cancel is not obeyed. A child that dies by itself is replaced once; the second death
 * without a finished call in between is reported, and the next call of a person starts a new child.
 */
import { fork, type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { createInterface } from "node:readline";
import { LAST_WORDS, type EngineApi, type EngineNotifications } from "../../core/protocol/engineApi";
import {
  RpcPeer,
  fromErrorShape,
  shapeOf,
  type CallOptions,
  type RpcErrorShape,
  type RpcMessage,
} from "../../core/protocol/rpc";
import { inEnglish, l10n, type Sentence } from "../../core/text/l10n";

export type EngineState = "stopped" | "starting" | "ready" | "failed";
export type Hello = ReturnType<EngineApi["hello"]>;

export interface EngineEvents {
  state: [EngineState];
  events: [EngineNotifications["events"]];
  heartbeat: [EngineNotifications["heartbeat"]];
  log: [EngineNotifications["log"]];
  /** The child is gone for the second time; `why` is for the person. */
  failed: [why: RpcErrorShape];
}

export interface EngineLimits {
  /** Milliseconds without a heartbeat after which the child counts as hung. A native call may block it for seconds. */
  heartbeat: number;
  /** Milliseconds from the fork to the answer of `hello`. */
  start: number;
  /** Milliseconds between a cancel and the kill. */
  grace: number;
}

const LIMITS: EngineLimits = { heartbeat: 30_000, start: 30_000, grace: 3000 };
const WATCH_EVERY_MS = 1000;
const DRAIN_MS = 1000;
const LONGEST_LOG_LINE = 4000;

/** The key that the command line takes from there is not for the editor's engine: keys of its servers are kept as secrets. */
function withoutKeys({ THOUGHTLENS_SERVER_KEY: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

/** One child from fork to exit. */
interface Connection {
  readonly child: ChildProcess;
  readonly peer: RpcPeer<EngineApi, object, EngineNotifications>;
  readonly hello: Promise<Hello>;
  lastBeat: number;
  /** Why it ended itself, in one sentence, when it did. */
  lastWords?: string;
  /** Why it is being ended, when it is us who end it. */
  ending: RpcErrorShape | undefined;
}

const STOPPED: RpcErrorShape = { code: "engine-stopped", message: "The engine was stopped.", action: undefined };
const CANCELLED: RpcErrorShape = { code: "cancelled", message: "Cancelled.", action: undefined };
const TRY_AGAIN = "Trace the prompt again, or press Restart Engine if it happens once more.";

export class EngineProcess extends EventEmitter<EngineEvents> {
  private connection: Connection | undefined;
  private deaths = 0;
  private disposed = false;
  private current: EngineState = "stopped";
  private readonly limits: EngineLimits;

  /**
   * @param entry path of the engine's bundle
   * @param demand rejects where what a call names may not be used
   */
  constructor(
    private readonly entry: string,
    limits: Partial<EngineLimits> = {},
    private readonly demand: (params: unknown) => Promise<void> = () => Promise.resolve(),
  ) {
    super();
    this.limits = { ...LIMITS, ...limits };
  }

  get state(): EngineState {
    return this.current;
  }

  /** Process id of the running child; undefined where there is none, or it is being ended. */
  get pid(): number | undefined {
    return this.connection?.ending ? undefined : this.connection?.child.pid;
  }

  /** Starts the engine if it is not there. @throws ActionableError `engine-start` */
  hello(): Promise<Hello> {
    return this.connect().hello;
  }

  /**
   * Calls a method of the engine and tells how far this call is. An aborted signal cancels softly; after the grace time
   * the child is killed.
   * @throws ActionableError of the engine, what `demand` throws, or `engine-died`, `engine-hung`, `engine-start`, `cancelled`
   */
  async call<M extends keyof EngineApi>(
    method: M,
    params: Parameters<EngineApi[M]>[0],
    options: CallOptions = {},
  ): Promise<Awaited<ReturnType<EngineApi[M]>>> {
    const { signal } = options;
    await this.demand(params);
    const connection = this.connect();
    await connection.hello;
    let grace: NodeJS.Timeout | undefined;
    const cancelled = () => {
      grace = setTimeout(() => this.end(connection, CANCELLED), this.limits.grace);
    };
    if (!signal?.aborted) signal?.addEventListener("abort", cancelled, { once: true });
    try {
      const call = connection.peer.remote[method] as (params: unknown, options: CallOptions) => Promise<unknown>;
      const value = await call(params, options);
      this.deaths = 0;
      return value as Awaited<ReturnType<EngineApi[M]>>;
    } finally {
      clearTimeout(grace);
      signal?.removeEventListener("abort", cancelled);
    }
  }

  /** Ends the child, if there is one, and starts another. */
  async restart(): Promise<void> {
    this.deaths = 0;
    if (this.connection) await this.end(this.connection, STOPPED);
    await this.hello();
  }

  dispose(): void {
    this.disposed = true;
    if (this.connection) void this.end(this.connection, STOPPED);
    this.removeAllListeners();
  }

  private connect(): Connection {
    if (this.disposed) throw fromErrorShape(STOPPED);
    if (this.connection && !this.connection.ending) return this.connection;
    const child = fork(this.entry, [], {
      execArgv: [],
      // The extension host may be Electron, which is Node only when told so.
      env: { ...withoutKeys(process.env), ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const peer = new RpcPeer<EngineApi, object, EngineNotifications>({
      send: (message) => {
        // A channel that closes meanwhile is noticed by `exit`, which fails the waiting calls.
        if (child.connected) child.send(message, () => undefined);
      },
    });
    const connection: Connection = {
      child,
      peer,
      hello: this.greet(child, peer),
      lastBeat: performance.now(),
      ending: undefined,
    };
    this.connection = connection;
    this.listen(connection);
    this.enter("starting");
    connection.hello.then(
      () => this.connection === connection && this.enter("ready"),
      () => this.end(connection, STOPPED),
    );
    return connection;
  }

  private async greet(child: ChildProcess, peer: Connection["peer"]): Promise<Hello> {
    const seconds = this.limits.start / 1000;
    const late = setTimeout(() => {
      peer.close(shapeOf("engine-start", l10n.later`The engine did not start within ${seconds} s.`, TRY_AGAIN));
      child.kill("SIGKILL");
    }, this.limits.start);
    try {
      return await peer.remote.hello({});
    } finally {
      clearTimeout(late);
    }
  }

  private listen(connection: Connection): void {
    const { child, peer } = connection;
    child.on("message", (message) => {
      if (typeof message === "object" && message !== null) peer.receive(message as RpcMessage);
    });
    child.once("error", (error) => this.gone(connection, l10n.later`The engine could not start (${error.message}).`));
    child.once("exit", (code, signal) => {
      const how = signal
        ? l10n.later`The engine was killed (${signal}).`
        : l10n.later`The engine ended (${code ?? "?"}).`;
      // What it had sent before is still read: `close` comes after the last message, unless a pipe is held open.
      const late = setTimeout(() => this.gone(connection, how), DRAIN_MS);
      child.once("close", () => {
        clearTimeout(late);
        this.gone(connection, how);
      });
    });
    for (const [stream, level] of [
      [child.stdout, "info"],
      [child.stderr, "warn"],
    ] as const) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        if (line.startsWith(LAST_WORDS)) connection.lastWords = line.slice(LAST_WORDS.length, LONGEST_LOG_LINE);
        this.emit("log", { level, message: line.slice(0, LONGEST_LOG_LINE) });
      });
    }
    peer.on("events", (batch) => this.emit("events", batch));
    peer.on("log", (entry) => this.emit("log", entry));
    peer.on("heartbeat", (beat) => {
      connection.lastBeat = performance.now();
      this.emit("heartbeat", beat);
    });
    this.watch(connection);
  }

  private watch(connection: Connection): void {
    let lastLook = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      // After a sleep of the machine both clocks stood still: the child gets its full time again.
      if (now - lastLook > 5 * WATCH_EVERY_MS) connection.lastBeat = now;
      lastLook = now;
      if (now - connection.lastBeat <= this.limits.heartbeat) return;
      clearInterval(timer);
      connection.peer.close(shapeOf("engine-hung", "The engine stopped answering and was ended.", TRY_AGAIN));
      connection.child.kill("SIGKILL");
    }, WATCH_EVERY_MS);
    timer.unref();
    connection.child.once("exit", () => clearInterval(timer));
  }

  /** We end it: its calls fail with `why`, and nothing is reported. */
  private end(connection: Connection, why: RpcErrorShape): Promise<void> {
    connection.ending ??= why;
    connection.peer.close(why);
    const { child } = connection;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  }

  /** It ended, for whatever reason. */
  private gone(connection: Connection, how: Sentence): void {
    const { lastWords } = connection;
    connection.peer.close(
      lastWords === undefined
        ? shapeOf("engine-died", how, TRY_AGAIN)
        : shapeOf("engine-limit", lastWords, "Choose another model, or check the files of this one."),
    );
    const current = this.connection === connection;
    if (current) this.connection = undefined;
    if (this.disposed || !current) return;
    this.emit("log", { level: connection.ending ? "info" : "error", message: inEnglish(how) });
    if (connection.ending) {
      this.enter("stopped");
      return;
    }
    this.deaths++;
    if (this.deaths === 1) {
      // The call that was running has failed already and says so; a new child waits for the next one.
      this.connect().hello.catch(() => undefined);
      return;
    }
    this.enter("failed");
    this.emit("failed", shapeOf("engine-died", l10n.later`${how} It was the second time.`, "Restart it to go on."));
  }

  private enter(state: EngineState): void {
    if (this.disposed || this.current === state) return;
    this.current = state;
    this.emit("state", state);
  }
}
