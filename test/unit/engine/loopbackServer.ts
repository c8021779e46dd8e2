/**
 * A completion server on this machine that completes with a real model, the fixture, and speaks as llama.cpp, vLLM, TGI,
 * Ollama or OpenAI do, with the misbehaviour that a test asks for.
 */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message } from "../../../src/core/trace/trace";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";

export type Dialect = "llama.cpp" | "vllm" | "tgi" | "ollama" | "openai";

/** What it does instead of answering a completion, how often, and after how many tokens. */
export interface ServerMisbehaviour {
  how: "hang" | "cut" | "garbage" | "page" | "error" | { status: number; retryAfter?: string };
  times: number;
  after?: number;
}

interface Body {
  prompt?: string | number[];
  messages?: Message[];
  max_tokens?: number;
  stream?: boolean;
  logprobs?: number | boolean;
  temperature?: number;
  add_generation_prompt?: boolean;
  continue_final_message?: boolean;
  stream_options?: { include_usage?: boolean; continuous_usage_stats?: boolean };
  [name: string]: unknown;
}

interface Token {
  id: number;
  text: string;
  logprob: number;
}

export class LoopbackServer {
  /** Every completion that was asked for. */
  readonly requests: { path: string; body: Body; authorization: string | undefined }[] = [];
  /** Streams that the client ended before we did. */
  abandoned = 0;
  misbehaviour: ServerMisbehaviour | undefined;
  /** False for a server that refuses to be asked for its count of tokens. */
  takesUsage = true;
  /** Whether it reports with every piece, where it is asked to. */
  reportsAsItGoes = false;
  /** Tokens of each prompt that it says were in its cache. */
  cached = 0;
  /** The status that refuses a completion of a body, as JSON; undefined where it is answered. */
  refuse: ((body: string) => number | undefined) | undefined;
  /** What the model is made to write after a prompt, instead of what it would. */
  script: ((prompt: string) => string) | undefined;
  /** What its chat template writes where an answer begins. */
  opens = "";
  /** Whether thoughts stand in a last turn that is gone on with; else its template leaves them out, and what it is given differs. */
  keepsThoughts = true;
  /** Whether text can be told as tokens, and a conversation as text. */
  tokenizes = true;
  /** The status of paths that the dialect does not have. */
  unknownPath = 404;
  url = "";
  private server!: Server;

  private constructor(
    private readonly model: OnnxModel,
    private readonly dialect: Dialect,
  ) {}

