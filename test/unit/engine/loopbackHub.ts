/** A hub on this machine: the layout of huggingface.co over real files, with the misbehaviour that a test asks for. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export interface Misbehaviour {
  /** Paths of the repository that this is about. */
  files: RegExp;
  /** How often it misbehaves before it behaves. */
  times: number;
  /** Cuts the connection half-way or at once, falls silent, sends more or other bytes, ignores ranges, or answers with a status. */
  how: "cut" | "hang-up" | "stall" | "longer" | "damaged" | "no-range" | number;
}

export class LoopbackHub {
  /** Every request for content: path and range. */
  readonly transfers: { path: string; range: string | undefined; authorized: boolean }[] = [];
  misbehaviour: Misbehaviour | undefined;
  /** Lengths that the hub announces, where they are not the true ones. */
  readonly announced = new Map<string, number>();
  /** Whether the repository is gated: only this token opens it. */
  token: string | undefined;
  /**
   * `tree`: the hub's list of files. `names`: as mirrors without one, which name the files and say of each where it lies
   * what it is, by the hub's hashes or by SHA-1. `nothing`: as those that speak another interface.
   */
  lists: "tree" | "names" | "names-sha1" | "nothing" = "tree";
  private readonly servers: Server[] = [];
  url = "";
  private contentUrl = "";

  private constructor(
    private readonly id: string,
    private readonly files: Map<string, Buffer>,
  ) {}

  /** Serves a model folder under `id`. Content comes from another port, to which the hub redirects as the real one does. */
  static async start(id: string, folder: string): Promise<LoopbackHub> {
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const files = new Map<string, Buffer>();
    for (const entry of names) {
      const file = path.join(entry.parentPath, entry.name);
      files.set(path.relative(folder, file).split(path.sep).join("/"), await readFile(file));
    }
    const hub = new LoopbackHub(id, files);
    hub.url = await hub.listen((request, response) => hub.answer(request, response));
    hub.contentUrl = await hub.listen((request, response) => hub.send(request, response));
    return hub;
  }

  async close(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  private async listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(handle);
    this.servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  private get namesAlone(): boolean {
    return this.lists.startsWith("names");
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url!, this.url);
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    };
    if (this.lists === "nothing") {
      json({ Code: 404, Message: "not found" }, 404);
    } else if (this.namesAlone && (pathname.includes("/tree/") || request.url!.includes("expand="))) {
      json({ error: "unknown request" }, 404);
    } else if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      json({ error: "Access to this model is restricted." }, 401);
    } else if (
      pathname === `/api/models/${this.id}/revision/main` ||
      pathname === `/api/models/${this.id}/revision/${COMMIT}`
    ) {
      json({
        _id: "1",
        id: this.id,
        sha: COMMIT,
        tags: ["onnx", "license:mit"],
        private: false,
        gated: false,
        likes: 0,
        downloads: 0,
        lastModified: "2026-01-01T00:00:00Z",
        ...(this.namesAlone ? { siblings: [...this.files.keys()].map((rfilename) => ({ rfilename })) } : {}),
      });
    } else if (pathname === `/api/models/${this.id}/tree/${COMMIT}`) {
      json([
        { type: "directory", path: "onnx", size: 0, oid: "0".repeat(40) },
        ...[...this.files].map(([name, content]) => entry(name, content, this.announced.get(name))),
      ]);
    } else if (pathname.startsWith(`/${this.id}/resolve/${COMMIT}/`)) {
      const name = pathname.slice(`/${this.id}/resolve/${COMMIT}/`.length);
      const content = this.files.get(decodeURIComponent(name));
      const said = request.method === "HEAD" ? headersOf(name, content, this.lists === "names-sha1") : {};
      response.writeHead(302, { ...said, Location: `${this.contentUrl}/${name}` }).end();
    } else {
      json({ error: "Repository not found" }, 404);
    }
  }

  private send(request: IncomingMessage, response: ServerResponse): void {
    const name = decodeURIComponent(request.url!.slice(1));
    const content = this.files.get(name);
    const { range } = request.headers;
    this.transfers.push({ path: name, range, authorized: request.headers.authorization !== undefined });
    if (!content) return void response.writeHead(404).end();
    const bad =
      this.misbehaviour && this.misbehaviour.times > 0 && this.misbehaviour.files.test(name)
        ? this.misbehaviour
        : undefined;
    if (bad) bad.times--;
    if (typeof bad?.how === "number") return void response.writeHead(bad.how).end("no");
    const start = bad?.how === "no-range" ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    if (start >= content.length) return void response.writeHead(416).end();
    const part = Buffer.from(content.subarray(start));
    const isPart = range !== undefined && bad?.how !== "no-range";
    response.writeHead(
      isPart ? 206 : 200,
      isPart ? { "Content-Range": `bytes ${start}-${content.length - 1}/${content.length}` } : {},
    );
    switch (bad?.how) {
      case "cut":
        response.write(part.subarray(0, part.length >> 1), () => setTimeout(() => response.destroy(), 20));
        return;
      case "hang-up":
        response.flushHeaders();
        setTimeout(() => response.destroy(), 5);
        return;
      case "stall":
        response.write(part.subarray(0, part.length >> 1));
        return;
      case "longer":
        response.end(Buffer.concat([part, Buffer.alloc(1000)]));
        return;
      case "damaged":
        part[part.length >> 1]! ^= 1;
        response.end(part);
        return;
      default:
        response.end(part);
    }
  }
}

/** What the hub says of a file beside where it lies. */
function headersOf(name: string, content: Buffer | undefined, isSha1: boolean): Record<string, string> {
  if (!content) return {};
  const sha1 = createHash("sha1").update(content).digest("hex");
  if (isSha1) return { etag: `"${sha1}"`, "x-linked-size": String(content.length), "x-repo-commit": COMMIT };
  const { oid, size, lfs } = entry(name, content) as { oid: string; size: number; lfs?: { oid: string } };
  return { "x-linked-etag": `"${lfs?.oid ?? oid}"`, "x-linked-size": String(size), "x-repo-commit": COMMIT };
}

/** Large files have their SHA-256 on the hub, small ones the id of their git blob. */
function entry(name: string, content: Buffer, size = content.length): object {
  const oid = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  const file = { type: "file", path: name, size, oid };
  if (!/\.onnx/.test(name)) return file;
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { ...file, lfs: { oid: sha256, size, pointerSize: 134 } };
}
