/** Requests to a completion server: retried while it is busy, bounded in time and bytes, cancellable, with errors a person can act on. */
import { setTimeout as pause } from "node:timers/promises";
import { ActionableError } from "../../../core/protocol/rpc";
import { ask, type Reply } from "../../net/ask";
import { Watch } from "../../net/watch";
import { serverAddress, type ServerAddress } from "./serverAddress";
import { eventData, garbage } from "./serverEvents";
import { SERVER_LIMITS, type ServerLimits } from "./serverLimits";
import { l10n, type Sentence } from "../../../core/text/l10n";

const LONGEST_PAUSE = 30_000;
/** Bytes of an answer that is no stream, of an error, and of a stream beside what its tokens take. */
const MOST_JSON = 16e6;
const MOST_ERROR = 64_000;
const MOST_STREAM = 64e6;
/** Bytes that a token with its alternatives may take in a stream. */
const TOKEN_BYTES = 20_000;
/** Characters of a server's own explanation that are shown, and that are looked into. */
const LONGEST_EXPLANATION = 300;
const LONGEST_SAID = 4000;

/** The end of a stream that said so itself. */
export const DONE = Symbol("done");

/** A server that does not take a request as it is: what it says tells what to leave out. */
export class ServerRefusal extends ActionableError {
  constructor(
    host: string,
    readonly status: number,
    /** In its own words; may be empty. */
    readonly said: string,
  ) {
    const shown = said.slice(0, LONGEST_EXPLANATION).replace(/\.$/, "");
    super(
      "server-refused",
      shown === ""
        ? l10n.later`The server at ${host} refused the request (${status}).`
        : l10n.later`The server at ${host} refused the request (${status}): ${shown}.`,
      refusalAction(status, said),
    );
  }
}

/** Characters of a line in which two words belong together. */
const TOGETHER = 80;

/** Whether `pattern` is found soon after `words`, on the same line. */
function follows(said: string, words: string, pattern: RegExp): boolean {
  for (let at = said.indexOf(words); at >= 0; at = said.indexOf(words, at + 1)) {
    const [line = ""] = said.slice(at + words.length, at + words.length + TOGETHER).split("\n");
    if (pattern.test(line)) return true;
  }
  return false;
}

function refusalAction(status: number, said: string): Sentence {
  const lower = said.toLowerCase();
  if (/context|too long|exceed/.test(lower) || follows(lower, "maximum", /length|tokens/))
    return l10n.later`Shorten the prompt, or lower the token budget.`;
  const isAboutModel =
    follows(lower, "model", /not found|not exist|unknown|invalid|no such|unavailable/) ||
    ["not found", "unknown"].some((words) => follows(lower, words, /\bmodel\b/));
  if (isAboutModel) return l10n.later`Check the model's name.`;
  return status === 404
    ? l10n.later`Check the server's address and the model's name.`
    : l10n.later`Change what it refuses, or choose another server.`;
}

export class ServerClient {
  readonly address: ServerAddress;
  readonly limits: ServerLimits;
  /** Until when nothing is asked of the server, by the clock of this process: one request was told so for all. */
  private restsUntil = 0;

  /**
   * @param busy told whenever the server says that it has too much to do
   * @throws ActionableError `server-address`
   */
  constructor(
    url: string,
    private readonly key?: string,
    limits: Partial<ServerLimits> = {},
    private readonly busy: () => void = () => undefined,
  ) {
    this.address = serverAddress(url);
    this.limits = { ...SERVER_LIMITS, ...limits };
  }

  /** Without a slash, and without `/v1`, at the end. */
  get url(): string {
    return this.address.url;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** The JSON that a path answers with, GET without `body`. */
  async json(path: string, signal: AbortSignal, body?: object): Promise<unknown> {
    const { reply, watch } = await this.request(path, signal, body);
    try {
      return JSON.parse(await reply.text(MOST_JSON)) as unknown;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SyntaxError ? garbage("something else than JSON") : this.broken(error);
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
   * The JSON objects of an event stream, then `DONE` where the server ended it so. A server that answers at once gives one.
   * @param tokens at most expected
   * @throws ActionableError `server-garbage`, `server-silent`, `server-unreachable`, …
   */
  async *stream(path: string, signal: AbortSignal, body: object, tokens: number): AsyncGenerator<unknown> {
    const { reply, watch } = await this.request(path, signal, body);
    let events = 0;
    let [since, pinged] = [performance.now(), false];
    // What is no event shows that the server lives, but not that an answer will come.
    const ping = () => {
      pinged = true;
      if (performance.now() - since < this.limits.alive)
        watch.touch(events === 0 ? this.limits.first : this.limits.next);
    };
    try {
      if (/\bjson\b/.test(reply.headers.get("content-type") ?? "")) {
        yield JSON.parse(await reply.text(MOST_JSON)) as unknown;
        yield DONE;
        return;
      }
      for await (const data of eventData(alive(reply.bytes(MOST_STREAM + tokens * TOKEN_BYTES), ping))) {
        events += 1;
        since = performance.now();
        watch.touch(this.limits.next);
        if (data.trim() === "[DONE]") {
          yield DONE;
          return;
        }
        let value: unknown;
        try {
          value = JSON.parse(data);
        } catch {
          throw garbage("something else than JSON");
        }
        yield value;
      }
      if (events === 0) throw pinged && watch.signal.aborted ? this.cutShort() : garbage("something else than events");
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyntaxError) throw garbage("something else than JSON");
      throw this.broken(error);
    } finally {
      watch.end();
    }
  }

  private async request(path: string, signal: AbortSignal, body?: object): Promise<{ reply: Reply; watch: Watch }> {
    const until = performance.now() + this.limits.longest;
    for (let attempt = 1; ; attempt++) {
      await this.rest(until, signal);
      const left = until - performance.now();
      const watch = new Watch(Math.min(this.limits.first, left), left);
      let failure: unknown;
      let after: number | undefined;
      try {
        const reply = await this.send(path, AbortSignal.any([signal, watch.signal]), body);
        if (reply.ok) return { reply, watch };
        failure = await this.statusError(reply);
        if (reply.status !== 429 && reply.status !== 503) throw failure;
        after = retryAfter(reply);
        this.busy();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ActionableError) {
          watch.end();
          throw error;
        }
        failure = watch.signal.aborted ? this.cutShort(error) : this.unreachable(error);
        // A server that was silent for minutes will be so again.
        if (watch.signal.aborted) throw failure;
      }
      watch.end();
      const rest = Math.min(LONGEST_PAUSE, after ?? this.limits.pause * 2 ** (attempt - 1));
      if (after !== undefined || isBusy(failure)) this.restsUntil = Math.max(this.restsUntil, performance.now() + rest);
      if (attempt >= this.limits.attempts || performance.now() + rest >= until) throw failure;
      await pause(rest, undefined, { signal });
    }
  }

  /** Waits while the server has asked others to wait, but not beyond what this request may take. */
  private async rest(until: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let now = performance.now(); now < Math.min(this.restsUntil, until); now = performance.now()) {
      // All that waited would begin in the same moment, and be refused together again.
      const spread = Math.random() * this.limits.pause;
      await pause(Math.min(this.restsUntil - now + spread, until - now), undefined, { signal });
    }
  }

