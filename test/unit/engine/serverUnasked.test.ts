/** What servers do that nobody asked for, and what they seem to be. */
import assert from "node:assert/strict";
import { HOUSE_FORMAT } from "../../../src/core/text/thinkFormat";
import { ServerClient } from "../../../src/engine/backends/remote/serverClient";
import { discoverServer, type ServerFacts } from "../../../src/engine/backends/remote/serverDiscovery";
import { requestOf } from "../../../src/engine/backends/remote/serverRequest";
import { GREEDY } from "../../../src/engine/decoding/sampling";
import { delta, dialectBench, END, event, json, plain, QUESTION, signal, type Answer } from "./dialectBench";

describe("a server that streams though it was not asked to", () => {
  const { serve, run } = dialectBench();
  const always =
    (type: string, ...pieces: string[]): Answer =>
    (_body, _request, response) =>
      void response.writeHead(200, { "content-type": type }).end(pieces.join(""));
  const pieces = [
    delta({ role: "assistant", content: "" }),
    delta({ reasoning_content: "7*8" }),
    delta({ content: "56" }),
  ];

  for (const [how, answer] of [
    ["as events", always("text/event-stream; charset=utf-8", ...pieces, END)],
    ["as events that it calls JSON", always("application/json", ": ping\n\n", ...pieces, END)],
    [
      "as lines of JSON",
      always("application/x-ndjson", ...[...pieces, delta({}, "stop")].map((each) => each.slice("data: ".length))),
    ],
  ] as const) {
    it(how, async () => {
      const { url } = await serve("/v1", answer);
      assert.equal((await run(url)).generated.text, "<think>7*8</think>56");
    });
  }

  it("with an error in the stream", async () => {
    const { url } = await serve(
      "/v1",
      always("text/event-stream", event({ error: { message: "Out of memory", code: 500 } })),
    );
    await assert.rejects(run(url), { code: "server-failed", message: /Out of memory/ });
  });

  it("a page is none", async () => {
    const { url } = await serve("/v1", always("text/html", "<html>\n<p>data: of jars</p>\n</html>"));
    await assert.rejects(run(url), { code: "server-no-completions" });
  });
});

describe("a server that tells a version as Ollama does", () => {
  const { serve } = dialectBench();

  for (const [who, paths, kind] of [
    ["Open WebUI", { "/api/version": { version: "0.6.5", deployment_id: "" } }, "server"],
    ["Open WebUI, older", { "/api/version": { version: "0.5.20" } }, "server"],
    ["Ollama", { "/api/version": { version: "0.12.3" }, "/api/tags": { models: [] } }, "ollama"],
  ] as const) {
    it(`${who}: ${kind}`, async () => {
      const own: Record<string, unknown> = paths;
      const { url } = await serve("/v1", plain, undefined, (response, request) => {
        const found = own[request.url!];
        // A page of its own for every path that it does not have.
        if (found === undefined) response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
        else json(response, found);
      });
      assert.equal((await discoverServer(new ServerClient(url), {}, signal)).kind, kind);
    });
  }
});

describe("Gemini through OpenAI's interface", () => {
  const asked = (kind: string, variables = {}) =>
    requestOf({ kind, api: "chat", model: "m", logprobs: false } as ServerFacts, {
      messages: QUESTION,
      prompt: undefined,
      text: "",
      maxTokens: 10,
      sampling: GREEDY,
      seed: 1,
      alternatives: 0,
      thinking: { format: HOUSE_FORMAT, opening: "model", variables },
    });

  it("is asked for its thoughts, where nothing else is said of them", () => {
    const shown = { google: { thinking_config: { include_thoughts: true } } };
    assert.deepEqual(asked("gemini")["extra_body"], shown);
    assert.equal(asked("gemini", { reasoning_effort: "low" })["extra_body"], undefined);
    assert.equal(asked("server")["extra_body"], undefined);
  });
});
