/**
 * The one way to the network, for the hub and for servers: proxies of the environment, credentials for their own host
 * only, and an end to redirects, to bytes and to waiting. Everything can be cancelled.
 */
import { pipeline, type Readable, type Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { request, type Dispatcher } from "undici";
import { ActionableError } from "../../core/protocol/rpc";
import { carrierFor, proxyFor } from "./proxy";
import { l10n, type Sentence } from "../../core/text/l10n";

export interface Question {
  method?: "GET" | "POST" | "HEAD";
  headers?: Readonly<Record<string, string>>;
  /** Headers that only the host of the first address gets: keys and tokens. */
  secrets?: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
  /** How often an answer may lead elsewhere; 0 by default. */
  redirects?: number;
  /** Whether it may lead to the same host only, and to where the question can be asked again as it is. */
  stays?: boolean;
}

/** An answer whose body is read no further than is said. */
export interface Reply {
  status: number;
  ok: boolean;
  headers: { get(name: string): string | null };
  /** The body as it comes, unpacked. @throws ActionableError `reply-too-long` behind `most` bytes */
  bytes(most: number): AsyncGenerator<Uint8Array>;
  text(most: number): Promise<string>;
  /** Lets go of what was not read. */
  drop(): Promise<void>;
}

const CHECK_PROXY = "Check HTTP_PROXY and HTTPS_PROXY, or name the host in NO_PROXY.";
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Asks `url`. What is only asked about, with HEAD, is not followed to another host.
 * @throws ActionableError `proxy-address`, `proxy-refused`, `proxy-unreachable`, `net-redirect`; the signal's reason;
 *   NetworkError with what the network says as its cause
 */
export async function ask(url: string, question: Question): Promise<Reply> {
  const { method = "GET", headers = {}, secrets = {}, body, signal, redirects = 0, stays = false } = question;
  const home = new URL(url).origin;
  let at = new URL(url);
  for (let left = redirects; ; left--) {
    const response = await send(at, {
      method,
      headers: { ...headers, ...(at.origin === home ? secrets : {}) },
      body: body ?? null,
      signal,
    });
    const reply = replyOf(at, response, signal);
    const location = REDIRECTS.includes(reply.status) ? reply.headers.get("location") : null;
    // What a file is is said where it is named, whoever sends it.
    const isElsewhere = location !== null && URL.canParse(location, at) && new URL(location, at).origin !== at.origin;
    if (location === null || (method === "HEAD" && isElsewhere)) return reply;
    await reply.drop();
    // What is sent with a question is sent again by two of the redirects only.
    const isMeant = !stays || method === "GET" || [307, 308].includes(reply.status);
    at = next(at, location, isMeant ? left : 0, stays);
  }
}

/** Characters of an address that are shown. */
const LONGEST_SHOWN = 100;

function next(from: URL, location: string, left: number, stays: boolean): URL {
  const leads = (where: Sentence, action: Sentence) =>
    new ActionableError("net-redirect", l10n.later`${from.host} leads ${where}.`, action);
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (!to || !/^https?:$/.test(to.protocol) || to.username !== "" || to.password !== "")
    throw leads(
      l10n.later`to an address that cannot be asked`,
      l10n.later`Check the address, or try again in a while.`,
    );
  if (left <= 0 || (stays && to.origin !== from.origin))
    throw leads(
      l10n.later`to ${(to.origin + to.pathname).slice(0, LONGEST_SHOWN)}, and is not followed`,
      l10n.later`Use the address that it leads to, if you trust it.`,
    );
  if (from.protocol === "https:" && to.protocol === "http:")
    throw leads(l10n.later`to ${to.host} without encryption`, l10n.later`Check the address, or try again in a while.`);
  return to;
}

/** What servers are told of us beside what is asked. */
const USUAL_HEADERS = { accept: "*/*", "accept-encoding": "gzip", "user-agent": "thoughtlens" };

function headersOf(given: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  // A part of what is packed could not be unpacked.
  const whole = named["range"] === undefined ? {} : { "accept-encoding": "identity" };
  return { ...USUAL_HEADERS, ...whole, ...named };
}

/** `request` and not `fetch`, which takes three times as long of the processor: a bench asks hundreds of questions a second. */
async function send(
  url: URL,
  init: { method: "GET" | "POST" | "HEAD"; headers: Record<string, string>; body: string | null; signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  const dispatcher = carrierFor(url);
  try {
    return await request(url, { ...init, headers: headersOf(init.headers), dispatcher });
  } catch (error) {
    init.signal.throwIfAborted();
    throw proxyError(url, error) ?? new NetworkError(error);
  }
}

/** What the network says, as the cause: by itself it has the shape of an error of the file system. */
class NetworkError extends Error {
  override name = "NetworkError";
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What the proxy between us and the host has to do with an error. */
function proxyError(url: URL, error: unknown): ActionableError | undefined {
  const proxy = proxyFor(url);
  if (proxy === undefined) return undefined;
  const causes: string[] = [];
  for (let each: unknown = error; each instanceof Error && causes.length < 5; each = each.cause)
    causes.push(each.message);
  const said = causes.join(" ");
  // Without a tunnel the library does not hand such an answer over, and says so in words.
  const status = /Proxy response \((\d+)\)/.exec(said)?.[1] ?? (/proxy authentication/i.test(said) ? "407" : undefined);
  if (status !== undefined) {
    const refused = l10n.later`The proxy ${proxy} refuses to connect to ${url.host} (${status}).`;
    const action = status === "407" ? "Put its user name and password into HTTP_PROXY and HTTPS_PROXY." : CHECK_PROXY;
    return new ActionableError("proxy-refused", refused, action, { cause: error });
  }
  const silent = l10n.later`The proxy ${proxy} does not answer, so ${url.host} cannot be reached.`;
  return new ActionableError("proxy-unreachable", silent, CHECK_PROXY, { cause: error });
}

/** A part that came is unpacked at once, and one that was cut as far as it goes. */
const AT_ONCE = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const UNPACKING: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(AT_ONCE),
  "x-gzip": () => createGunzip(AT_ONCE),
  deflate: () => createInflate(AT_ONCE),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
};

/** A body is unpacked whether or not it was to be packed. */
function unpacked(body: Readable, encoding: string | null): Readable {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (!Object.hasOwn(UNPACKING, name)) return body;
  // What goes wrong is told by the stream that is read.
  return pipeline(body, UNPACKING[name]!(), () => undefined);
}

/** @throws NetworkError where the body ends early; the signal's reason */
async function* partsOf(body: Readable, encoding: string | null, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of unpacked(body, encoding)) yield part as Uint8Array;
  } catch (error) {
    signal.throwIfAborted();
    throw new NetworkError(error);
  }
}

function replyOf(
  url: URL,
  { statusCode: status, headers: given, body }: Dispatcher.ResponseData,
  signal: AbortSignal,
): Reply {
  const headers = {
    get(name: string): string | null {
      const value = given[name.toLowerCase()];
      return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
    },
  };
  async function* bytes(most: number): AsyncGenerator<Uint8Array> {
    let read = 0;
    for await (const piece of partsOf(body, headers.get("content-encoding"), signal)) {
      read += piece.length;
      if (read > most) throw tooLong(url.host, most);
      yield piece;
    }
  }
  return {
    status,
    ok: status >= 200 && status < 300,
    headers,
    bytes,
    async text(most) {
      const decoder = new TextDecoder();
      let text = "";
      for await (const piece of bytes(most)) text += decoder.decode(piece, { stream: true });
      return text + decoder.decode();
    },
    drop() {
      // Nobody listens to what is given up any more, and its end is no failure.
      body.on("error", () => undefined);
      body.destroy();
      return Promise.resolve();
    },
  };
}

const tooLong = (host: string, most: number) =>
  new ActionableError(
    "reply-too-long",
    l10n.later`${host} answers with more than ${Math.round(most / 1e6) || 1} MB, and is not read further.`,
    "Check that the address is the right one.",
  );
