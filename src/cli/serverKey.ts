/** The key that the environment holds: it is that of one service, and goes to no other, whatever a file may name. */
import { serverNamed } from "../core/protocol/modelName";
import { ActionableError } from "../core/protocol/rpc";
import { partsOf } from "./namedModels";

export interface ServerKey {
  readonly key: string;
  /** Scheme, host and port of each server that it is meant for; none where none was named. */
  readonly origins: ReadonlySet<string>;
}

/**
 * Takes the key out of the environment, so that nothing that is started from here has it.
 * @param named what `--model` named on the command line, in order: the first that names servers is meant, all of a list
 * `URL,URL`, unless `THOUGHTLENS_SERVER` says others
 * @throws ActionableError `usage` where `THOUGHTLENS_SERVER` is no address
 */
export function takeServerKey(env: NodeJS.ProcessEnv, named: readonly string[]): ServerKey | undefined {
  const { THOUGHTLENS_SERVER_KEY: key, THOUGHTLENS_SERVER: server } = env;
  delete env["THOUGHTLENS_SERVER_KEY"];
  if (key === undefined || key.trim() === "") return undefined;
  const said = server?.trim() ? [server] : named;
  const meant = said.map(originsOf).find((origins) => origins.length > 0) ?? [];
  if (meant.length === 0 && server?.trim())
    throw new ActionableError(
      "usage",
      "THOUGHTLENS_SERVER is not the address of a server.",
      "Write it as http://HOST:PORT.",
    );
  return { key: key.trim(), origins: new Set(meant) };
}

/** Of the servers that a name stands for: those of a list have one model and are one service. */
const originsOf = (name: string): string[] =>
  partsOf(name).flatMap((part) => {
    const server = serverNamed(part);
    return server ? [new URL(server.url).origin] : [];
  });

/** The key for the server at `url`, if it is one of those that are meant. */
export const keyFor = (url: string, known: ServerKey | undefined): string | undefined =>
  known?.origins.has(new URL(url).origin) ? known.key : undefined;
