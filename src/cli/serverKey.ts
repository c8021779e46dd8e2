/** The key that the environment holds: it is that of one server, and goes to no other, whatever a file may name. */
import { serverNamed } from "../core/protocol/modelName";
import { ActionableError } from "../core/protocol/rpc";

export interface ServerKey {
  readonly key: string;
  /** Scheme, host and port of the server that it is meant for; undefined where none was named. */
  readonly origin: string | undefined;
}

/**
 * Takes the key out of the environment, so that nothing that is started from here has it.
 * @param named what `--model` named on the command line, in order: the first server among it is meant, unless
 * `THOUGHTLENS_SERVER` says another
 * @throws ActionableError `usage` where `THOUGHTLENS_SERVER` is no address
 */
export function takeServerKey(env: NodeJS.ProcessEnv, named: readonly string[]): ServerKey | undefined {
  const { THOUGHTLENS_SERVER_KEY: key, THOUGHTLENS_SERVER: server } = env;
  delete env["THOUGHTLENS_SERVER_KEY"];
  if (key === undefined || key.trim() === "") return undefined;
  const said = server?.trim() ? [server] : named;
  const meant = said.map(serverNamed).find((each) => each !== undefined);
  if (!meant && server?.trim())
    throw new ActionableError(
      "usage",
      "THOUGHTLENS_SERVER is not the address of a server.",
      "Write it as http://HOST:PORT.",
    );
  return { key: key.trim(), origin: meant && new URL(meant.url).origin };
}

/** The key for the server at `url`, if it is the one that is meant. */
export const keyFor = (url: string, known: ServerKey | undefined): string | undefined =>
  known?.origin !== undefined && new URL(url).origin === known.origin ? known.key : undefined;
