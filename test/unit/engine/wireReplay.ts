/**
 * A loopback server that answers as a recorded one did, piece by piece. It holds the client to the same requests in the
 * same order, but for the text in them: that instructions are reworded makes a recording no worse.
 */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Exchange } from "./wire";
import { bytesOf } from "./wire";

/** Milliseconds that a client has to leave after the last piece of an answer that it left before its end. */
const LEAVE_MS = 3000;
/** Fields of requests that hold text. */
const TEXTS = new Set(["prompt", "content", "text"]);
/** Those that hold how many alternatives are asked for, which makes a recording no worse either. */
const COUNTS = new Set(["logprobs", "top_logprobs"]);

export class WireReplay {
  url = "";
  /** How the client's requests differ from the recorded ones. */
  readonly differences: string[] = [];
  private next = 0;
  private server!: Server;

  private constructor(private readonly exchanges: readonly Exchange[]) {}

  static async start(exchanges: readonly Exchange[]): Promise<WireReplay> {
    const replay = new WireReplay(exchanges);
    replay.server = createServer((request, response) => {
      replay.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    replay.server.listen(0, "127.0.0.1");
    await once(replay.server, "listening");
    replay.url = `http://127.0.0.1:${(replay.server.address() as AddressInfo).port}`;
    return replay;
  }

  /** How many recorded requests were not made. */
  get left(): number {
    return this.exchanges.length - this.next;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let sent = "";
    for await (const part of request) sent += String(part);
    const number = this.next++;
    const recorded = this.exchanges[number];
    const asked = {
      method: request.method,
      path: request.url,
      ...(sent === "" ? {} : { body: JSON.parse(sent) as unknown }),
    };
    if (!recorded || !isDeepStrictEqual(withoutTexts(asked), withoutTexts(recorded.request))) {
      const expected = recorded ? JSON.stringify(withoutTexts(recorded.request)) : "nothing more";
      this.differences.push(`request ${number + 1}: ${JSON.stringify(withoutTexts(asked))} instead of ${expected}`);
      response.writeHead(500, { "Content-Type": "application/json" }).end('{"error":{"message":"not recorded"}}');
      return;
    }
    const { status, type, pieces, ended } = recorded.response;
    response.writeHead(status, { "Content-Type": type });
    for (const piece of pieces) {
      if (response.destroyed) return;
      await new Promise<void>((resolve) => response.write(bytesOf(piece), () => resolve()));
      // Lets a client that has heard enough end the connection, as the time between real tokens does.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (ended) response.end();
    else setTimeout(() => response.destroy(), LEAVE_MS).unref();
  }
}

function withoutTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      (TEXTS.has(key) && typeof inner === "string") || (COUNTS.has(key) && typeof inner === "number")
        ? "…"
        : withoutTexts(inner),
    ]),
  );
}
