/** Servers that the throughput is measured of: one that takes its time and any number at once, and llama.cpp's. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface AskedServer {
  url: string;
  close(): void;
}

const ANSWER = {
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "It is \\boxed{1}." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 8, total_tokens: 28 },
};

export interface WaitingServer extends AskedServer {
  /** Mean number of requests under way from the first to the last since it was asked before. */
  inFlight(): number;
}

/** A server on this machine that answers each request after `ms`, however many there are. */
export async function waitingServer(ms: number): Promise<WaitingServer> {
  let [first, last, together] = [0, 0, 0];
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const send = (value: object, status = 200) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (request.url === "/v1/models") return send({ object: "list", data: [{ id: "waiting", object: "model" }] });
    if (request.url !== "/v1/chat/completions") return send({ error: { message: "There is no such path." } }, 404);
    const begun = performance.now();
    first ||= begun;
    await pause(ms);
    last = performance.now();
    together += last - begun;
    return send(ANSWER);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inFlight: () => {
      const mean = together / Math.max(1, last - first);
      [first, last, together] = [0, 0, 0];
      return mean;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Milliseconds for its model to be loaded. */
const START_MS = 60_000;

/** llama-server on the GGUF beside a model; undefined where none is named. */
export async function llamaServer(model: string, slots: number): Promise<AskedServer | undefined> {
  const binary = process.env["THOUGHTLENS_LLAMA_SERVER"];
  if (binary === undefined) return undefined;
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const args = ["-m", path.join(model, "model.gguf"), "--port", `${port}`, "-np", `${slots}`, "-c", `${slots * 2048}`];
  const child = spawn(binary, args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (const until = performance.now() + START_MS; performance.now() < until; await pause(250)) {
    const health = await fetch(`${url}/health`).catch(() => undefined);
    if (health?.ok) return { url, close: () => void child.kill() };
  }
  child.kill();
  throw new Error(`${binary} did not start within a minute.`);
}
