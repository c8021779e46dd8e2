/** Chats that go on with the beginning of an answer: how each server is made to, and DEER over all of them. */
import assert from "node:assert/strict";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { EngineNotifications, ModelInfo } from "../../../src/core/protocol/engineApi";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Echo } from "../../../src/engine/backends/remote/serverEcho";
import { Engine } from "../../../src/engine/engine";
import type { Dialect, LoopbackServer } from "./loopbackServer";
import { MESSAGES, ServerBench, TINY } from "./serverBench";
import { inEnglish } from "../../../src/core/text/l10n";

/** What a reasoning model writes; its second thought is where DEER looks. */
const WHOLE = "<think>\n12 - 3 = 9.\nWait, 9 + 3 = 12.\n</think>\n\nThe answer is \\boxed{9}.";

interface Case {
  why: string;
  dialect: Dialect;
  server: Partial<Pick<LoopbackServer, "opens" | "keepsThoughts" | "tokenizes">>;
  /** Of the capability, where it is there. */
  said: RegExp;
  goesOn: boolean;
  /** Which paths what follows a beginning is asked of. */
  path?: "/v1/chat/completions" | "/v1/completions";
}

const CHAT = "/v1/chat/completions";
const TEXT = "/v1/completions";
const CASES: Case[] = [
  {
    why: "llama.cpp, whose chat repeats the beginning",
    ...{ dialect: "llama.cpp", server: {}, goesOn: true, path: CHAT, said: /last turn by itself/ },
  },
  {
    why: "llama.cpp, with a template that opens thinking and is given an empty block before the beginning",
    ...{ dialect: "llama.cpp", server: { opens: "<think>\n", keepsThoughts: false } },
    ...{ goesOn: true, path: TEXT, said: /prompt is completed as text/ },
  },
  {
    why: "vLLM, by its two fields",
    ...{
      dialect: "vllm",
      server: {},
      goesOn: true,
      path: CHAT,
      said: /continue_final_message and add_generation_prompt/,
    },
  },
  {
    why: "vLLM, with a template that opens thinking",
    ...{ dialect: "vllm", server: { opens: "<think>\n" }, goesOn: true, path: CHAT, said: /continue_final_message/ },
  },
  {
    why: "vLLM, with a template that leaves thoughts out of a turn",
    ...{ dialect: "vllm", server: { opens: "<think>\n", keepsThoughts: false } },
    ...{ goesOn: true, path: TEXT, said: /prompt is completed as text/ },
  },
  {
    why: "vLLM behind a gateway that shows no template, by its two fields",
    ...{ dialect: "vllm", server: { tokenizes: false }, goesOn: true, path: CHAT, said: /continue_final_message/ },
  },
  {
    why: "vLLM behind such a gateway, with a template that leaves thoughts out",
    ...{ dialect: "vllm", server: { tokenizes: false, keepsThoughts: false } },
    ...{ goesOn: false, said: /not with the thoughts in it/ },
  },
];

describe("chats that go on with a beginning", () => {
  let bench: ServerBench;
  before(async () => {
    bench = await ServerBench.open();
  });
  after(() => bench.model.dispose());
  afterEach(() => bench.server?.close());

  async function ran({ dialect, server, goesOn }: Case): Promise<{ info: ModelInfo; trace: Trace | undefined }> {
    const loopback = await bench.start(dialect);
    Object.assign(loopback, server);
    loopback.script = (prompt) => {
      if (prompt.endsWith("\\boxed{")) return "9}";
      if (prompt.endsWith("\n</think>\n\n")) return "The answer is \\boxed{9}.";
      for (let written = WHOLE.length; ; written--)
        if (prompt.endsWith(WHOLE.slice(0, written))) return WHOLE.slice(written);
    };
    const events: TraceEvent[] = [];
    const engine = new Engine({
      pocketFolder: path.dirname(TINY),
      notify: (name, params) =>
        void (name === "events" && events.push(...(params as EngineNotifications["events"]).events)),
    });
    const model = { kind: "server", url: loopback.url, api: "chat" } as const;
    const info = await engine.loadModel({ model });
    if (!goesOn) return { info, trace: undefined };
    const options = { maxTokens: 120, threshold: 0 };
    await engine.run({ id: "d", model, strategy: "deer", options, messages: MESSAGES });
    return { info, trace: fold(events) };
  }

  for (const each of CASES)
    it(each.why, async () => {
      const { info, trace } = await ran(each);
      const row = info.capabilities.find(({ capability }) => capability === "prefix-continuation")!;
      const reason = inEnglish(row.reason);
      assert.deepEqual([row.has, each.said.test(reason)], [each.goesOn, true], reason);
      if (!trace) return;
      const text = trace.positions
        .filter((_, at) => !trace.spans.some(({ kind, from, to }) => kind === "trial" && at >= from && at < to))
        .map((position) => position.text)
        .join("");
      assert.equal(trace.checks[0]!.answer, "9");
      assert.equal(trace.exit!.why, "confidence");
      assert.equal(text.match(/<\/think>/g)!.length, 1, text);
      assert.equal(text.match(/12 - 3 = 9/g)!.length, 1, "nothing that was given is taken for written");
      const goingOn = bench.server.requests.filter(({ body }) => body.stream).slice(1);
      assert.ok(goingOn.length > 0 && goingOn.every((request) => request.path === each.path));
      // Each prompt holds thinking that is opened once.
      for (const { body } of goingOn) {
        const given = String(body.prompt ?? body.messages!.at(-1)!.content);
        assert.equal(given.split("12 - 3 = 9")[0]!.match(/<think>(?!\s*and)/g)?.length, 1, given);
      }
    });

  it("is asked for once in a session", async () => {
    const { url, requests } = await bench.start("vllm");
    const engine = new Engine({ pocketFolder: path.dirname(TINY), notify: () => undefined });
    const model = { kind: "server", url, api: "chat" } as const;
    const first = await engine.loadModel({ model });
    const asked = requests.length;
    const second = await engine.loadModel({ model });
    assert.equal(requests.length, asked);
    assert.deepEqual([second.thinking, second.capabilities], [first.thinking, first.capabilities]);
  });
});

describe("a beginning that is repeated", () => {
  for (const [pieces, left] of [
    [
      ["So, 9", " it"],
      ["", " it"],
    ],
    [
      ["So", ", 9 it"],
      ["", " it"],
    ],
    [["So, 9 it"], [" it"]],
    [["So, ten"], ["So, ten"]],
    [
      ["So", " it"],
      ["", "So it"],
    ],
    [
      ["", "So, 9", "", "So, 9"],
      ["", "", "", "So, 9"],
    ],
  ] as const)
    it(JSON.stringify(pieces), () => {
      const echo = new Echo("So, 9");
      assert.deepEqual(
        pieces.map((piece) => echo.without(piece)),
        left,
      );
    });
});
