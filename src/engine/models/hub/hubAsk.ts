/** Asking the hub's interface: within its own host, and for no more pages, bytes and time than a model's list takes. */
import { ActionableError } from "../../../core/protocol/rpc";
import type { Waiting } from "../../../core/protocol/engineApi";
import { ask } from "../../net/ask";
import { hubUrl } from "./hubError";
import { l10n } from "../../../core/text/l10n";

/** A page lists a thousand files. */
const MOST_PAGES = 100;
const MOST_BYTES = 64e6;
/** Milliseconds for one look-up. */
const LONGEST = 120_000;
/** A model that was renamed leads to its new name. */
const REDIRECTS = 3;

/**
 * A `fetch` for the hub's library, good for one look-up.
 * @throws (from the function) ActionableError `hub-elsewhere`, `hub-endless`, `hub-silent`, those of `ask`
 */
export function hubFetch(
  id: string,
  signal: AbortSignal | undefined,
  { firstReply, longest }: Waiting = {},
): typeof fetch {
  const home = new URL(hubUrl());
  const ms = Math.min(LONGEST, (firstReply ?? Infinity) * 1000, (longest ?? Infinity) * 1000);
  const late = AbortSignal.timeout(ms);
  const both = signal ? AbortSignal.any([signal, late]) : late;
  let [pages, bytes] = [0, 0];
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // The list of files names its next page itself; the token goes to nobody else.
    if (url.origin !== home.origin) {
      throw new ActionableError(
        "hub-elsewhere",
        l10n.later`The hub's list of the files of ${id} goes on at ${url.host}, which is not the hub.`,
        "Check HF_ENDPOINT, or download the model in another way and choose its folder.",
      );
    }
    if ((pages += 1) > MOST_PAGES) throw endless(id);
    const { authorization, ...headers } = Object.fromEntries(new Headers(init?.headers));
    try {
      const reply = await ask(url.href, {
        headers,
        ...(authorization === undefined ? {} : { secrets: { authorization } }),
        signal: both,
        redirects: REDIRECTS,
      });
      const text = await reply.text(MOST_BYTES - bytes);
      bytes += text.length;
      const kept = ["content-type", "link", "x-error-code", "x-request-id"];
      const named = kept.flatMap((name): [string, string][] => {
        const value = reply.headers.get(name);
        return value === null ? [] : [[name, value]];
      });
      return new Response(text, { status: reply.status, headers: named });
    } catch (error) {
      signal?.throwIfAborted();
      if (late.aborted) throw silent(ms);
      throw error instanceof ActionableError && error.code === "reply-too-long" ? endless(id) : error;
    }
  };
}

const endless = (id: string) =>
  new ActionableError(
    "hub-endless",
    l10n.later`The hub's list of the files of ${id} does not end.`,
    "Choose a smaller model, or download it in another way and choose its folder.",
  );

const silent = (ms: number) =>
  new ActionableError(
    "hub-silent",
    l10n.later`The hub at ${new URL(hubUrl()).host} takes longer than ${Math.round(ms / 1000)} s to answer.`,
    "Try again in a while.",
  );
