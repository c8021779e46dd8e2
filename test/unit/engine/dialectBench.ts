/** Servers on this machine that answer as a test says, and a run on them. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message, TraceEvent } from "../../../src/core/trace/trace";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { Structure } from "../../../src/engine/decoding/structure";
import { ServerClient } from "../../../src/engine/backends/remote/serverClient";
import type { ServerLimits } from "../../../src/engine/backends/remote/serverLimits";
import { ServerModel } from "../../../src/engine/backends/remote/serverModel";

export type Body = Record<string, unknown> & { messages?: (Message & { prefix?: boolean })[]; stream?: boolean };
export type Answer = (body: Body, request: IncomingMessage, response: ServerResponse) => void;

export const QUESTION: Message[] = [{ role: "user", content: "How many jars?" }];
const LIMITS: Partial<ServerLimits> = { first: 5000, next: 400, alive: 600, longest: 8000, attempts: 1, pause: 1 };
export const { signal } = new AbortController();

export const json = (response: ServerResponse, value: unknown, status = 200) =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
export const whole = (text: string) => ({
  choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }],
});
export const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
export const delta = (fields: object, finish: unknown = null, beside: object = {}) =>
  event({ choices: [{ delta: fields, finish_reason: finish }], ...beside });
export const END = `${delta({}, "stop")}data: [DONE]\n\n`;
/** Answers questions of discovery with one word, and streams with these pieces. */
export const streaming =
  (...pieces: string[]): Answer =>
  (body, _, response) => {
    if (!body.stream) return json(response, whole("ok"));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(pieces.join(""));
  };
export const plain = streaming(delta({ content: "56" }), END);

interface Asking {
  wanted?: { model?: string };
  question?: Message[];
  limits?: Partial<ServerLimits>;
}

/** Servers that are closed behind each test of the suite that this is called in. */
export function dialectBench() {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /**
   * A server whose interface begins at `api`; `seen` has what completions were asked for.
   * @param elsewhere what it answers to other paths
   */
  async function serve(
    api: string,
    answer: Answer,
    models: unknown = { data: [{ id: "m" }] },
    elsewhere: (response: ServerResponse, request: IncomingMessage) => void = (response) =>
      json(response, { error: { message: "not found" } }, 404),
  ) {
    const seen: { path: string; body: Body; headers: IncomingMessage["headers"] }[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (piece: Buffer) => (text += piece.toString()));
      request.on("end", () => {
        const path = request.url!;
        if (path.split("?")[0] === `${api}/models` && models !== null) return void json(response, models);
        if (!path.startsWith(`${api}/`) || !path.includes("completions")) return void elsewhere(response, request);
        const body = JSON.parse(text) as Body;
        seen.push({ path, body, headers: request.headers });
        answer(body, request, response);
      });
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  async function run(
    address: string,
    key?: string,
    most = 50,
    { wanted = {}, question = QUESTION, limits }: Asking = {},
  ) {
    const client = new ServerClient(address, key, { ...LIMITS, ...limits });
    const model = await ServerModel.connect(client, wanted, signal);
    const events: TraceEvent[] = [];
    const recorder = new Recorder((batch) => events.push(...batch), new Structure("step"));
    const decoder = model.decoder(recorder, { signal, seed: 1, random: () => 0.5 });
    await decoder.prefill(question);
    const generated = await decoder.generate({ maxTokens: most });
    recorder.finishAll();
    const notes = events.flatMap((event) => (event.t === "note" ? [event.message] : []));
    const promptTokens = events.find((event) => event.t === "prefill")?.tokens;
    return { model, decoder, generated, notes, promptTokens };
  }

  return { serve, run };
}
