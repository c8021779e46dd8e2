/** Completion servers that send without end, pack, lie, stall and lead astray: each is left soon, with one sentence. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { attempt, besideSoundWork, requestTo } from "./support/engineUnderWatch";
import { chosen, record } from "./support/faultTable";
import { forever, json, serve, serveRaw, type Answer } from "./support/hostileServer";

/** What a person set: so many seconds to the first word, between two words, and for all. */
const WAITING = { firstReply: 2, silence: 1, longest: 3 };
const MOST_SECONDS = 5;
const MOST_MIB = 500;

const MODELS = { object: "list", data: [{ id: "m", object: "model", owned_by: "somebody" }] };
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content: string) => event({ choices: [{ index: 0, delta: { content } }] });
const sse = (response: ServerResponse) => response.writeHead(200, { "Content-Type": "text/event-stream" });
const ZEROS = Buffer.alloc(64 * 2 ** 20, " ");

/** Sound but for completions that are streamed: what finds the server out is answered as it should be. */
const streamed =
  (answer: (response: ServerResponse) => unknown): Answer =>
  ({ method, path, body }, response) => {
    if (method === "GET" && path === "/v1/models") return json(response, MODELS);
    if (path !== "/v1/chat/completions") return json(response, { error: "not here" }, 404);
    if (/"stream":true/.test(body)) return answer(response);
    const message = { role: "assistant", content: "4" };
    return json(response, { choices: [{ index: 0, message, finish_reason: "stop" }] });
  };

/** A body of a gigabyte and more in a few megabytes, packed as said. */
const packed = (how: string, pack: (bytes: Buffer) => Buffer): Answer => {
  // Packed bodies may stand one behind the other where the packing has an end of its own.
  const piece = pack(ZEROS);
  return (_, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": how });
    if (how === "gzip") return forever(response, piece);
    return response.end(piece);
  };
};

const redirect =
  (location: (url: string) => string): Answer =>
  ({ path }, response) =>
    response.writeHead(302, { Location: location(path) }).end();

