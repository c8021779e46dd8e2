/** What servers and gateways do beside the protocol: names of fields, shapes of errors, framing of streams, lists, paths. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import type { Message } from "../../../src/core/trace/trace";
import { delta, dialectBench, END, event, json, plain, streaming, whole, type Answer, type Body } from "./dialectBench";

const BOTH = delta({ reasoning_content: "7*8" }) + delta({ content: "56" });
const DONE = "data: [DONE]\n\n";

describe("what servers write beside the protocol", () => {
  const { serve, run } = dialectBench();

  describe("thoughts", () => {
    for (const [by, fields] of [
      ["LiteLLM", { thinking_blocks: [{ type: "thinking", thinking: "7*8", signature: "x" }] }],
      ["LiteLLM, handed on", { provider_specific_fields: { reasoning_content: "7*8" } }],
      ["Copilot", { reasoning_text: "7*8" }],
      ["an object", { reasoning: { content: "7*8" } }],
      ["parts", { reasoning_content: [{ type: "text", text: "7*8" }] }],
      [
        "what cannot be read beside",
        {
          reasoning_details: [
            { type: "reasoning.encrypted", data: "x" },
            { type: "reasoning.summary", summary: "7*8" },
          ],
        },
      ],
    ] as const) {
      it(`as ${by}`, async () => {
        const { url } = await serve("/v1", streaming(delta(fields), delta({ content: "56" }), END));
        assert.equal((await run(url)).generated.text, "<think>7*8</think>56");
      });
    }

    const google = { extra_content: { google: { thought: true } } };
    for (const [how, pieces] of [
      [
        "without tags",
        [delta({ content: "7", ...google }), delta({ content: "*8", ...google }), delta({ content: "56" })],
      ],
      ["with tags besides", [delta({ content: "<thought>7*8", ...google }), delta({ content: "</thought>56" })]],
      ["in one piece with the answer", [delta({ content: "<thought>7*8</thought>56", ...google })]],
    ] as const) {
      it(`as Gemini marks them, ${how}`, async () => {
        const { url } = await serve("/v1", streaming(...pieces, END));
        assert.equal((await run(url)).generated.text, "<think>7*8</think>56");
      });
    }

    it("no answer, but a refusal", async () => {
      const { url } = await serve("/v1", streaming(delta({ refusal: "I will not." }), END));
      assert.equal((await run(url)).generated.text, "I will not.");
    });
  });

  describe("ends", () => {
    for (const [reason, stoppedBy, note] of [
      ["max_tokens", "budget"],
      ["MAX_TOKENS", "budget"],
      ["model_length", "budget"],
      [{ type: "length", length: 5 }, "budget"],
      ["eos_token", "end"],
      ["content_filter", "end", /^A filter of the server/],
      ["tool_calls", "end", /called a tool/],
      ["abort", "end", /ended its answer early \(abort\)/],
    ] as [unknown, string, RegExp?][]) {
      it(`by ${JSON.stringify(reason)}: ${stoppedBy}`, async () => {
        const { url } = await serve("/v1", streaming(delta({ content: "56" }, "null"), delta({}, reason), DONE));
        const { generated, notes } = await run(url);
        assert.deepEqual([generated.text, generated.stoppedBy], ["56", stoppedBy]);
        assert.equal(
          notes.some((each) => note?.test(each)),
          note !== undefined,
        );
      });
    }
  });

  describe("counts of tokens", () => {
    const usage = { prompt_tokens: 20, completion_tokens: 5 };
    for (const [where, pieces] of [
      [
        "behind the last piece, none before",
        [delta({ content: "5" }, null, { usage: null }), END.replace(DONE, ""), event({ choices: [], usage }), DONE],
      ],
      [
        "with every piece, from 0 on",
        [
          delta({ content: "5" }, null, { usage: { prompt_tokens: 0, completion_tokens: 0 } }),
          delta({}, "stop", { usage }),
          DONE,
        ],
      ],
      [
        "in the choice",
        [delta({ content: "5" }), event({ choices: [{ delta: {}, finish_reason: "stop", usage }] }), DONE],
      ],
      ["in a field of Groq's", [delta({ content: "5" }), delta({}, "stop", { x_groq: { usage } }), DONE]],
      [
        "by other names",
        [delta({ content: "5" }), delta({}, "stop", { usage: { input_tokens: 20, output_tokens: 5 } }), DONE],
      ],
    ] as const) {
      it(where, async () => {
        const { url } = await serve("/v1", streaming(...pieces));
        assert.equal((await run(url)).promptTokens, 20);
      });
    }
  });

  describe("errors in the middle of an answer", () => {
    for (const [by, piece] of [
      ["OpenRouter", delta({ content: "" }, "error", { error: { code: 502, message: "CUDA error" } })],
      [
        "a choice",
        event({ choices: [{ delta: {}, finish_reason: "error", error: { code: 502, message: "CUDA error" } }] }),
      ],
      ["FastChat", event({ text: "CUDA error", error_code: 50001 })],
      ["a code and a message", event({ code: 500, message: "CUDA error" })],
      ["FastAPI", event({ detail: "CUDA error" })],
      ["llama.cpp, once", 'error: {"code":500,"message":"CUDA error","type":"server_error"}\n\n'],
      ["an event of that name, in words", "event: error\ndata: CUDA error\n\n"],
      ["an event of that name", 'event: error\ndata: {"message":"CUDA error"}\n\n'],
      ["an object by itself", '{"error":{"message":"CUDA error"}}\n'],
      ["an answer of another server in words", event({ error: { message: '{"error":{"message":"CUDA error"}}' } })],
    ] as const) {
      it(`as ${by}`, async () => {
        const { url } = await serve("/v1", streaming(delta({ content: "5" }), piece, DONE));
        await assert.rejects(run(url), { code: "server-failed", message: /failed: CUDA error\.$/ });
      });
    }

    for (const error of [null, "", false]) {
      it(`none: ${JSON.stringify(error)}`, async () => {
        const { url } = await serve("/v1", streaming(delta({ content: "56" }, null, { error }), END));
        assert.equal((await run(url)).generated.text, "56");
      });
    }
  });

  describe("errors instead of an answer", () => {
    for (const [by, status, body, code, message] of [
      [
        "success with an error in it",
        200,
        { error: { message: "Out of memory" } },
        "server-refused",
        /\(200\): Out of memory\.$/,
      ],
      [
        "success with a busy error in it",
        200,
        { error: { message: "Overloaded", code: 503 } },
        "server-busy",
        /busy: Overloaded\.$/,
      ],
      [
        "success with MiniMax's error",
        200,
        { base_resp: { status_code: 1004, status_msg: "login fail" } },
        "server-refused",
        /login fail/,
      ],
      [
        "a region that is not served",
        403,
        { error: { message: "Country not supported" } },
        "server-refused",
        /Country not supported/,
      ],
      [
        "a key that is not let in",
        403,
        { error: { message: "Your API key may not do this" } },
        "server-key",
        /wants another key/,
      ],
      ["nothing but a status", 403, "Forbidden", "server-key", /wants another key/],
      [
        "a model that is not there",
        404,
        { error: { message: 'model "m" not found, try pulling it first' } },
        "server-refused",
        /try pulling it first/,
      ],
      ["no model that is loaded", 404, { error: "No models loaded. Load one." }, "server-refused", /No models loaded/],
      [
        "words without JSON",
        422,
        "invalid type: map, expected a string",
        "server-refused",
        /\(422\): invalid type: map, expected a string\.$/,
      ],
      ["a page", 422, "<html><body>Oops</body></html>", "server-refused", /\(422\)\.$/],
      [
        "a provider behind a gateway",
        400,
        { error: { message: "Provider returned error", metadata: { raw: '{"error":{"message":"No such tier"}}' } } },
        "server-refused",
        /Provider returned error; No such tier\.$/,
      ],
      [
        "a list by fields",
        400,
        { title: "Bad Request", errors: { user: ["not allowed"] } },
        "server-refused",
        /user: not allowed\.$/,
      ],
    ] as [string, number, unknown, string, RegExp][]) {
      it(by, async () => {
        const { url } = await serve("/v1", (_, __, response) =>
          typeof body === "string"
            ? void response.writeHead(status, { "content-type": "text/plain" }).end(body)
            : json(response, body, status),
        );
        await assert.rejects(run(url), (error: ActionableError) => {
          assert.equal(error.code, code, error.stack);
          assert.match(error.message, message);
          return true;
        });
      });
    }
  });

  describe("refusals of a field", () => {
    const taken = "expected one of `model`, `messages`, `temperature`, `top_p`, `max_tokens`";
    for (const [why, refused, status, said, left, kept] of [
      [
        "that lists what is taken",
        (body) => "seed" in body,
        400,
        { error: { message: `unknown field \`seed\`, ${taken}` } },
        ["seed"],
        ["temperature", "max_tokens"],
      ],
      [
        "in words without JSON",
        (body) => "seed" in body,
        422,
        `Failed to deserialize: unknown field \`seed\`, ${taken}`,
        ["seed"],
        ["temperature", "max_tokens"],
      ],
      [
        "of one that is named beside the message",
        (body) => "seed" in body,
        400,
        { error: { message: "Unsupported parameter", param: "seed" } },
        ["seed"],
        [],
      ],
      [
        "in capitals",
        (body) => "temperature" in body,
        400,
        { error: { message: "Temperature is not supported" } },
        ["temperature"],
        ["top_p"],
      ],
      [
        "of two together: the one that changes nothing goes",
        (body) => "temperature" in body && "top_p" in body,
        400,
        { error: { message: "`temperature` and `top_p` cannot both be specified" } },
        ["top_p"],
        ["temperature"],
      ],
      ["as a failure", (body) => "seed" in body, 500, { error: { message: "seed is not supported" } }, ["seed"], []],
      [
        "that forbids",
        (body) => "logprobs" in body,
        403,
        { error: { message: "You are not allowed to request logprobs from this model" } },
        ["logprobs", "top_logprobs"],
        [],
      ],
      ["as a failure without words", (body) => "logprobs" in body, 500, {}, ["logprobs"], []],
      [
        "of streams",
        (body) => body.stream === true,
        400,
        { error: { message: "Streaming is not supported for this model" } },
        ["stream", "stream_options"],
        ["seed"],
      ],
    ] as [string, (body: Body) => boolean, number, unknown, string[], string[]][]) {
      it(why, async () => {
        const answer: Answer = (body, request, response) => {
          if (!refused(body)) return plain(body, request, response);
          if (typeof said === "string") response.writeHead(status, { "content-type": "text/plain" }).end(said);
          else json(response, said, status);
        };
        const { url, seen } = await serve("/v1", answer);
        const { generated } = await run(url);
        const { body } = seen.at(-1)!;
        assert.equal(generated.text, body.stream ? "56" : "ok");
        for (const field of left) assert.equal(field in body, false, field);
        for (const field of kept) assert.equal(field in body, true, field);
      });
    }

    for (const said of [
      "This model only support stream mode, please enable the stream parameter to access the model.",
      "parameter.enable_thinking must be set to false for non-streaming calls",
    ]) {
      it(`of anything but a stream, “${said.slice(0, 30)}…”: that is asked for from the first question on`, async () => {
        const { url, seen } = await serve("/v1", (body, request, response) =>
          body.stream ? plain(body, request, response) : json(response, { error: { message: said } }, 400),
        );
        assert.equal((await run(url)).generated.text, "56");
        assert.equal(seen.filter(({ body }) => !body.stream).length, 1);
      });
    }

    it("in the first event of an answer that was begun", async () => {
      const { url, seen } = await serve("/v1", (body, request, response) =>
        body.stream && "seed" in body
          ? streaming(event({ error: { message: "seed is not supported", code: 400 } }))(body, request, response)
          : plain(body, request, response),
      );
      assert.equal((await run(url)).generated.text, "56");
      assert.equal("seed" in seen.at(-1)!.body, false);
    });

    it("of a temperature of 0: a small one is asked for, and told", async () => {
      const said = { error: "Input validation error: `temperature` must be strictly positive" };
      const { url, seen } = await serve("/v1", (body, request, response) =>
        body["temperature"] === 0 ? json(response, said, 422) : plain(body, request, response),
      );
      const { notes } = await run(url);
      assert.equal(seen.at(-1)!.body["temperature"], 0.01);
      assert.ok(notes.some((note) => note.includes("no temperature of 0")));
    });

    for (const said of [
      "max_tokens is too large: 100000. This model supports at most 8192 completion tokens",
      "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
    ]) {
      it(`of too many tokens, “${said.slice(0, 30)}…”: as many as it says are asked for, and told`, async () => {
        const { url, seen } = await serve("/v1", (body, request, response) =>
          Number(body["max_tokens"] ?? body["max_completion_tokens"]) > 8192
            ? json(response, { error: { message: said } }, 400)
            : plain(body, request, response),
        );
        const { notes } = await run(url, undefined, 100_000);
        assert.equal(seen.at(-1)!.body["max_tokens"], 8192);
        assert.ok(notes.some((note) => note.includes("no more than 8192 tokens")));
      });
    }

    for (const said of [
      "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.",
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.",
    ]) {
      it(`of a first question with one token, “${said.slice(0, 40)}…”: it is given more`, async () => {
        const { url } = await serve("/v1", (body, request, response) =>
          Number(body["max_tokens"] ?? body["max_completion_tokens"]) < 16
            ? json(response, { error: { message: said } }, 400)
            : plain(body, request, response),
        );
        assert.equal((await run(url)).generated.text, "56");
      });
    }

    for (const [status, said] of [
      [400, "System role not supported"],
      [400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."],
      [500, "Conversation roles must alternate user/assistant/user/assistant/..."],
    ] as const) {
      it(`of a system turn, “${said.slice(0, 30)}…”: its text goes before the question, and that is told`, async () => {
        const question: Message[] = [
          { role: "system", content: "Be brief." },
          { role: "user", content: "How many?" },
        ];
        const { url, seen } = await serve("/v1", (body, request, response) =>
          body.messages?.[0]?.role === "system"
            ? json(response, { error: { message: said } }, status)
            : plain(body, request, response),
        );
        const { generated, notes } = await run(url, undefined, 50, { question });
        assert.equal(generated.text, "56");
        assert.deepEqual(seen.at(-1)!.body.messages, [{ role: "user", content: "Be brief.\n\nHow many?" }]);
        assert.ok(notes.some((note) => note.includes("takes no system turn")));
      });
    }
  });

  describe("frames of a stream", () => {
    const all = BOTH + END;
    for (const [why, body, type = "text/event-stream"] of [
      ["CRLF", all.replaceAll("\n", "\r\n")],
      ["a mark of the order of bytes", `\ufeff${all}`],
      ["no blank behind a field's name", all.replaceAll("data: ", "data:")],
      ["the field's name twice", all.replaceAll("data: ", "data: data: ")],
      ["one line end after each event", all.replaceAll("\n\n", "\n")],
      ["events without anything in them", `data: \n\ndata:\n\n${all}`],
      ["a ping as an event", `event: ping\ndata: {"type":"ping"}\n\n${all}`],
      ["an end without a field", all.replace("data: [DONE]", "[DONE]")],
      ["no end", BOTH + delta({}, "stop")],
      ["lines of JSON", all.replaceAll("data: ", "").replaceAll("\n\n", "\n"), "application/x-ndjson"],
      ["lines of JSON that are called JSON", all.replaceAll("data: ", "").replaceAll("\n\n", "\n"), "application/json"],
      ["events that are called JSON", all, "application/json; charset=utf-8"],
      ["events that are called text", all, "text/plain"],
      ["a whole answer that is called a stream", JSON.stringify(whole("<think>7*8</think>56"))],
      ["an event that was cut", `${BOTH}data: {"choices":[{"delta":{"con`],
    ] as [string, string, string?][]) {
      it(why, async () => {
        const { url } = await serve("/v1", (request, _, response) => {
          if (!request.stream) return json(response, whole("ok"));
          response.writeHead(200, { "content-type": type }).end(body);
        });
        assert.equal((await run(url)).generated.text, "<think>7*8</think>56");
      });
    }
  });

  describe("lists of models", () => {
    for (const [why, models, id, length = Infinity] of [
      ["names alone", { data: ["m", "n"] }, "m"],
      ["a bare list of names", ["m"], "m"],
      ["another field", { result: [{ name: "m" }], success: true }, "m"],
      ["models by name", { data: { m: { owner: "x" } } }, "m"],
      ["two lists, one of which is empty", { data: [], models: [{ model: "m" }] }, "m"],
      ["one that writes no text first", { data: [{ id: "text-embedding-nomic-embed-text-v1.5" }, { id: "m" }] }, "m"],
      ["no other than one", { data: [{ id: "my-embedder" }] }, "my-embedder"],
      ["TabbyAPI's length of the context", { data: [{ id: "m", parameters: { max_seq_len: 4096 } }] }, "m", 4096],
      ["Mistral's", { data: [{ id: "m", max_context_length: 4096 }] }, "m", 4096],
    ] as [string, unknown, string, number?][]) {
      it(why, async () => {
        const { url } = await serve("/v1", plain, models);
        const { facts } = (await run(url)).model;
        assert.deepEqual([facts.id, facts.contextLength], [id, length]);
      });
    }
  });

  describe("paths that are not there", () => {
    for (const [why, answer] of [
      ["lead to a page to log in", (response) => void response.writeHead(302, { location: "/login" }).end()],
      ["are forbidden", (response) => void response.writeHead(403).end("<html>Forbidden</html>")],
      ["want a key", (response) => json(response, { detail: "Not authenticated" }, 401)],
      ["fail", (response) => void response.writeHead(502).end("<html>")],
      [
        "are a page",
        (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"),
      ],
      ["close the connection", (response) => void response.destroy()],
    ] as [string, (response: ServerResponse) => void][]) {
      it(why, async () => {
        const { url } = await serve("/v1", plain, undefined, answer);
        assert.equal((await run(url, undefined, 50, { limits: { attempts: 2 } })).generated.text, "56");
      });
    }

    for (const [api, address] of [
      ["/inference/v1", ""],
      ["/compatible-mode/v1", ""],
      ["/v1/openai", ""],
      ["/api/paas/v4", "/api/paas/v4/chat/completions"],
      ["/api", "/api"],
      ["/v1", "/api"],
      ["/v1", "/api/chat"],
      ["/v1", "/v1/responses"],
    ] as const) {
      it(`“${address}” leads to “${api}”`, async () => {
        const { url } = await serve(api, plain);
        assert.equal((await run(url + address)).generated.text, "56");
      });
    }

    it("lead to one with a slash behind it", async () => {
      const { url } = await serve("/v1", (body, request, response) =>
        request.url!.endsWith("/")
          ? plain(body, request, response)
          : void response.writeHead(307, { location: `${request.url}/` }).end(),
      );
      assert.equal((await run(url)).generated.text, "56");
    });

    it("lead to another host: nothing goes there, and where it is is told", async () => {
      const other = await serve("/v1", plain);
      const { url } = await serve(
        "/v1",
        (_, request, response) => void response.writeHead(308, { location: other.url + request.url! }).end(),
      );
      await assert.rejects(run(url, "sk-mine"), {
        code: "net-redirect",
        message: new RegExp(`leads to ${other.url}/v1/chat/completions, and is not followed`),
      });
      assert.equal(other.seen.length, 0);
    });
  });

  it("a moment to come back at, by a clock that is not shown", async () => {
    let asked = 0;
    const { url } = await serve("/v1", (body, request, response) => {
      response.sendDate = false;
      if (asked++ > 0) return plain(body, request, response);
      response.writeHead(429, { "retry-after": new Date(Date.now() + 1000).toUTCString() }).end();
    });
    assert.equal((await run(url, undefined, 50, { limits: { attempts: 2 } })).generated.text, "56");
  });

  describe("beginnings of an answer", () => {
    const isBegun = (body: Body) => body.messages?.at(-1)?.role === "assistant";

    it("that make the server fail are not gone on with, and the rest works", async () => {
      const { url } = await serve("/v1", (body, request, response) =>
        isBegun(body)
          ? json(response, { error: { message: "Expected last role user" } }, 500)
          : plain(body, request, response),
      );
      const { model, generated } = await run(url);
      assert.deepEqual([generated.text, model.has("prefix-continuation")], ["56", false]);
    });

    for (const [owner, kind] of [
      ["koboldcpp", "koboldcpp"],
      ["tabbyAPI", "tabbyapi"],
    ] as const) {
      it(`on ${owner}, which shows what llama.cpp shows, are tried and not believed`, async () => {
        const props = { default_generation_settings: { n_ctx: 4096 }, chat_template: "{{ messages[0].content }}" };
        const models = { data: [{ id: "m", owned_by: owner }] };
        const { url } = await serve("/v1", plain, models, (response, request) =>
          request.url === "/props" ? json(response, props) : json(response, {}, 404),
        );
        const { model } = await run(url);
        assert.deepEqual([model.facts.provider, model.facts.contextLength], [kind, 4096]);
        assert.equal(model.has("prefix-continuation"), false);
      });
    }
  });
});
