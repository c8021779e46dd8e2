/** Completion servers as they were recorded: first our own, to try the recording, then the real ones in the fixtures. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ServerBench } from "./serverBench";
import { bytesOf, pieceOf, readWire, writeWire, type Wire } from "./wire";
import { WireProxy } from "./wireProxy";
import { WireReplay } from "./wireReplay";
import { outcome, play, SCENARIOS, type Scenario } from "./wireScenarios";

/** Those that are recorded from our own loopback server. */
const PLAYED = ["chain-of-thought", "deer", "deer-chat", "cancelled"];
const FIXTURES = path.resolve("test/fixtures/wire");

const named = (name: string): Scenario => SCENARIOS.find((each) => each.name === name)!;

/** Plays a recorded scenario again. @returns what came of it, and how it differed on the wire */
async function replayed({ exchanges }: Wire, scenario: Scenario) {
  const replay = await WireReplay.start(exchanges);
  try {
    const played = await play(replay.url, scenario);
    return { outcome: outcome(scenario, played), differences: replay.differences, left: replay.left };
  } finally {
    replay.close();
  }
}

describe("a recorded wire", function () {
  this.timeout(60_000);
  let bench: ServerBench;
  let wires: Map<string, Wire>;
  before(async () => {
    bench = await ServerBench.open();
    const server = await bench.start("llama.cpp");
    const proxy = await WireProxy.start(server.url);
    wires = new Map();
    for (const name of PLAYED) {
      proxy.exchanges = [];
      const came = outcome(named(name), await play(proxy.url, named(name)));
      const header = { wire: 1, scenario: name, server: "loopback", recorded: "2026-01-01T00:00:00.000Z" } as const;
      wires.set(name, readWire(writeWire({ header, exchanges: proxy.exchanges, outcome: came })));
    }
    proxy.close();
  });
  after(async () => {
    bench.server.close();
    await bench.model.dispose();
  });

  for (const name of PLAYED) {
    it(`replays ${name} to the same text, checks and reason`, async () => {
      const wire = wires.get(name)!;
      const again = await replayed(wire, named(name));
      assert.deepEqual(again.differences, []);
      assert.deepEqual(again.outcome, wire.outcome);
      assert.equal(again.left, 0);
    });
  }

  it("keeps streams in their pieces, and where the client left", () => {
    const streams = wires.get("deer")!.exchanges.filter(({ response }) => response.type.includes("event-stream"));
    assert.ok(streams.length > 1 && streams.every(({ response }) => response.pieces.length > 1));
    const last = wires.get("cancelled")!.exchanges.at(-1)!;
    assert.equal(last.response.ended, false);
  });

  it("notices a request that was not recorded, and rewording of a prompt does not count as one", async () => {
    const wire = wires.get("chain-of-thought")!;
    const reworded = structuredClone(wire);
    for (const { request } of reworded.exchanges) {
      const body = request.body as { prompt?: string } | undefined;
      if (typeof body?.prompt === "string") body.prompt = "Other words.";
    }
    assert.deepEqual((await replayed(reworded, named("chain-of-thought"))).differences, []);
    const other: Scenario = { ...named("chain-of-thought"), options: { temperature: 1 } };
    const replay = await WireReplay.start(wire.exchanges);
    await assert.rejects(play(replay.url, other), { code: "server-failed" });
    replay.close();
    assert.match(replay.differences[0]!, /"temperature":1.* instead of .*"temperature":0/);
  });

  it("carries half a character, and leaves out what it is told to", () => {
    const bytes = Buffer.from("🧠");
    for (const part of [bytes, bytes.subarray(0, 2), bytes.subarray(2)]) {
      assert.deepEqual(bytesOf(JSON.parse(JSON.stringify(pieceOf(part))) as string), part);
    }
    const wire = structuredClone(wires.get("chain-of-thought")!);
    const body = JSON.stringify({ model_path: "/home/somebody/models/model.gguf" });
    // The network may cut it anywhere.
    const pieces = [body.slice(0, 20), body.slice(20)];
    wire.exchanges[0]!.response = { status: 200, type: "application/json", pieces, ended: true };
    const text = writeWire(wire, ["/home/somebody/models"]);
    assert.ok(text.includes("…/model.gguf") && !text.includes("somebody"));
  });
});

describe("servers that were recorded", function () {
  this.timeout(60_000);
  const files = readdirSync(FIXTURES).filter((name) => name.endsWith(".jsonl"));
  it("were recorded in every scenario", () => {
    const scenarios = SCENARIOS.map(({ name }) => `${name}.jsonl`);
    assert.deepEqual(files.sort(), scenarios.sort());
  });
  for (const file of files) {
    const wire = readWire(readFileSync(path.join(FIXTURES, file), "utf8"));
    const { server, scenario } = wire.header;
    it(`${server}: ${scenario} comes to what it came to then`, async () => {
      const again = await replayed(wire, named(scenario));
      assert.deepEqual(again.differences, []);
      assert.deepEqual(again.outcome, wire.outcome);
    });
  }
});
