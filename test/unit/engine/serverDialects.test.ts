/** Servers as they differ: where their interface begins, what they refuse, how they end, continue and name effort. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { Structure } from "../../../src/engine/decoding/structure";
import {
  delta,
  dialectBench,
  json,
  plain,
  QUESTION,
  signal,
  streaming,
  whole,
  type Answer,
  type Body,
} from "./dialectBench";

describe("dialects of servers", () => {
  const { serve, run } = dialectBench();

  describe("begin", () => {
    for (const [api, address] of [
      ["/v1", ""],
      ["/v1", "/v1"],
      ["/v1", "/v1/chat/completions"],
      ["/api/v1", ""],
      ["/api/v1", "/api/v1"],
      ["/v1beta/openai", ""],
      ["/v1beta/openai", "/v1beta/openai/"],
      ["/openai/v1", "/openai/v1"],
      ["/openai/v1", ""],
      ["", ""],
      ["/proxy/llm", "/proxy/llm"],
      ["/proxy/llm/v1", "/proxy/llm"],
    ] as const) {
      it(`at “${api}”, written as “${address}”`, async () => {
        const { url, seen } = await serve(api, plain);
        assert.equal((await run(url + address)).generated.text, "56");
        assert.ok(seen.every(({ path }) => path === `${api}/chat/completions`));
      });
    }

    it("at a deployment of Azure: a version behind each path, a key by its name, no list of models", async () => {
      const api = "/openai/deployments/gpt-small";
      const { url, seen } = await serve(api, plain, null);
      const { model } = await run(`${url}${api}?api-version=2024-10-21`, "azure-key");
      assert.equal(model.facts.id, "gpt-small");
      assert.ok(seen.every(({ path }) => path === `${api}/chat/completions?api-version=2024-10-21`));
      assert.ok(seen.every(({ headers }) => headers["api-key"] === "azure-key"));
    });

    it("without a list of models where the model is named", async () => {
      const { url } = await serve("/v1", plain, null);
      assert.equal((await run(url, undefined, 50, { wanted: { model: "mine" } })).generated.text, "56");
      await assert.rejects(run(url), { code: "server-no-model" });
    });

    for (const [why, models] of [
      ["a bare list", [{ id: "m" }]],
      ["a field of another name", { models: [{ name: "m" }] }],
    ] as const) {
      it(`with ${why} of models`, async () => {
        const { url } = await serve("/v1", plain, models);
        assert.equal((await run(url)).model.facts.id, "m");
      });
    }
  });

  describe("refuse", () => {
    /** Refuses a field, or all values of it but one, as a server says it. */
    const refusing =
      (field: string, said: unknown, except?: unknown): Answer =>
      (body, request, response) =>
        field in body && body[field] !== except ? json(response, said, 400) : plain(body, request, response);
    const openAi = (message: string) => ({ error: { message, type: "invalid_request_error" } });

    for (const [field, said, except] of [
      [
        "max_tokens",
        openAi(
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
      ],
      [
        "temperature",
        openAi(
          "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        ),
        1,
      ],
      [
        "top_p",
        { detail: [{ loc: ["body", "top_p"], msg: "Extra inputs are not permitted", type: "extra_forbidden" }] },
      ],
      [
        "seed",
        [{ error: { code: 400, message: 'Invalid JSON payload received. Unknown name "seed": Cannot find field.' } }],
      ],
      ["logprobs", openAi("This model does not support logprobs.")],
      ["top_logprobs", { message: "top_logprobs: not available for this model" }],
    ] as [string, unknown, unknown?][]) {
      it(`${field}: it is left out or called otherwise, and the answer comes`, async () => {
        const { url, seen } = await serve("/v1", refusing(field, said, except));
        const { generated, notes } = await run(url);
        assert.equal(generated.text, "56");
        const last = seen.at(-1)!.body;
        assert.equal(field in last, false);
        if (field === "max_tokens") assert.equal(last["max_completion_tokens"], 50);
        const chooses = ["temperature", "top_p", "seed"].includes(field);
        assert.equal(
          notes.some((note) => note.includes(`does not take ${field}`)),
          chooses,
        );
      });
    }

    it("all of them at once", async () => {
      const fields = ["max_tokens", "temperature", "top_p", "seed", "logprobs", "stream_options"];
      const { url, seen } = await serve("/v1", (body, request, response) => {
        const field = fields.find((name) => name in body);
        if (field) json(response, openAi(`Unknown parameter: '${field}'.`), 400);
        else plain(body, request, response);
      });
      assert.equal((await run(url)).generated.text, "56");
      assert.deepEqual(Object.keys(seen.at(-1)!.body).sort(), ["max_completion_tokens", "messages", "model", "stream"]);
    });

    for (const [why, said, action] of [
      ["a model that is not there", "The model `m` does not exist", /model's name/],
      ["a prompt that is too long", "This model's maximum context length is 512 tokens", /Shorten the prompt/],
      ["something else", "Please verify your organization", /Change what it refuses/],
    ] as const) {
      it(`${why}: in its words, with what to do`, async () => {
        const { url } = await serve("/v1", (_, __, response) => json(response, openAi(said), 400));
        await assert.rejects(run(url), (error: ActionableError) => {
          assert.equal(error.code, "server-refused");
          assert.ok(error.message.includes(said));
          assert.match(error.action!, action);
          return true;
        });
      });
    }
  });

  describe("write", () => {
    const end = [delta({}, "stop"), "data: [DONE]\n\n"];
    for (const [why, pieces, text] of [
      [
        "parts of content",
        [
          delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: "7*8" }] }] }),
          delta({ content: [{ type: "text", text: "56" }] }),
          ...end,
        ],
        "<think>7*8</think>56",
      ],
      [
        "thoughts as plain text in parts",
        [
          delta({
            content: [
              { type: "reasoning", text: "7*8" },
              { type: "output_text", text: "56" },
            ],
          }),
          ...end,
        ],
        "<think>7*8</think>56",
      ],
      [
        "no reason at the end",
        [delta({ reasoning_content: "7*8" }), delta({ content: "56" }), "data: [DONE]\n\n"],
        "<think>7*8</think>56",
      ],
      ["no end at all", [delta({ content: "56" })], "56"],
      ["comments between", [": ping\n\n", delta({ content: "56" }), ": ping\n\n", ...end], "56"],
    ] as const) {
      it(why, async () => {
        const { url } = await serve("/v1", streaming(...pieces));
        const { generated } = await run(url);
        assert.deepEqual([generated.text, generated.stoppedBy], [text, "end"]);
      });
    }

    it("all at once, though a stream was asked for", async () => {
      const { url } = await serve("/v1", (_, __, response) => json(response, whole("56")));
      assert.equal((await run(url)).generated.text, "56");
    });

    it("an error in the middle, in vLLM's words", async () => {
      const { url } = await serve(
        "/v1",
        streaming(delta({ content: "5" }), 'data: {"object":"error","message":"CUDA error"}\n\n'),
      );
      await assert.rejects(run(url), { code: "server-failed", message: /CUDA error/ });
    });
  });

  describe("go on with a beginning", () => {
    /** A model that goes on with the alphabet where the server lets it, and else begins anew. */
    const alphabet =
      (goesOn: (body: Body) => boolean): Answer =>
      (body, request, response) => {
        const last = body.messages!.at(-1)!;
        if (body.stream || last.role !== "assistant") return plain(body, request, response);
        json(response, whole(goesOn(body) ? " n o p q" : "a b c d"));
      };
    for (const [way, goesOn, has] of [
      ["by two fields", (body: Body) => body["continue_final_message"] === true, true],
      ["by a mark of the turn", (body: Body) => body.messages!.at(-1)!.prefix === true, true],
      ["by itself", () => true, true],
      ["not at all", () => false, false],
    ] as const) {
      it(way, async () => {
        const { url, seen } = await serve("/v1", alphabet(goesOn));
        const { model, decoder } = await run(url);
        assert.equal(model.has("prefix-continuation"), has);
        if (!has) return;
        await decoder.force(" So");
        await decoder.generate({ maxTokens: 5 });
        const { body } = seen.at(-1)!;
        assert.ok(goesOn(body), "the way that was found is the way that is taken");
        assert.equal(body.messages!.at(-1)!.content, "56 So");
      });
    }
  });

  describe("name levels of effort", () => {
    for (const [why, said, levels] of [
      [
        "OpenAI",
        {
          error: {
            message:
              "Invalid value: 'ottilie'. Supported values of reasoning_effort are: 'minimal', 'low', 'medium', and 'high'.",
          },
        },
        ["minimal", "low", "medium", "high"],
      ],
      [
        "vLLM",
        { detail: [{ loc: ["body", "reasoning_effort"], msg: "Input should be 'low', 'medium' or 'high'" }] },
        ["low", "medium", "high"],
      ],
      [
        "Ollama",
        { error: { message: 'invalid reasoning value: "ottilie" (must be "high", "medium", "low", or "none")' } },
        ["none", "low", "medium", "high"],
      ],
      ["one that has none", { error: { message: "Unknown parameter: 'reasoning_effort'" } }, []],
      ["one that does not look", undefined, []],
    ] as const) {
      it(why, async () => {
        const { url, seen } = await serve("/v1", (body, request, response) =>
          said !== undefined && "reasoning_effort" in body && !levels.includes(body["reasoning_effort"] as never)
            ? json(response, said, 400)
            : plain(body, request, response),
        );
        const { model } = await run(url);
        assert.deepEqual(
          model.thinking.levels.map(({ name }) => name),
          levels,
        );
        assert.deepEqual(
          model.thinking.off,
          levels.includes("none" as never) ? { reasoning_effort: "none" } : undefined,
        );
        const wrong = await model.thinkingWith({ reasoning_effort: "enormous" });
        if (levels.length > 0) assert.deepEqual(wrong.variables, {});
        assert.equal(wrong.notes.length, 1);
        const thinking = await model.thinkingWith({ reasoning_effort: levels[0] ?? "low" });
        const decoder = model.decoder(new Recorder(() => undefined, new Structure("step")), {
          signal,
          seed: 1,
          random: () => 0.5,
          thinking,
        });
        await decoder.prefill(QUESTION);
        await decoder.generate({ maxTokens: 5 }).catch(() => undefined);
        assert.equal(seen.at(-1)!.body["reasoning_effort"], levels[0] ?? "low");
      });
    }
  });

  describe("do not end", () => {
    it("at the limit that they were given: we do", async () => {
      const { url } = await serve("/v1", (body, request, response) => {
        if (!body.stream) return plain(body, request, response);
        response.writeHead(200, { "content-type": "text/event-stream" });
        const timer = setInterval(() => response.write(delta({ content: "word " })), 1);
        response.on("close", () => clearInterval(timer));
      });
      const { generated } = await run(url, undefined, 20);
      assert.deepEqual([generated.tokens.length, generated.stoppedBy], [20, "budget"]);
    });

    for (const [why, write, code] of [
      ["pings for ever", (response: ServerResponse) => response.write(": ping\n\n"), "server-silent"],
      ["empty pieces for ever", (response: ServerResponse) => response.write(delta({}).repeat(2000)), "server-garbage"],
      [
        "a line in small pieces",
        (response: ServerResponse) => response.write(`data: ${"x".repeat(20_000)}`.slice(6)),
        "server-garbage",
      ],
    ] as const) {
      it(why, async function () {
        this.timeout(60_000);
        const { url } = await serve("/v1", (body, request, response) => {
          if (!body.stream) return plain(body, request, response);
          response.writeHead(200, { "content-type": "text/event-stream" });
          const timer = setInterval(() => write(response), 5);
          response.on("close", () => clearInterval(timer));
        });
        await assert.rejects(run(url), { code });
      });
    }

    it("with a packed body of gigabytes", async function () {
      this.timeout(60_000);
      const bomb = gzipSync(Buffer.alloc(400_000_000, ": ping\n"));
      const { url } = await serve("/v1", (body, request, response) => {
        if (!body.stream) return plain(body, request, response);
        response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" }).end(bomb);
      });
      await assert.rejects(run(url), { code: "reply-too-long" });
    });

    it("with an answer of gigabytes where one of JSON was due", async function () {
      this.timeout(60_000);
      const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
      const { url } = await serve("/v1", (_, __, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb);
      });
      await assert.rejects(run(url), { code: "reply-too-long" });
    });
  });
});
