/** Keys of servers in a secret storage: one for each origin, so that every address of a server finds its own. */
import type { SecretStorage } from "vscode";
import { serverNamed } from "../../core/protocol/modelName";

type Secrets = Pick<SecretStorage, "get" | "store" | "delete">;

const SECRET = "thoughtlens.serverKey:";
const originOf = (url: string): string => new URL(url).origin;

/** Addresses of the servers among names of models, each once, in their order. */
export const serversAmong = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => serverNamed(name)?.url ?? [])),
];

export class KeptKeys {
  constructor(private readonly secrets: Secrets) {}

  /** The key of the server at an address; earlier versions kept one for each address, which goes first. */
  async of(url: string): Promise<string | undefined> {
    return (await this.secrets.get(SECRET + url)) ?? (await this.secrets.get(SECRET + originOf(url)));
  }

  /** Keeps a key for all addresses of the server; an empty one is forgotten. */
  async set(url: string, key: string): Promise<void> {
    await this.secrets.delete(SECRET + url);
    if (key.trim() === "") await this.secrets.delete(SECRET + originOf(url));
    else await this.secrets.store(SECRET + originOf(url), key.trim());
  }
}
