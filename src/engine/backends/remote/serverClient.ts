/** Requests to a completion server: retried while it is busy, bounded in time and bytes, cancellable, with errors a person can act on. */
import { setTimeout as pause } from "node:timers/promises";
import { ActionableError } from "../../../core/protocol/rpc";
import { ask, type Reply } from "../../net/ask";
import { Watch } from "../../net/watch";
import { serverAddress, type ServerAddress } from "./serverAddress";
import { errorOfAnswer, errorOfStatus } from "./serverErrors";
import { answerData, garbage, isDone, objectsIn } from "./serverEvents";
import { SERVER_LIMITS, type ServerLimits } from "./serverLimits";
import { codesOf, explanation, statusIn } from "./serverSaid";
import { l10n } from "../../../core/text/l10n";

const LONGEST_PAUSE = 30_000;
/** Bytes of an answer that is no stream, of an error, and of a stream beside what its tokens take. */
const MOST_JSON = 16e6;
const MOST_ERROR = 64_000;
const MOST_STREAM = 64e6;
/** Bytes that a token with its alternatives may take in a stream. */
const TOKEN_BYTES = 20_000;
/** Within a server: to a path that ends in a slash, say. */
const REDIRECTS = 2;

/** The end of a stream that said so itself. */
export const DONE = Symbol("done");

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

  /** As `json`, GET, of a path that may not be there: a server that closes the connection is not asked again. */
  once(path: string, signal: AbortSignal): Promise<unknown> {
    return this.json(path, signal, undefined, 1);
  }

  /** The JSON that a path answers with, GET without `body`. @param attempts where nothing answers */
  json(path: string, signal: AbortSignal, body?: object, attempts = this.limits.attempts): Promise<unknown> {
    return this.whole(path, signal, body, attempts, (text) => JSON.parse(text) as unknown);
  }

  /** As `json`, of a completion: the objects of it, which are several where the server streams though nobody asked it to. */
  answer(path: string, signal: AbortSignal, body: object): Promise<unknown[]> {
    return this.whole(path, signal, body, this.limits.attempts, objectsIn);
  }

  private async whole<T>(
    path: string,
    signal: AbortSignal,
    body: object | undefined,
    attempts: number,
    read: (text: string) => T,
  ): Promise<T> {
    const { reply, watch } = await this.request(path, signal, body, attempts);
    try {
      return read(await reply.text(MOST_JSON));
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
      const body = alive(reply.bytes(MOST_STREAM + tokens * TOKEN_BYTES), ping);
      for await (const data of answerData(body, reply.headers.get("content-type") ?? "")) {
        events += 1;
        since = performance.now();
        watch.touch(this.limits.next);
        if (isDone(data)) {
          yield DONE;
          return;
        }
        yield JSON.parse(data) as unknown;
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

  private async request(
    path: string,
    signal: AbortSignal,
    body?: object,
    attempts = this.limits.attempts,
  ): Promise<{ reply: Reply; watch: Watch }> {
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
        const refused = await this.statusError(reply);
        failure = refused.error;
        if (!isBusy(failure)) throw failure;
        after = retryAfter(reply) ?? refused.after;
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
      if (attempt >= (isBusy(failure) ? this.limits.attempts : attempts) || performance.now() + rest >= until)
        throw failure;
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
      // A key goes to the server that it is for, and nowhere else that it points to.
      redirects: REDIRECTS,
      stays: true,
      ...(this.key
        ? { secrets: { Authorization: `Bearer ${this.key}`, ...(isAzure ? { "api-key": this.key } : {}) } }
        : {}),
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal,
    });
  }

  private async statusError(reply: Reply): Promise<{ error: ActionableError; after: number | undefined }> {
    const body = this.withoutKey(await reply.text(MOST_ERROR).catch(() => ""));
    const [said, codes] = [explanation(body), codesOf(body)];
    return { error: errorOfStatus(this.host, reply.status, said, codes), after: delayIn(`${said} ${codes}`) };
  }

  /** The error that a piece of an answer holds. @param said in its own words */
  errorOfAnswer(piece: unknown, said: string): ActionableError {
    return errorOfAnswer(this.host, statusIn(piece), this.withoutKey(said), codesOf(piece));
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

/** Milliseconds that an error asks to wait, where no header does: `retryDelay: 43s`, “try again in 20s”. */
function delayIn(said: string): number | undefined {
  const [, seconds] = /(?:retryDelay: |(?:retry|try again) in )(\d{1,5}(?:\.\d{1,9})?) ?s/i.exec(said) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

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
  // A moment is one by the server's clock, which need not be ours, where it shows that.
  const now = Date.parse(reply.headers.get("date") ?? "") || Date.now();
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