const CASES: [what: string, answer: Answer][] = [
  ["answers with a body without end", (_, response) => forever(response.writeHead(200), "x".repeat(65_536))],
  [
    "answers with JSON without end",
    (_, response) =>
      forever(response.writeHead(200, { "Content-Type": "application/json" }), "[1,2,3,".padEnd(65_536, " 1,")),
  ],
  ["packs gigabytes (gzip)", packed("gzip", gzipSync)],
  ["packs megabytes (deflate)", packed("deflate", deflateSync)],
  ["packs megabytes (brotli)", packed("br", (bytes) => brotliCompressSync(bytes))],
  [
    "packs gigabytes into a stream",
    streamed((response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Content-Encoding": "gzip" });
      forever(response, gzipSync(ZEROS));
    }),
  ],
  ["does not stop at max_tokens", streamed((response) => forever(sse(response), delta("and ")))],
  ["does not stop at max_tokens, slowly", streamed((response) => forever(sse(response), delta("and "), 50))],
  ["streams nothing for ever", streamed((response) => forever(sse(response), delta("")))],
  ["streams nothing for ever, slowly", streamed((response) => forever(sse(response), delta(""), 50))],
  ["pings for ever", streamed((response) => forever(sse(response), ": ping\n\n", 50))],
  ["pings as fast as it can", streamed((response) => forever(sse(response), ": ping\n\n"))],
  [
    "sends one giant line in small pieces",
    streamed((response) => {
      sse(response).write("data: ");
      forever(response, "a".repeat(100));
    }),
  ],
  ["sends an event of lines without end", streamed((response) => forever(sse(response), "data: a\n"))],
  ["sends fields without end", streamed((response) => forever(sse(response), "id: 7\nretry: 1\n"))],
  [
    "sends tokens of megabytes",
    streamed((response) => {
      sse(response);
      for (let count = 0; count < 20; count++) response.write(delta("a".repeat(900_000)));
      response.end("data: [DONE]\n\n");
    }),
  ],
  [
    "sends a million log-probabilities",
    streamed((response) => {
      const content = Array.from({ length: 20_000 }, () => ({ token: "a", logprob: -1 }));
      forever(sse(response), event({ choices: [{ delta: { content: "a" }, logprobs: { content } }] }));
    }),
  ],
  [
    "sends numbers and lists where words should be",
    streamed((response) => {
      sse(response).write(event({ choices: 7 }));
      response.write(event({ choices: [{ delta: [[]], finish_reason: {} }], usage: { prompt_tokens: 1e300 } }));
      response.end(event({ choices: [{ delta: { content: { a: 1 } }, logprobs: { content: "x", tokens: 1 } }] }));
    }),
  ],
  [
    "breaks off at half, again and again",
    streamed((response) => void sse(response).write(delta("a"), () => setTimeout(() => response.destroy(), 20))),
  ],
  ["never answers", () => undefined],
  ["never answers once it is known", streamed(() => undefined)],
  ["falls silent in the middle", streamed((response) => void sse(response).write(delta("a")))],
  ["fails each time", streamed((response) => json(response, { error: { message: "no" } }, 500))],
  ["is busy for an hour", streamed((response) => response.writeHead(429, { "Retry-After": "3600" }).end())],
  [
    "is busy until a moment in an hour",
    streamed((response) =>
      response.writeHead(503, { "Retry-After": new Date(Date.now() + 3_600_000).toUTCString() }).end(),
    ),
  ],
  ["is busy from the beginning", (_, response) => json(response, { error: "busy" }, 429)],
  [
    "explains its failure without end",
    (_, response) => forever(response.writeHead(400), '{"error":"'.padEnd(65_536, "x")),
  ],
  [
    "drips its list of models",
    (_, response) => forever(response.writeHead(200, { "Content-Type": "application/json" }), " ", 50),
  ],
  [
    "lists more models than there are",
    (_, response) => json(response, { data: Array.from({ length: 400_000 }, (_, id) => ({ id: `model ${id}` })) }),
  ],
  ["leads in circles", redirect((url) => url)],
  ["leads to a file", redirect(() => "file:///etc/passwd")],
  ["leads to another host", redirect((url) => `http://127.0.0.2:9${url}`)],
  [
    "answers with a page",
    (_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html>data: a\n\n</html>"),
  ],
  [
    "streams a page",
    streamed((response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html>Log in</html>")),
  ],
  [
    "streams a picture",
    streamed((response) =>
      forever(response.writeHead(200, { "Content-Type": "image/png" }), Buffer.alloc(65_536, 0x89)),
    ),
  ],
  [
    "answers with brackets a million deep",
    (_, response) => response.writeHead(200, { "Content-Type": "application/json" }).end("[".repeat(8_000_000)),
  ],
  ["answers with null", (_, response) => json(response, null)],
];

const RAW: [what: string, answer: (socket: Socket) => unknown][] = [
  [
    "sends heads without end",
    (socket) => forever((socket.write("HTTP/1.1 200 OK\r\n"), socket), (count) => `X-${count}: ${"a".repeat(500)}\r\n`),
  ],
  [
    "sends one head without end",
    (socket) => forever((socket.write("HTTP/1.1 200 OK\r\nX: "), socket), "a".repeat(1000)),
  ],
  ["tells of early hints without end", (socket) => forever(socket, "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n")],
  ["speaks no HTTP", (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")],
  ["closes at once", (socket) => socket.destroy()],
  [
    "announces more than it sends",
    (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{"),
  ],
  [
    "announces a chunk of gigabytes",
    (socket) => void socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n{"),
  ],
  [
    "sends chunks of one byte for ever",
    (socket) => forever((socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), socket), "1\r\n \r\n"),
  ],
];

describe("a hostile server", function () {
  this.timeout(120_000);
  const suite = besideSoundWork();

  const servers = [
    ...CASES.map(([what, answer]) => [what, () => serve(answer)] as const),
    ...RAW.map(([what, answer]) => [what, () => serveRaw(answer)] as const),
  ];
  for (const [what, start] of chosen(servers, 8)) {
    it(`that ${what} is left soon, in little memory, with one sentence`, async () => {
      const server = await start();
      try {
        const { said, code, seconds, mib } = await attempt(suite.idle.mib, async (call) => {
          await call.setWaiting(WAITING);
          await call.run(requestTo({ kind: "server", url: server.url }));
        });
        suite.rows.push(`      ${seconds.toFixed(1)} s, ${mib.toFixed(0)} MiB, ${what}: ${said}`);
        record("hostile servers", { seconds, mib });
        assert.ok(seconds < MOST_SECONDS * suite.idle.slowness, `${seconds} s`);
        assert.ok(mib < MOST_MIB, `${mib} MiB`);
        assert.match(said, /^done$|^[^\n]{10,500}\.$/);
        assert.match(code, /^$|^(server|net|reply)-/);
      } finally {
        server.close();
      }
    });
  }
});
