/** A key in the environment, and a server that repeats it in what it says: it reaches that server, and nothing else. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

const KEY = "sk-planted-in-this-test-0123456789";

/** Answers nothing but errors, with all that it was sent in them. */
async function echoing(status: number): Promise<{ server: Server; url: string; keys: (string | undefined)[] }> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    keys.push(authorization);
    const message = `Incorrect API key provided: ${authorization ?? "none"}`;
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ error: { message } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}

describe("a key in the environment of the command line", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-planted-"));
    const cache = path.join(folder, "cache");
    cli = await BundledCli.build(folder, {
      THOUGHTLENS_SERVER_KEY: KEY,
      XDG_CACHE_HOME: cache,
      HF_HOME: cache,
    });
    await writeFile(path.join(folder, "two.jsonl"), '{"question":"a","answer":"1"}\n{"question":"b","answer":"2"}\n');
    await writeFile(path.join(folder, "a.prompt.md"), "How many is 1 and 1?\n");
  });
  after(() => rm(folder, { recursive: true }));

  /** Files below the folder that hold the key. */
  async function leaked(): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    const held = await Promise.all(files.map(async (file) => (await readFile(file)).includes(KEY)));
    return files.filter((_, at) => held[at]);
  }

  for (const status of [400, 401]) {
    it(`stays out of output, traces and results where a server answers ${status} and repeats it`, async () => {
      const { server, url, keys } = await echoing(status);
      try {
        const out = path.join(folder, `traces-${status}`);
        const run = await cli.run("run", "a.prompt.md", "--model", url, "--out", out, "--json");
        const results = ["--results", `r-${status}.bench.jsonl`];
        const bench = await cli.run("bench", "--data", "two.jsonl", "--limit", "1", "--model", url, ...results);
        assert.ok(keys.includes(`Bearer ${KEY}`));
        for (const { out: said, err } of [run, bench]) assert.ok(!`${said}${err}`.includes(KEY), `${said}${err}`);
        assert.deepEqual(await leaked(), []);
      } finally {
        server.close();
      }
    });
  }

  it("is not sent to a server that only a file of results names", async () => {
    const { server, url, keys } = await echoing(500);
    try {
      const file = path.join(folder, "named.bench.jsonl");
      await cli.run(
        "bench",
        "--data",
        "two.jsonl",
        "--model",
        url,
        "--strategies",
        "chain-of-thought",
        "--results",
        file,
      );
      const before = keys.length;
      assert.ok(before > 0 && keys.every((key) => key === `Bearer ${KEY}`));
      const { err } = await cli.run("bench", "--resume", file);
      assert.ok(keys.length > before && keys.slice(before).every((key) => key === undefined));
      assert.match(err, /is not given the key in THOUGHTLENS_SERVER_KEY/);
      assert.deepEqual(await leaked(), []);
    } finally {
      server.close();
    }
  });
});
