/** Requests to a completion server: retried while it is busy, timed, cancellable, with errors a person can act on. */
import { trimEnd } from "../../../core/text/trim";
import { setTimeout as pause } from "node:timers/promises";
import { ActionableError } from "../../../core/protocol/rpc";
import { eventData, garbage } from "./serverEvents";

export interface ServerLimits {
  /** Milliseconds to the first byte of an answer: long prompts take their time. */
  first: number;
  /** Milliseconds between two pieces of a stream. */
  next: number;
  /** Attempts while the server is busy or out of reach. */
  attempts: number;
  /** Milliseconds before the second attempt, doubled for each one after it, unless the server says when. */
  pause: number;
}

const LIMITS: ServerLimits = { first: 180_000, next: 60_000, attempts: 5, pause: 500 };
const LONGEST_PAUSE = 30_000;
/** Characters of a server's own explanation that are shown. */
const LONGEST_EXPLANATION = 200;

export class ServerClient {
  /** Without a slash, and without `/v1`, at the end. */
  readonly url: string;
  private readonly limits: ServerLimits;

  /** @throws ActionableError `server-address` */
  constructor(
    url: string,
    private readonly key?: string,
    limits: Partial<ServerLimits> = {},
  ) {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw badAddress(`“${url}” is not the address of a server.`, "Write it as http://host:port.");
    }
    const { username, password, search, host } = new URL(url);
    // Addresses stand in settings and logs: a key in one is shown to whoever sees them.
    if (username !== "" || password !== "")
      throw badAddress(
        `The address of the server at ${host} holds a name or a key.`,
        "Set the server's API key instead.",
      );
    if (search !== "")
      throw badAddress(`The address of the server at ${host} has a query.`, "Leave out what stands behind the “?”.");
    this.url = trimEnd(url, "/").replace(/\/v1(\/(chat\/)?completions)?$/, "");
    this.limits = { ...LIMITS, ...limits };
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** The JSON that a path answers with, GET without `body`. */
  async json(path: string, signal: AbortSignal, body?: object): Promise<unknown> {
    const { response, watch } = await this.request(path, signal, body);
    try {
      return await response.json();
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SyntaxError ? garbage("something else than JSON") : this.cutShort(error);
    } finally {
      watch.end();
    }
  }

  /** As `json`, or undefined where the server does not know the path or refuses the request. */
  async jsonIfKnown(path: string, signal: AbortSignal, body?: object): Promise<unknown> {
    try {
      return await this.json(path, signal, body);
    } catch (error) {
      if (error instanceof ActionableError && ["server-refused", "server-garbage"].includes(error.code))
        return undefined;
      throw error;
    }
  }

  /**
   * The JSON objects of an event stream, up to `[DONE]`.
   * @throws ActionableError `server-garbage`, `server-silent`, `server-unreachable`, …
   */
  async *stream(path: string, signal: AbortSignal, body: object): AsyncGenerator<unknown> {
    const { response, watch } = await this.request(path, signal, body);
    let events = 0;
    try {
      for await (const data of eventData(alive(response.body ?? [], () => watch.touch(this.limits.next)))) {
        events += 1;
        if (data.trim() === "[DONE]") return;
        let value: unknown;
        try {
          value = JSON.parse(data);
        } catch {
          throw garbage("something else than JSON");
        }
        yield value;
      }
      if (events === 0) throw garbage("something else than events");
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ActionableError ? error : this.cutShort(error);
    } finally {
      watch.end();
    }
  }

  private async request(
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<{ response: Response; watch: Watch }> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const watch = new Watch(this.limits.first);
      let failure: unknown;
      let after: number | undefined;
      try {
        const response = await fetch(this.url + path, {
          method: body ? "POST" : "GET",
          headers: {
            ...(body ? { "Content-Type": "application/json" } : {}),
            ...(this.key ? { Authorization: `Bearer ${this.key}` } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
          // A key goes to the server that it is for, and nowhere that it points to.
          redirect: "error",
          signal: AbortSignal.any([signal, watch.signal]),
        });
        if (response.ok) return { response, watch };
        failure = await this.statusError(response);
        if (response.status !== 429 && response.status !== 503) throw failure;
        after = retryAfter(response);
      } catch (error) {
        signal.throwIfAborted();
        if (error === failure) {
          watch.end();
          throw error;
        }
        failure = watch.signal.aborted ? this.cutShort(error) : this.unreachable(error);
        // A server that was silent for minutes will be so again.
        if (watch.signal.aborted) throw failure;
      }
      watch.end();
      if (attempt >= this.limits.attempts) throw failure;
      await pause(Math.min(LONGEST_PAUSE, after ?? this.limits.pause * 2 ** (attempt - 1)), undefined, { signal });
    }
  }

  private async statusError(response: Response): Promise<ActionableError> {
    const { status } = response;
    const said = explanation(await response.text().catch(() => ""));
    if (status === 401 || status === 403) {
      return new ActionableError(
        "server-key",
        `The server at ${this.host} wants another key.`,
        "Set the server's API key.",
      );
    }
    if (status === 429 || status === 503) {
      return new ActionableError("server-busy", `The server at ${this.host} is busy${said}.`, "Try again in a while.");
    }
    // Some servers answer 501 for a path they do not have.
    if (status >= 500 && status !== 501) {
      return new ActionableError(
        "server-failed",
        `The server at ${this.host} failed (${status})${said}.`,
        "Look into the server's log.",
      );
    }
    return new ActionableError(
      "server-refused",
      `The server at ${this.host} refused the request (${status})${said}.`,
      "Check the model's name and the length of the prompt.",
    );
  }

  private unreachable(cause: unknown): ActionableError {
    return new ActionableError(
      "server-unreachable",
      `The server at ${this.host} does not answer.`,
      "Start it, or check its address.",
      { cause },
    );
  }

  /** The error of an answer that does not go on. */
  cutShort(cause?: unknown): ActionableError {
    return new ActionableError(
      "server-silent",
      `The server at ${this.host} stopped in the middle of an answer.`,
      "Try again, and look into the server's log if it stays.",
      { cause },
    );
  }
}

const badAddress = (message: string, action: string) => new ActionableError("server-address", message, action);

/** Aborts what takes too long. */
class Watch {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = this.start(ms);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  touch(ms: number): void {
    clearTimeout(this.timer);
    this.timer = this.start(ms);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private start(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(), ms);
  }
}

async function* alive(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sign: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    sign();
    yield part;
  }
}

/** Milliseconds that the server asks to wait. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("Retry-After");
  if (value === null) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** What the server said itself, as the end of a sentence. */
function explanation(body: string): string {
  let message = "";
  try {
    const value = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const said = typeof value.error === "object" ? value.error.message : (value.error ?? value.message ?? value.detail);
    if (typeof said === "string") message = said;
  } catch {
    return "";
  }
  const line = message.replace(/\s+/g, " ").trim().slice(0, LONGEST_EXPLANATION).replace(/\.$/, "");
  return line === "" ? "" : `: ${line}`;
}
