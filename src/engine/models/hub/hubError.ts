/** What goes wrong with the hub, in words for the person. */
import { trimEnd } from "../../../core/text/trim";
import { HubApiError } from "@huggingface/hub";
import { ActionableError } from "../../../core/protocol/rpc";
import { l10n } from "../../../core/text/l10n";

/** The hub, as `HF_ENDPOINT` says. @throws ActionableError `hub-address` */
export function hubUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = trimEnd(env["HF_ENDPOINT"]?.trim() || "https://huggingface.co", "/");
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new ActionableError(
    "hub-address",
    "HF_ENDPOINT does not hold the address of a hub.",
    "Write it as https://HOST, or unset it.",
  );
}

/** Whether another hub than Hugging Face's is asked. */
export const isMirror = (): boolean => new URL(hubUrl()).hostname !== "huggingface.co";

/** Whether an error may be that of a mirror that has no list of a model's files, or refuses how it is asked for. */
export const mayLackList = (error: unknown): boolean =>
  (error instanceof HubApiError && [400, 404, 405, 501].includes(error.statusCode)) ||
  (error instanceof ActionableError && error.code === "hub-failed") ||
  isGarbage(error);

/** Errors of the network have a cause; these come from reading what came over it. */
const isGarbage = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof TypeError && error.cause === undefined);

/** Any error of a lookup or a download of repository `id`. An abort stays what it is. */
export function hubError(error: unknown, id: string): unknown {
  if (error instanceof ActionableError || (error instanceof Error && error.name === "AbortError")) return error;
  if (error instanceof HubApiError) return statusError(error.statusCode, id, error);
  if (isFileError(error)) {
    return ["ENOSPC", "EDQUOT"].includes(error.code)
      ? new ActionableError(
          "disk-full",
          "The disk of the Hugging Face cache is full.",
          "Make room and download again: it goes on where it stopped.",
          { cause: error },
        )
      : new ActionableError(
          "cache-unwritable",
          l10n.later`The Hugging Face cache cannot be written (${error.code}).`,
          "Check the folder that HF_HOME names, ~/.cache/huggingface without it.",
          { cause: error },
        );
  }
  const host = new URL(hubUrl()).host;
  if (isGarbage(error)) {
    return new ActionableError(
      "hub-garbage",
      l10n.later`The hub at ${host} answers with something else than a model's files.`,
      isMirror() ? OTHER_WAY : l10n.later`Try again in a while.`,
      { cause: error },
    );
  }
  return new ActionableError(
    "hub-unreachable",
    l10n.later`The hub at ${host} does not answer.`,
    "Check the network or HF_ENDPOINT, or choose a model that is on this machine.",
    { cause: error },
  );
}

/** Whether the file system did not do what it was asked to; what a network says comes as the cause of another error. */
export const isFileError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";

const OTHER_WAY = l10n.later`Check the name and HF_ENDPOINT, or download the model with the mirror's own program and choose its folder.`;

/** @param status of an HTTP answer that is no success */
export function statusError(status: number, id: string, cause?: unknown): ActionableError {
  const because = cause === undefined ? {} : { cause };
  if (status === 401 || status === 403) {
    return new ActionableError(
      "hub-forbidden",
      l10n.later`${id} is private, gated or not there, and the hub does not let us in.`,
      "Check the name, accept the model's conditions on its page, and set a Hugging Face token.",
      because,
    );
  }
  if (status === 404 && isMirror()) {
    return new ActionableError(
      "hub-missing",
      l10n.later`The hub at ${new URL(hubUrl()).host} has no ${id}, or does not name a model's files as Hugging Face does.`,
      OTHER_WAY,
      because,
    );
  }
  if (status === 404) {
    return new ActionableError(
      "hub-missing",
      l10n.later`The hub has no ${id}, or not this file or revision of it.`,
      "Check the name: it is written as owner/name.",
      because,
    );
  }
  return new ActionableError(
    "hub-failed",
    l10n.later`The hub answered with an error (${status}).`,
    "Try again in a while.",
    because,
  );
}
