/** Servers on this machine that do what nobody should, each from the first request that it is meant for. */
import { once } from "node:events";
import http, { type IncomingHttpHeaders, type ServerResponse } from "node:http";
import net, { type AddressInfo, type Server, type Socket } from "node:net";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The server's own name and port. */
  host: string;
  body: string;
}
export type Answer = (asked: Asked, response: ServerResponse) => unknown;
type Writable = ServerResponse | Socket;

export interface Listening {
  url: string;
  close(): void;
}

async function listening(server: Server, open: ReadonlySet<Socket>): Promise<Listening> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** @param answer gets the request when its body has come */
export function serve(answer: Answer): Promise<Listening> {
  const server = http.createServer((request, response) => {
    response.on("error", () => undefined);
    let body = "";
    request.on("data", (part: Buffer) => (body += String(part)));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      answer({ method, path: url, headers, host: headers.host ?? "", body }, response);
    });
  });
  return listening(server, socketsOf(server));
}

/** Below HTTP: what is written is what is sent. */
export function serveRaw(answer: (socket: Socket, head: string) => unknown): Promise<Listening> {
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (head: Buffer) => answer(socket, String(head)));
  });
  return listening(server, socketsOf(server));
}

function socketsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => undefined);
  });
  return open;
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

/** Writes until the other side has enough: as fast as it reads, or a piece every so many milliseconds. */
export function forever(to: Writable, piece: string | Buffer | ((count: number) => string), everyMs = 0): void {
  let count = 0;
  const next = () => (typeof piece === "function" ? piece(count++) : piece);
  if (everyMs > 0) {
    const timer = setInterval(() => to.write(next()), everyMs);
    to.on("close", () => clearInterval(timer));
    return;
  }
  const more = () => {
    let takes = true;
    for (let pieces = 0; takes && pieces < 64 && !to.destroyed; pieces++) takes = to.write(next());
    if (takes && !to.destroyed) setImmediate(more);
  };
  to.on("drain", more);
  more();
}
