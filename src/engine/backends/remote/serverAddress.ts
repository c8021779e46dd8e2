/** Where a server is, as people write it: with or without the paths of its interface. */
import { ActionableError } from "../../../core/protocol/rpc";
import { trimEnd } from "../../../core/text/trim";
import { l10n, type Sentence } from "../../../core/text/l10n";

export interface ServerAddress {
  /** Without a slash, and without `/v1` and the names of its paths, at the end. */
  url: string;
  /** What every request carries behind its path, as Azure wants it: `?api-version=…`, else empty. */
  query: string;
}

/** Where an interface may begin behind the address; the first of them is the commonest. */
const BEGINNINGS = ["/v1", ""];
/**
 * The same where nothing but a host was named: OpenRouter, Gemini, Groq and Azure, Fireworks, Alibaba, Cohere, Docker,
 * DeepInfra, Zhipu, Volcengine, Open WebUI.
 */
const HIDDEN = [
  ...["/api/v1", "/v1beta/openai", "/openai/v1", "/inference/v1", "/compatible-mode/v1", "/compatibility/v1"],
  ...["/engines/v1", "/v1/openai", "/api/paas/v4", "/api/v3", "/api"],
];
/** Paths of an interface, as people copy them from its documentation, and those of Ollama's own. */
const PATHS = /(?:\/v1)?(?:\/(?:(?:chat\/)?completions|models|responses|messages|embeddings))?$/;
const OLLAMA_PATHS = /^(https?:\/\/[^/]+)\/api(?:\/(?:chat|generate|tags|version))?$/i;

/** @throws ActionableError `server-address` */
export function serverAddress(written: string): ServerAddress {
  if (!/^https?:\/\//i.test(written) || !URL.canParse(written)) {
    throw bad(l10n.later`“${written}” is not the address of a server.`, l10n.later`Write it as http://host:port.`);
  }
  const { username, password, searchParams, host } = new URL(written);
  // Addresses stand in settings and logs: a key in one is shown to whoever sees them.
  if (username !== "" || password !== "")
    throw bad(
      l10n.later`The address of the server at ${host} holds a name or a key.`,
      l10n.later`Set the server's API key instead.`,
    );
  const version = searchParams.get("api-version");
  if ([...searchParams.keys()].some((name) => name !== "api-version") || (version !== null && !isVersion(version)))
    throw bad(
      l10n.later`The address of the server at ${host} has a query.`,
      l10n.later`Leave out what stands behind the “?”.`,
    );
  const [path = ""] = written.split(/[?#]/);
  return {
    url: trimEnd(path, "/").replace(OLLAMA_PATHS, "$1").replace(PATHS, ""),
    query: version === null ? "" : `?api-version=${version}`,
  };
}

const isVersion = (version: string) => /^[\w.-]{1,40}$/.test(version);

/** Where the interface may begin, behind `url`, in the order in which that is tried. */
export function beginnings({ url }: ServerAddress): string[] {
  const isHost = new URL(url).pathname === "/";
  return isHost ? [...BEGINNINGS, ...HIDDEN] : BEGINNINGS;
}

/** The model that an address names itself, as Azure's deployments do. */
export const namedInAddress = ({ url }: ServerAddress): string | undefined =>
  /\/deployments\/([\w.-]+)$/.exec(url)?.[1];

const bad = (message: Sentence, action: Sentence) => new ActionableError("server-address", message, action);
