/** What a server's refusals and failures are called, and what a person can do about them. */
import { ActionableError } from "../../../core/protocol/rpc";
import { l10n, type Sentence } from "../../../core/text/l10n";
import { isUsedUp } from "./serverQuota";

/** Characters of a server's own explanation that are shown. */
const LONGEST_EXPLANATION = 300;

/** A server that does not take a request as it is: what it says tells what to leave out. */
export class ServerRefusal extends ActionableError {
  constructor(
    host: string,
    readonly status: number,
    /** In its own words; may be empty. */
    readonly said: string,
  ) {
    const shown = shownOf(said);
    super(
      "server-refused",
      shown === ""
        ? l10n.later`The server at ${host} refused the request (${status}).`
        : l10n.later`The server at ${host} refused the request (${status}): ${shown}.`,
      refusalAction(status, said),
    );
  }
}

/** A server that failed over a request; some do so over what they do not take. */
export class ServerFailure extends ActionableError {
  constructor(
    host: string,
    /** Undefined where the answer began well. */
    readonly status: number | undefined,
    /** In its own words; may be empty. */
    readonly said: string,
  ) {
    const shown = shownOf(said);
    super(
      "server-failed",
      status === undefined
        ? l10n.later`The server at ${host} failed: ${shown}.`
        : l10n.later`The server at ${host} failed (${status})${shown === "" ? "" : `: ${shown}`}.`,
      "Look into the server's log.",
    );
  }
}

/** The server does not like the key, or says no more than that it lets nobody in. */
const IS_ABOUT_KEY = /^(?:forbidden|access denied)?\.?$|key|auth|credential|permission|log ?in|sign in|access token/i;

/**
 * @param said in its own words; may be empty
 * @param codes what else the error names itself by, as `insufficient_quota`
 */
export function errorOfStatus(host: string, status: number, said: string, codes = ""): ActionableError {
  if (isUsedUp(status, said, codes)) {
    const shown = shownOf(said);
    return new ActionableError(
      "server-quota",
      l10n.later`The server at ${host} answers no more for this key: its quota or credit is used up${shown === "" ? "" : ` (${shown})`}.`,
      "Wait until it is renewed, add credit with the provider, or choose another server.",
    );
  }
  if (status === 401 || (status === 403 && IS_ABOUT_KEY.test(said))) {
    return new ActionableError(
      "server-key",
      l10n.later`The server at ${host} wants another key.`,
      "Set the server's API key.",
    );
  }
  if (isBusyStatus(status)) {
    const shown = shownOf(said);
    return new ActionableError(
      "server-busy",
      l10n.later`The server at ${host} is busy${shown === "" ? "" : `: ${shown}`}.`,
      "Try again in a while.",
    );
  }
  // Some servers answer 501 for a path they do not have.
  if (status >= 500 && status !== 501) return new ServerFailure(host, status, said);
  return new ServerRefusal(host, status, said);
}

/** The error in the middle of an answer that began well. @param status that it names, if it does */
export function errorOfAnswer(host: string, status: number | undefined, said: string, codes: string): ActionableError {
  const isQuota = status !== undefined && isUsedUp(status, said, codes);
  return isQuota ? errorOfStatus(host, status, said, codes) : new ServerFailure(host, undefined, said);
}

/** Too many requests, a model that is loading, and too much to do. */
const isBusyStatus = (status: number): boolean => [429, 503, 529].includes(status);

const shownOf = (said: string): string => said.slice(0, LONGEST_EXPLANATION).replace(/\.$/, "");

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

function isAboutModel(said: string): boolean {
  const lower = said.toLowerCase();
  return (
    follows(lower, "model", /not found|not exist|unknown|invalid|no such|unavailable/) ||
    ["not found", "unknown"].some((words) => follows(lower, words, /\bmodel\b/))
  );
}

function refusalAction(status: number, said: string): Sentence {
  const lower = said.toLowerCase();
  if (/context|too long|too large|exceed/.test(lower) || follows(lower, "maximum", /length|tokens/))
    return l10n.later`Shorten the prompt, or lower the token budget.`;
  if (isAboutModel(said)) return l10n.later`Check the model's name.`;
  return status === 404
    ? l10n.later`Check the server's address and the model's name.`
    : l10n.later`Change what it refuses, or choose another server.`;
}
