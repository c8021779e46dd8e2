/** One file of a repository, as the hub lists it. */
export interface HubFile {
  path: string;
  /** Bytes. */
  size: number;
  /** Name of its blob in the cache, and what its content is checked against; `sha1` of a mirror is that of the file or of its git blob. */
  hash: { kind: "sha256" | "git" | "sha1"; hex: string };
}
