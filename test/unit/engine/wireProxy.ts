/** Stands between a client and a completion server, passes everything on as it comes, and keeps a record. */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exchange } from "./wire";
import { pieceOf } from "./wire";

export class WireProxy {
  url = "";
  /** In the order of the requests. */
  exchanges: Exchange[] = [];
  private server!: Server;

  private constructor(private readonly upstream: string) {}

  /** @param upstream address of the server that answers */
  static async start(upstream: string): Promise<WireProxy> {
    const proxy = new WireProxy(upstream);
    proxy.server = createServer((request, response) => {
      proxy.pass(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    proxy.url = `http://127.0.0.1:${(proxy.server.address() as AddressInfo).port}`;
    return proxy;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const sent = Buffer.concat(parts);
    const method = request.method ?? "GET";
    const path = request.url ?? "/";
    const { "content-type": contentType, authorization } = request.headers;
    const onward = httpRequest(this.upstream + path, {
      method,
      headers: {
        ...(contentType === undefined ? {} : { "Content-Type": contentType }),
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        "Content-Length": sent.length,
      },
    });
    // Whoever has heard enough on this side has heard enough on the other.
    response.on("close", () => void (response.writableEnded || onward.destroy()));
    onward.end(sent);
    const [answer] = (await once(onward, "response")) as [IncomingMessage];
    const type = answer.headers["content-type"] ?? "";
    const exchange: Exchange = {
      request: { method, path, ...(sent.length > 0 ? { body: JSON.parse(sent.toString("utf8")) as unknown } : {}) },
      response: { status: answer.statusCode ?? 0, type, pieces: [], ended: false },
    };
    this.exchanges.push(exchange);
    response.writeHead(exchange.response.status, { "Content-Type": type });
    try {
      for await (const part of answer) {
        exchange.response.pieces.push(pieceOf(part as Buffer));
        response.write(part);
      }
    } catch {
      // The client left, or the server broke off: the record says that it did not end.
      response.destroy();
      return;
    }
    exchange.response.ended = true;
    response.end();
  }
}