  static async start(model: OnnxModel, dialect: Dialect): Promise<LoopbackServer> {
    const loopback = new LoopbackServer(model, dialect);
    loopback.server = createServer((request, response) => {
      loopback.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    loopback.server.listen(0, "127.0.0.1");
    await once(loopback.server, "listening");
    loopback.url = `http://127.0.0.1:${(loopback.server.address() as AddressInfo).port}`;
    return loopback;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let raw = "";
    for await (const part of request) raw += String(part);
    const body = (raw === "" ? {} : JSON.parse(raw)) as Body;
    const path = request.url!;
    const json = (value: unknown, status = 200) =>
      void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (path === "/v1/models") return json(this.models());
    if (path === "/v1/chat/completions" || (path === "/v1/completions" && this.completes)) {
      this.requests.push({ path, body, authorization: request.headers.authorization });
      return this.complete(path, body, response, json);
    }
    const own = this.ownPath(path, body);
    const code = this.unknownPath;
    return own === undefined ? json({ error: { message: `File Not Found: ${path}`, code } }, code) : json(own);
  }

  private get completes(): boolean {
    return ["llama.cpp", "vllm", "tgi"].includes(this.dialect);
  }

  private models(): object {
    const owners = { "llama.cpp": "llamacpp", vllm: "vllm", tgi: "tiny", ollama: "somebody", openai: "system" };
    const owned_by = owners[this.dialect];
    const length = this.dialect === "vllm" ? { max_model_len: 512 } : {};
    return { object: "list", data: [{ id: "tiny", object: "model", created: 1, owned_by, ...length }] };
  }

  private ownPath(path: string, body: Body): object | undefined {
    const { tokenizer } = this.model;
    if (this.dialect === "llama.cpp") {
      if (path === "/props") return { default_generation_settings: { n_ctx: 512 }, total_slots: 1, ...this.template };
      if (path === "/apply-template") return { prompt: this.promptOf(body) };
      if (path === "/tokenize") {
        const ids = tokenizer.encode(String(body["content"]));
        return { tokens: ids.map((id) => ({ id, piece: tokenizer.decode([id]) })) };
      }
    }
    if (this.dialect === "vllm" && this.tokenizes) {
      if (path === "/tokenize") {
        if (this.dropsThoughts(body)) return undefined;
        const tokens = tokenizer.encode(body.messages ? this.promptOf(body) : String(body.prompt));
        return { count: tokens.length, max_model_len: 512, tokens };
      }
      if (path === "/detokenize") return { prompt: tokenizer.decode(body["tokens"] as number[]) };
    }
    if (this.dialect === "tgi") {
      if (path === "/info") return { model_id: "tiny", max_total_tokens: 512, max_input_tokens: 511, version: "3.3.6" };
      if (path === "/chat_tokenize") return { tokenize_response: [], templated_text: this.promptOf(body) };
      if (path === "/tokenize") return this.pieces(String(body["inputs"]));
    }
    if (this.dialect === "ollama") {
      if (path === "/api/version") return { version: "0.12.3" };
      if (path === "/api/tags") return { models: [{ name: "tiny:latest", model: "tiny:latest", digest: "x" }] };
      if (path === "/api/ps") return { models: [{ name: "tiny:latest", model: "tiny:latest", context_length: 512 }] };
    }
    return undefined;
  }

  /** As llama.cpp shows it, where it is another than the model's own. */
  private get template(): object {
    if (this.opens === "") return {};
    const turns = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";
    const prompt = `{% if add_generation_prompt %}<|im_start|>assistant\n${this.opens}{% endif %}`;
    return { chat_template: turns + prompt };
  }

  private pieces(text: string): object[] {
    const { tokenizer } = this.model;
    return tokenizer.encode(text).map((id) => ({ id, text: tokenizer.decode([id]), start: 0, stop: 0 }));
  }

  private async complete(
    path: string,
    body: Body,
    response: ServerResponse,
    json: (value: unknown, status?: number) => void,
  ): Promise<void> {
    const chat = path === "/v1/chat/completions";
    if (this.dialect === "openai" && "continue_final_message" in body) {
      return json({ error: { message: "Unrecognized request argument supplied: continue_final_message" } }, 400);
    }
    if (this.dialect === "tgi" && Number(body["top_p"] ?? 0.5) >= 1) {
      const error = "Input validation error: `top_p` must be > 0.0 and < 1.0";
      return json({ error, error_type: "validation" }, 422);
    }
    if (this.takesUsage === false && body.stream_options)
      return json({ error: { message: "Unknown field: stream_options" } }, 400);
    const refused = this.refuse?.(JSON.stringify(body));
    if (refused !== undefined) return json({ error: { message: "Out of order" } }, refused);
    // The probe of a connection is left alone: only streams misbehave.
    const bad = body.stream && this.misbehaviour && this.misbehaviour.times-- > 0 ? this.misbehaviour : undefined;
    if (typeof bad?.how === "object") {
      response.writeHead(bad.how.status, bad.how.retryAfter ? { "Retry-After": bad.how.retryAfter } : {});
      return void response.end(JSON.stringify({ error: { message: "Loading model", type: "unavailable_error" } }));
    }
    if (bad?.how === "page")
      return void response.writeHead(200, { "Content-Type": "text/html" }).end("<html>data: hello\n\n</html>");
    if (this.dropsThoughts(body)) {
      const message = "continue_final_message is set but the final message does not appear in the chat";
      return json({ error: { message, type: "BadRequestError", code: 400 } }, 400);
    }
    const prompt = this.promptOf(body);
    const most = body.max_tokens ?? 16;
    const { tokens, finish } = await this.write(prompt, most);
    const usageAfter = (completion_tokens: number) => ({
      prompt_tokens: this.model.tokenizer.encode(prompt).length,
      completion_tokens,
      ...(this.cached > 0 ? { prompt_tokens_details: { cached_tokens: this.cached } } : {}),
    });
    const usage = usageAfter(tokens.length);
    const isContinuous = this.reportsAsItGoes && body.stream_options?.continuous_usage_stats;
    const given = body.messages?.at(-1);
    // As the real one does, in chats only.
    const echo = chat && this.dialect === "llama.cpp" && given?.role === "assistant" ? given.content : "";
    if (!body.stream) {
      const choice = chat
        ? {
            message: { role: "assistant", content: echo + joined(tokens) },
            logprobs: this.logprobs(body, tokens, true),
          }
        : { text: joined(tokens), logprobs: this.logprobs(body, tokens, false) };
      return json({ id: "1", object: "completion", choices: [{ index: 0, ...choice, finish_reason: finish }], usage });
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.on("close", () => void (response.writableEnded || this.abandoned++));
    const send = (choice: object, more: object = {}) =>
      new Promise<void>((resolve) => {
        response.write(`data: ${JSON.stringify({ id: "1", choices: [{ index: 0, ...choice }], ...more })}\n\n`, () =>
          resolve(),
        );
      });
    if (chat) await send({ delta: { role: "assistant", content: null }, finish_reason: null });
    const field = new ThoughtField(this.dialect, this.opens !== "" && isOpen(prompt));
    for (const [index, token] of tokens.entries()) {
      if (response.destroyed) return;
      if (bad && index === (bad.after ?? 0)) return this.misbehave(bad, response);
      const logprobs = this.logprobs(body, [token], chat);
      // What goes on with a given turn comes as it is written, marks and all.
      const delta = echo === "" ? field.delta(token.text) : { content: (index === 0 ? echo : "") + token.text };
      const content = chat ? { delta } : { text: token.text };
      const finish_reason = this.dialect === "tgi" && !chat ? "" : null;
      const soFar = isContinuous ? { usage: usageAfter(index + 1) } : {};
      await send({ ...content, ...(logprobs ? { logprobs } : {}), finish_reason }, soFar);
      // Lets a client that has heard enough end the connection, as the time between real tokens does.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const last = { ...(chat ? { delta: {} } : { text: "" }), logprobs: null, finish_reason: finish };
    await send(last, ["llama.cpp", "tgi"].includes(this.dialect) ? { usage } : {});
    // Others count when they are asked to, behind the answer.
    if (body.stream_options) response.write(`data: ${JSON.stringify({ id: "1", choices: [], usage })}\n\n`);
    response.end("data: [DONE]\n\n");
  }

  private misbehave({ how }: ServerMisbehaviour, response: ServerResponse): void {
    if (how === "cut") response.destroy();
    if (how === "garbage") response.end('data: {"choices": [{]\n\n');
    if (how === "error")
      response.end(`data: ${JSON.stringify({ error: { message: "CUDA out of memory", code: 500 } })}\n\n`);
  }

  /** A last turn of the assistant is gone on with, where this dialect does so or was told to. */
  private promptOf(body: Body): string {
    const { tokenizer } = this.model;
    if (typeof body.prompt === "string") return body.prompt;
    const messages = body.messages!;
    const last = messages.at(-1)!;
    if (last.role !== "assistant" || !this.goesOn(body)) return tokenizer.chat(messages) + this.opens;
    const before = tokenizer.chat(messages.slice(0, -1));
    // llama.cpp's reading of a turn without thoughts of their own: a block that is empty.
    return before + (this.keepsThoughts || this.dialect !== "llama.cpp" ? "" : "<think></think>") + last.content;
  }

  private goesOn(body: Body): boolean {
    if (this.dialect === "vllm") return body.continue_final_message === true;
    return this.dialect === "llama.cpp" || this.dialect === "ollama";
  }

  /** vLLM looks for the last turn in what the template made of it. */
  private dropsThoughts(body: Body): boolean {
    const isGiven = this.dialect === "vllm" && body.continue_final_message === true;
    return isGiven && !this.keepsThoughts && (body.messages?.at(-1)?.content.includes("</think>") ?? false);
  }

  /** Greedy, with the real distribution of the model; a script is what a model under instruction would write. */
  private async write(prompt: string, most: number): Promise<{ tokens: Token[]; finish: string }> {
    const { tokenizer } = this.model;
    const sequence = this.model.newSequence();
    const stream = tokenizer.stream();
    const scripted = this.script && tokenizer.encode(this.script(prompt));
    const tokens: Token[] = [];
    let input = tokenizer.encode(prompt);
    while (tokens.length < most) {
      const [next] = (await sequence.feed({ ids: input })).distributions;
      const id = scripted ? scripted[tokens.length] : next!.argmax();
      if (id === undefined || tokenizer.endIds.includes(id)) return { tokens, finish: "stop" };
      tokens.push({ id, text: stream.push(id), logprob: next!.logprob(id) });
      input = [id];
    }
    return { tokens, finish: "length" };
  }

  private logprobs(body: Body, tokens: readonly Token[], chat: boolean): object | undefined {
    if (!body.logprobs || this.dialect === "ollama" || (this.dialect === "tgi" && !chat)) return undefined;
    // llama.cpp lists content[] on both paths.
    if (chat || this.dialect === "llama.cpp") {
      return {
        content: tokens.map(({ id, text, logprob }) => ({
          ...(this.dialect === "llama.cpp" ? { id } : {}),
          token: text,
          bytes: [...Buffer.from(text)],
          logprob,
          top_logprobs: [{ token: text, logprob }],
        })),
      };
    }
    return {
      tokens: tokens.map((token) => token.text),
      token_logprobs: tokens.map((token) => token.logprob),
      top_logprobs: tokens.map(({ text, logprob }) => ({ [text]: logprob })),
      text_offset: tokens.map(() => 0),
    };
  }
}

/** Puts what stands between think tags into the dialect's own field, as servers with a reasoning parser do. */
class ThoughtField {
  /** @param thinking whether it is under way already */
  constructor(
    private readonly dialect: Dialect,
    private thinking: boolean,
  ) {}

  delta(text: string): object {
    if (text === "<think>" || text === "</think>") {
      this.thinking = text === "<think>";
      return {};
    }
    if (!this.thinking) return { content: text };
    switch (this.dialect) {
      case "ollama":
        return { reasoning: text, content: "" };
      case "openai":
        return { reasoning_details: [{ type: "reasoning.text", text }] };
      default:
        return { reasoning_content: text };
    }
  }
}

/** Whether thinking is open at the end of a prompt. */
const isOpen = (prompt: string): boolean => prompt.lastIndexOf("<think>") > prompt.lastIndexOf("</think>");

const joined = (tokens: readonly Token[]): string => tokens.map((token) => token.text).join("");
