import assert from "node:assert/strict";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { ServerClient } from "../../../src/engine/backends/remote/serverClient";
import { ServerModel } from "../../../src/engine/backends/remote/serverModel";
import type { ServerMisbehaviour } from "./loopbackServer";
import { LIMITS, MESSAGES, ServerBench } from "./serverBench";

describe("completion servers that misbehave", () => {
  let bench: ServerBench;
  before(async () => {
    bench = await ServerBench.open();
  });
  after(() => bench.model.dispose());
  beforeEach(() => bench.reset());
  afterEach(() => bench.server?.close());
  it("takes an answer up again where the connection was cut", async () => {
    const here = bench.local();
    await here.prefill(MESSAGES);
    const expected = await here.generate({ maxTokens: 20 });
    const there = await bench.decoder("llama.cpp");
    await there.prefill(MESSAGES);
    bench.server.misbehaviour = { how: "cut", times: 2, after: 4 };
    const { text, tokens } = await there.generate({ maxTokens: 20 });
    assert.equal(text, expected.text);
    assert.equal(tokens.length, 20);
    assert.equal(bench.events.filter((event) => event.t === "note").length, 2);
  });

  for (const status of [429, 503]) {
    it(`waits and tries again after ${status}`, async () => {
      const there = await bench.decoder("vllm");
      await there.prefill(MESSAGES);
      bench.server.misbehaviour = { how: { status, retryAfter: "0" }, times: 2 };
      assert.equal((await there.generate({ maxTokens: 3 })).tokens.length, 3);
    });
  }

  const failures: [what: string, how: ServerMisbehaviour["how"], code: string, message: RegExp][] = [
    ["stays busy", { status: 503 }, "server-busy", /busy: Loading model\.$/],
    ["wants another key", { status: 401 }, "server-key", /wants another key/],
    ["refuses", { status: 400 }, "server-refused", /\(400\): Loading model\.$/],
    ["fails", { status: 500 }, "server-failed", /\(500\)/],
    ["hangs", "hang", "server-silent", /stopped in the middle/],
    ["streams garbage", "garbage", "server-garbage", /else than JSON/],
    ["sends a page", "page", "server-garbage", /else than events/],
    ["says what is wrong", "error", "server-failed", /CUDA out of memory\.$/],
  ];
  for (const [what, how, code, message] of failures) {
    it(`one that ${what}: ${code}, and what came before stands`, async () => {
      const there = await bench.decoder("openai");
      await there.prefill(MESSAGES);
      bench.server.misbehaviour = { how, times: Infinity, after: 3 };
      await assert.rejects(there.generate({ maxTokens: 10 }), (error: ActionableError) => {
        assert.equal(error.code, code, error.stack);
        assert.match(error.message, message);
        assert.match(error.action!, /\.$/);
        return true;
      });
      const came = ["hang", "garbage", "error"].includes(String(how)) ? 3 : 0;
      const recorded = bench.events
        .filter((event) => event.t === "tokens")
        .reduce((sum, event) => sum + event.text.length, 0);
      assert.ok(recorded <= came);
      assert.equal(there.text === "", came === 0);
    });
  }

  it("is not there", async () => {
    const server = await bench.start("vllm");
    const client = new ServerClient(server.url, undefined, LIMITS);
    server.close();
    await assert.rejects(ServerModel.connect(client, {}, bench.controller.signal), { code: "server-unreachable" });
  });

  for (const [address, says] of [
    ["localhost:8080", /is not the address of a server/],
    ["http://", /is not the address of a server/],
    ["http://me:sk-secret@host:8080/v1", /^The address of the server at host:8080 holds a name or a key\.$/],
    ["http://sk-secret@host/v1", /^The address of the server at host holds a name or a key\.$/],
    ["http://host/v1?key=sk-secret", /^The address of the server at host has a query\.$/],
  ] as const) {
    it(`has no such address as ${address}`, () =>
      assert.throws(() => new ServerClient(address), { code: "server-address", message: says }));
  }

  it("is found whatever of its paths is named, in capitals as well", () => {
    for (const address of ["http://host:80/", "http://host:80/v1/", "http://host:80/v1/chat/completions"])
      assert.equal(new ServerClient(address).url, "http://host:80");
    assert.equal(new ServerClient("HTTP://host/v1").url, "HTTP://host");
  });
});
