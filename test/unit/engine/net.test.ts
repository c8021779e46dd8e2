import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { lookUp } from "../../../src/engine/models/hub/catalogue";
import { ask } from "../../../src/engine/net/ask";
import { proxyFor } from "../../../src/engine/net/proxy";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

describe("the network", () => {
  const servers: Server[] = [];
  const environment = { ...process.env };
  beforeEach(() => {
    process.env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
  });
  afterEach(() => {
    process.env = { ...environment };
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(handle: Handle): Promise<{ url: string; server: Server }> {
    const server = createServer(handle).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  const { signal } = new AbortController();
  const secrets = { authorization: "Bearer hf_secret" };

  describe("proxies", () => {
    it("are asked for the whole address, and tunnel to TLS", async () => {
      const seen: string[] = [];
      const proxy = await listen((request, response) => {
        seen.push(`${request.method} ${request.url}`);
        response.end("through");
      });
      proxy.server.on("connect", (request, socket) => {
        seen.push(`CONNECT ${request.url}`);
        socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      });
      process.env["HTTP_PROXY"] = process.env["https_proxy"] = proxy.url;
      const reply = await ask("http://hub.invalid/api", { signal });
      assert.equal(await reply.text(100), "through");
      await assert.rejects(ask("https://hub.invalid/api", { signal }), {
        code: "proxy-refused",
        message: `The proxy ${new URL(proxy.url).host} refuses to connect to hub.invalid (403).`,
      });
      assert.deepEqual(seen, ["GET http://hub.invalid/api", "CONNECT hub.invalid:443"]);
    });

    it("that want to know who asks say so, with and without a tunnel", async () => {
      const proxy = await listen((_, response) => response.writeHead(407).end("who are you?"));
      proxy.server.on("connect", (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
      process.env["HTTP_PROXY"] = process.env["https_proxy"] = proxy.url;
      for (const url of ["http://hub.invalid/api", "https://hub.invalid/api"])
        await assert.rejects(ask(url, { signal }), {
          code: "proxy-refused",
          message: `The proxy ${new URL(proxy.url).host} refuses to connect to hub.invalid (407).`,
          action: "Put its user name and password into HTTP_PROXY and HTTPS_PROXY.",
        });
    });

    it("that do not answer are named", async () => {
      const gone = await listen(() => undefined);
      gone.server.close();
      process.env["HTTP_PROXY"] = gone.url;
      await assert.rejects(ask("http://hub.invalid/", { signal }), { code: "proxy-unreachable" });
    });

    for (const [why, env, url, proxied] of [
      ["by scheme", { HTTPS_PROXY: "http://p:1" }, "http://a.b/", false],
      ["small letters go first", { http_proxy: "http://p:1", HTTP_PROXY: "http://q:2" }, "http://a.b/", true],
      ["a host without a scheme", { HTTP_PROXY: "p:1" }, "http://a.b/", true],
      ["not to this machine", { HTTP_PROXY: "http://p:1" }, "http://127.0.0.1:8080/", false],
      ["not to localhost", { HTTP_PROXY: "http://p:1" }, "http://localhost/", false],
      ["not to a host of NO_PROXY", { HTTP_PROXY: "http://p:1", NO_PROXY: "x, a.b" }, "http://a.b/", false],
      ["not to a part of its domain", { HTTP_PROXY: "http://p:1", no_proxy: ".b" }, "http://a.b/", false],
      ["to another domain with its end", { HTTP_PROXY: "http://p:1", NO_PROXY: "b.com" }, "http://ab.com/", true],
      ["by port", { HTTP_PROXY: "http://p:1", NO_PROXY: "a.b:81" }, "http://a.b/", true],
      ["not to its port", { HTTP_PROXY: "http://p:1", NO_PROXY: "a.b:80" }, "http://a.b/", false],
      ["for all", { ALL_PROXY: "http://p:1" }, "https://a.b/", true],
      ["for all, a host without a scheme", { all_proxy: "p:1" }, "http://a.b/", true],
      ["for all, of another kind", { ALL_PROXY: "socks5://p:1" }, "http://a.b/", false],
      ["of its own before the one for all", { HTTP_PROXY: "http://p:1", ALL_PROXY: "http://q:1" }, "http://a.b/", true],
      ["to nothing", { HTTP_PROXY: "http://p:1", NO_PROXY: "*" }, "http://a.b/", false],
    ] as [string, NodeJS.ProcessEnv, string, boolean][]) {
      it(why, () => assert.equal(proxyFor(new URL(url), env), proxied ? "p:1" : undefined));
    }

    it("of another kind are refused in one sentence, without the name and password in it", () => {
      const env = { HTTP_PROXY: "socks5://me:secret@p:1" };
      assert.throws(
        () => proxyFor(new URL("http://a.b/"), env),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, "proxy-address");
          return !error.message.includes("secret");
        },
      );
    });
  });

  describe("credentials", () => {
    it("do not go along to another host, nor back from there", async () => {
      const got: string[] = [];
      const note = (name: string, request: IncomingMessage) =>
        got.push(`${name} ${request.headers.authorization ?? "-"}`);
      const home = await listen((request, response) => {
        note("home", request);
        response.writeHead(302, { location: `${away.url}/x` }).end();
      });
      const away = await listen((request, response) => {
        note("away", request);
        response.end("there");
      });
      const reply = await ask(home.url, { secrets, signal, redirects: 3 });
      assert.equal(await reply.text(100), "there");
      assert.deepEqual(got, ["home Bearer hf_secret", "away -"]);
    });

    it("stay at home where nothing may be followed", async () => {
      const home = await listen((_, response) => void response.writeHead(307, { location: "/other" }).end());
      await assert.rejects(ask(home.url, { secrets, signal }), { code: "net-redirect" });
    });

    it("end with a circle of redirects", async () => {
      let asked = 0;
      const home = await listen((_, response) => {
        asked += 1;
        response.writeHead(302, { location: "/again" }).end();
      });
      await assert.rejects(ask(home.url, { signal, redirects: 4 }), { code: "net-redirect" });
      assert.equal(asked, 5);
    });
  });

  describe("bodies", () => {
    it("are read no further than is said, packed or not", async () => {
      const bomb = gzipSync(Buffer.alloc(200_000_000));
      const server = await listen((_, response) => {
        response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
      });
      const before = process.memoryUsage().rss;
      const reply = await ask(server.url, { signal });
      await assert.rejects(reply.text(1_000_000), { code: "reply-too-long" });
      assert.ok(process.memoryUsage().rss - before < 150e6);
    });

    const packings: [encoding: string, pack: (text: string) => Buffer][] = [
      ["gzip", gzipSync],
      ["x-gzip", gzipSync],
      ["deflate", deflateSync],
      ["br", brotliCompressSync],
      ["identity", Buffer.from],
      ["nonsense", Buffer.from],
    ];
    for (const [encoding, pack] of packings)
      it(`are unpacked, also where nobody asked for ${encoding}`, async () => {
        const server = await listen((_, response) => {
          response.writeHead(200, { "content-encoding": encoding }).end(pack("zwölf"));
        });
        assert.equal(await (await ask(server.url, { signal })).text(100), "zwölf");
      });

    it("that were cut while packed fail, and nothing hangs", async () => {
      const server = await listen((_, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": "4000" });
        response.write(gzipSync("a".repeat(100)).subarray(0, 20), () => response.destroy());
      });
      await assert.rejects((await ask(server.url, { signal })).text(1000));
    });

    it("are not packed where a part of them is asked for, whatever the case of a header's name", async () => {
      const asked: IncomingMessage["headers"][] = [];
      const server = await listen((request, response) => {
        asked.push(request.headers);
        response.end("part");
      });
      await (await ask(server.url, { headers: { Range: "bytes=3-", ACCEPT: "text/plain" }, signal })).text(100);
      const { accept, range, "accept-encoding": encoding } = asked[0]!;
      assert.deepEqual([accept, range, encoding], ["text/plain", "bytes=3-", "identity"]);
    });

    it("that are given up keep nobody from asking again", async () => {
      const server = await listen((_, response) => void response.end(Buffer.alloc(5_000_000)));
      for (let nth = 0; nth < 3; nth++) await (await ask(server.url, { signal })).drop();
      assert.equal((await (await ask(server.url, { signal })).text(6_000_000)).length, 5_000_000);
    });

    it("behind an address with a name and a password are not asked for", async () => {
      const server = await listen((_, response) =>
        response.writeHead(302, { location: "http://me:secret@127.0.0.1:1/" }).end(),
      );
      await assert.rejects(ask(server.url, { redirects: 2, signal }), (error: Error & { code: string }) => {
        assert.equal(error.code, "net-redirect");
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    });

    it("that never come end with the signal", async () => {
      const server = await listen((_, response) => void response.writeHead(200).write("a"));
      const reply = await ask(server.url, { signal: AbortSignal.timeout(100) });
      await assert.rejects(reply.text(100), { name: "TimeoutError" });
    });
  });

  describe("the hub's list of files", () => {
    const info = { id: "a/b", sha: "0".repeat(40), tags: [], private: false, gated: false };
    const file = (name: string) => ({ type: "file", path: name, size: 1, oid: "1".repeat(40) });

    async function hub(list: (page: number, request: IncomingMessage, response: ServerResponse) => void) {
      let page = 0;
      const { url } = await listen((request, response) => {
        response.setHeader("content-type", "application/json");
        if (request.url!.includes("/tree/") || request.url!.includes("next")) list(page++, request, response);
        else response.end(JSON.stringify(info));
      });
      process.env["HF_ENDPOINT"] = url;
      return url;
    }

    it("does not lead the token to another host", async () => {
      const got: string[] = [];
      const thief = await listen((request, response) => {
        got.push(request.headers.authorization ?? "");
        response.end("[]");
      });
      await hub((_, __, response) => {
        response.setHeader("link", `<${thief.url}/next>; rel="next"`);
        response.end(JSON.stringify([file("config.json")]));
      });
      await assert.rejects(lookUp({ id: "a/b", token: "hf_secret" }), { code: "hub-elsewhere" });
      assert.deepEqual(got, []);
    });

    it("goes on over its pages, and ends where it has no end", async () => {
      const url = await hub((page, _, response) => {
        if (page < 3) response.setHeader("link", `<${process.env["HF_ENDPOINT"]}/next?${page}>; rel="next"`);
        response.end(JSON.stringify([file(page === 3 ? "onnx/model.onnx" : page === 1 ? "config.json" : `x${page}`)]));
      });
      assert.equal((await lookUp({ id: "a/b" })).files.size, 4);
      await hub((page, _, response) => {
        response.setHeader("link", `<${process.env["HF_ENDPOINT"]}/next?${page}>; rel="next"`);
        response.end(JSON.stringify([file(`x${page}`)]));
      });
      assert.notEqual(process.env["HF_ENDPOINT"], url);
      await assert.rejects(lookUp({ id: "a/b" }), { code: "hub-endless" });
    });

    it("may not unpack to more than a list takes", async function () {
      this.timeout(60_000);
      const bomb = gzipSync(Buffer.alloc(300_000_000, " "));
      await hub((_, __, response) => {
        response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
      });
      await assert.rejects(lookUp({ id: "a/b" }), { code: "hub-endless" });
    });

    it("can be cancelled", async () => {
      await hub(() => undefined);
      const reason = new Error("cancelled");
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 50);
      await assert.rejects(lookUp({ id: "a/b", signal: controller.signal }), (error) => error === reason);
    });
  });
});
