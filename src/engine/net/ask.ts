/**
 * The one way to the network, for the hub and for servers: proxies of the environment, credentials for their own host
 * only, and an end to redirects, to bytes and to waiting. Everything can be cancelled.
 */
import { fetch, type BodyInit } from "undici";
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
 * Asks `url`.
 * @throws ActionableError `proxy-address`, `proxy-refused`, `proxy-unreachable`, `net-redirect`; the signal's reason; any
 *   other error as the network gives it
 */
export async function ask(url: string, question: Question): Promise<Reply> {
  const { method = "GET", headers = {}, secrets = {}, body, signal, redirects = 0 } = question;
  const home = new URL(url).origin;
  let at = new URL(url);
  for (let left = redirects; ; left--) {
    const response = await send(at, {
      method,
      headers: { ...headers, ...(at.origin === home ? secrets : {}) },
      body: body ?? null,
      signal,
    });
    const location = REDIRECTS.includes(response.status) ? response.headers.get("location") : null;
    if (location === null) return replyOf(response);
    await response.body?.cancel().catch(() => undefined);
    at = next(at, location, left);
  }
}

function next(from: URL, location: string, left: number): URL {
  const leads = (where: Sentence, action: Sentence) =>
    new ActionableError("net-redirect", l10n.later`${from.host} leads ${where}.`, action);
  if (left <= 0)
    throw leads(
      l10n.later`elsewhere, and is not followed`,
      l10n.later`Use the address that it leads to, if you trust it.`,
    );
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (!to || !/^https?:$/.test(to.protocol))
    throw leads(
      l10n.later`to an address that cannot be asked`,
      l10n.later`Check the address, or try again in a while.`,
    );
  if (from.protocol === "https:" && to.protocol === "http:")
    throw leads(l10n.later`to ${to.host} without encryption`, l10n.later`Check the address, or try again in a while.`);
  return to;
}

async function send(
  url: URL,
  init: { method: string; headers: Record<string, string>; body: BodyInit | null; signal: AbortSignal },
): ReturnType<typeof fetch> {
  const carrier = carrierFor(url);
  try {
    return await fetch(url, { ...init, redirect: "manual", dispatcher: carrier });
  } catch (error) {
    init.signal.throwIfAborted();
    throw proxyError(url, error) ?? error;
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

function replyOf(response: Awaited<ReturnType<typeof fetch>>): Reply {
  const { status, ok, headers, url } = response;
  async function* bytes(most: number): AsyncGenerator<Uint8Array> {
    let read = 0;
    for await (const part of response.body ?? []) {
      const piece = part as Uint8Array;
      read += piece.length;
      if (read > most) throw tooLong(new URL(url).host, most);
      yield piece;
    }
  }
  return {
    status,
    ok,
    headers,
    bytes,
    async text(most) {
      const decoder = new TextDecoder();
      let text = "";
      for await (const piece of bytes(most)) text += decoder.decode(piece, { stream: true });
      return text + decoder.decode();
    },
    async drop() {
      if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
    },
  };
}

const tooLong = (host: string, most: number) =>
  new ActionableError(
    "reply-too-long",
    l10n.later`${host} answers with more than ${Math.round(most / 1e6) || 1} MB, and is not read further.`,
    "Check that the address is the right one.",
  );