  private send(path: string, signal: AbortSignal, body?: object): Promise<Reply> {
    const { url, query } = this.address;
    const isAzure = query !== "" || /\.azure\.com$/.test(new URL(url).hostname);
    return ask(url + path + query, {
      method: body ? "POST" : "GET",
      headers: body ? { "Content-Type": "application/json" } : {},
      // A key goes to the server that it is for, and nowhere that it points to: redirects are not followed.
      ...(this.key
        ? { secrets: { Authorization: `Bearer ${this.key}`, ...(isAzure ? { "api-key": this.key } : {}) } }
        : {}),
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal,
    });
  }

  private async statusError(reply: Reply): Promise<ActionableError> {
    const { status } = reply;
    const said = explanation(this.withoutKey(await reply.text(MOST_ERROR).catch(() => "")));
    const shown = said === "" ? "" : `: ${said.slice(0, LONGEST_EXPLANATION).replace(/\.$/, "")}`;
    if (status === 401 || status === 403) {
      return new ActionableError(
        "server-key",
        l10n.later`The server at ${this.host} wants another key.`,
        "Set the server's API key.",
      );
    }
    if (status === 429 || status === 503) {
      return new ActionableError(
        "server-busy",
        l10n.later`The server at ${this.host} is busy${shown}.`,
        "Try again in a while.",
      );
    }
    // Some servers answer 501 for a path they do not have.
    if (status >= 500 && status !== 501) {
      return new ActionableError(
        "server-failed",
        l10n.later`The server at ${this.host} failed (${status})${shown}.`,
        "Look into the server's log.",
      );
    }
    return new ServerRefusal(this.host, status, said);
  }

  /** What the server said, which may repeat the key that it was given: it is not shown, logged or recorded. */
  withoutKey(said: string): string {
    return this.key ? said.replaceAll(this.key, "…") : said;
  }

  private unreachable(cause: unknown): ActionableError {
    return new ActionableError(
      "server-unreachable",
      l10n.later`The server at ${this.host} does not answer.`,
      "Start it, or check its address.",
      { cause },
    );
  }

  private broken(error: unknown): ActionableError {
    return error instanceof ActionableError ? error : this.cutShort(error);
  }

  /** The error of an answer that does not go on. */
  cutShort(cause?: unknown): ActionableError {
    return new ActionableError(
      "server-silent",
      l10n.later`The server at ${this.host} stopped in the middle of an answer.`,
      "Try again, and look into the server's log if it stays.",
      { cause },
    );
  }
}

const isBusy = (error: unknown): boolean => error instanceof ActionableError && error.code === "server-busy";

async function* alive(body: AsyncIterable<Uint8Array>, sign: () => void): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    sign();
    yield part;
  }
}

/** Milliseconds that the server asks to wait. */
function retryAfter(reply: Reply): number | undefined {
  const value = reply.headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  // A moment is one by the server's clock, which need not be ours.
  const now = Date.parse(reply.headers.get("date") ?? "");
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** What the server said itself, in one line. */
function explanation(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "";
  }
  const said = messagesIn(value, 0);
  return [...new Set(said)].join("; ").replace(/\s+/g, " ").trim().slice(0, LONGEST_SAID);
}

/** Messages in an error of any dialect: OpenAI's `error.message`, a list of it (Gemini), FastAPI's `detail[].msg`. */
function messagesIn(value: unknown, depth: number): string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (typeof value !== "object" || value === null || depth > 4) return [];
  if (Array.isArray(value)) return value.slice(0, 10).flatMap((each) => messagesIn(each, depth + 1));
  const fields = value as Record<string, unknown>;
  const where = Array.isArray(fields["loc"]) ? `${fields["loc"].join(".")}: ` : "";
  const named = ["error", "message", "msg", "detail", "details"].flatMap((name) => messagesIn(fields[name], depth + 1));
  return named.slice(0, 10).map((said) => where + said);
}
