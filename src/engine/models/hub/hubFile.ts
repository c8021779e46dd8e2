/** One file of a repository, as the hub lists it. */
export interface HubFile {
  path: string;
  /** Bytes. */
  size: number;
  /** Name of its blob in the cache, and what its content is checked against. */
  hash: { kind: "sha256" | "git"; hex: string };
}
