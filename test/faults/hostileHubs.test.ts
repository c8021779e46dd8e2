/** Hubs that list without end, lead astray, and send other files than they announced: each is left soon, with one sentence. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { attempt, besideSoundWork } from "./support/engineUnderWatch";
import { chosen, record } from "./support/faultTable";
import { forever, json, serve, type Answer, type Asked } from "./support/hostileServer";

const WAITING = { firstReply: 2, silence: 1, longest: 2 };
const MOST_SECONDS = 5;
const MOST_MIB = 500;
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const TOKEN = "hf_planted_token";

const INFO = {
  ...{ _id: "1", id: "a/b", sha: COMMIT, tags: ["onnx"], private: false, gated: false },
  ...{ likes: 0, downloads: 0, lastModified: "2026-01-01T00:00:00Z" },
};
const CONTENT = Buffer.from('{"model_type":"llama"}');
const oid = createHash("sha1").update(`blob ${CONTENT.length}\0`).update(CONTENT).digest("hex");
const entry = (name: string, size: unknown = CONTENT.length, more: object = {}) => ({
  ...{ type: "file", path: name, size, oid },
  ...more,
});
const FILES = [entry("config.json"), entry("tokenizer.json"), entry("onnx/model.onnx")];

interface Hub {
  info?: Answer;
  list?: Answer;
  file?: Answer;
}

/** A sound hub but for what is given. */
const hub =
  ({ info, list, file }: Hub): Answer =>
  (asked, response) => {
    if (asked.path.startsWith("/api/models/a/b/revision/"))
      return (info ?? (() => json(response, INFO)))(asked, response);
    if (asked.path.startsWith("/api/models/a/b/tree/")) return (list ?? (() => json(response, FILES)))(asked, response);
    return (file ?? (() => response.end(CONTENT)))(asked, response);
  };
const listing = (files: unknown) => hub({ list: (_, response) => json(response, files) });
const page = (response: ServerResponse, next: string, files: object[] = FILES) =>
  response
    .writeHead(200, { "Content-Type": "application/json", Link: `<${next}>; rel="next"` })
    .end(JSON.stringify(files));
const around = ({ path: at }: Asked, response: ServerResponse) => response.writeHead(302, { Location: at }).end();

const CASES: [what: string, answer: (elsewhere: string) => Answer][] = [
  [
    "goes on with its list at another host",
    (elsewhere) => hub({ list: (_, response) => page(response, `${elsewhere}/api`) }),
  ],
  [
    "lists without end",
    () => {
      let count = 0;
      return hub({
        list: (asked, response) => page(response, `http://${asked.host}/api/models/a/b/tree/x?cursor=${count++}`),
      });
    },
  ],
  [
    "lists without end in pages of thousands",
    () => {
      const many = Array.from({ length: 5000 }, (_, at) => entry(`${"folder/".repeat(20)}${at}.bin`));
      return hub({ list: (asked, response) => page(response, `http://${asked.host}/api/models/a/b/tree/x`, many) });
    },
  ],
  [
    "sends a list without end",
    () =>
      hub({
        list: (_, response) =>
          forever(response.writeHead(200, { "Content-Type": "application/json" }), "[".padEnd(65_536)),
      }),
  ],
  [
    "packs gigabytes into its answer",
    () =>
      hub({
        info: (_, response) =>
          forever(
            response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": "gzip" }),
            gzipSync(Buffer.alloc(64 * 2 ** 20, " ")),
          ),
      }),
  ],
  ["leads in circles", () => hub({ info: around })],
  ["leads in circles for its list", () => hub({ list: around })],
  ["leads in circles for a file", () => hub({ file: around })],
  [
    "leads to a file of this machine",
    () => hub({ file: (_, response) => response.writeHead(302, { Location: "file:///etc/passwd" }).end() }),
  ],
  [
    "leads elsewhere for a file",
    (elsewhere) => hub({ file: (_, response) => response.writeHead(302, { Location: `${elsewhere}/x` }).end() }),
  ],
  ["sends more than it announced", () => hub({ file: (_, response) => response.end(Buffer.alloc(100_000)) })],
  ["sends less than it announced", () => hub({ file: (_, response) => response.end("{}") })],
  [
    "sends other bytes than it announced",
    () => hub({ file: (_, response) => response.end(Buffer.alloc(CONTENT.length, "x")) }),
  ],
  ["sends a file without end", () => hub({ file: (_, response) => forever(response, Buffer.alloc(65_536)) })],
  ["drips a file", () => hub({ file: (_, response) => forever(response, "{", 300) })],
  ["falls silent in a file", () => hub({ file: (_, response) => void response.write("{") })],
  [
    "breaks files off",
    () => hub({ file: (_, response) => void response.write("{", () => setTimeout(() => response.destroy(), 10)) }),
  ],
  ["never answers", () => hub({ info: () => undefined })],
  ["never sends its list", () => hub({ list: () => undefined })],
  ["never sends a file", () => hub({ file: () => undefined })],
  ["fails each time", () => hub({ info: (_, response) => json(response, {}, 500) })],
  [
    "is busy for an hour",
    () => hub({ info: (_, response) => response.writeHead(429, { "Retry-After": "3600" }).end() }),
  ],
  ["fails for each file", () => hub({ file: (_, response) => response.writeHead(503).end() })],
  [
    "answers with a page",
    () => hub({ info: (_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html>") }),
  ],
  ["answers with null", () => hub({ info: (_, response) => json(response, null) })],
  [
    "names a commit that is a path",
    () => hub({ info: (_, response) => json(response, { ...INFO, sha: "../../../../x" }) }),
  ],
  ["lists null", () => listing(null)],
  ["lists numbers", () => listing([1, "a", null, {}])],
  [
    "lists paths that lead out",
    () => listing([...FILES, entry("../../../../out.json"), entry("/out.json"), entry("onnx/../../../../out.onnx")]),
  ],
  ["names content that leads out", () => listing(FILES.map((each) => ({ ...each, oid: "../../../../out" })))],
  ["lists files of no size", () => listing(FILES.map((each) => ({ ...each, size: -5 })))],
  [
    "lists files of all sizes",
    () => listing([entry("config.json", "x"), entry("tokenizer.json", 1e300), entry("onnx/model.onnx", 0.5)]),
  ],
  ["lists more than any disk holds", () => listing([...FILES.slice(0, 2), entry("onnx/model.onnx", 1e15)])],
];

describe("a hostile hub", function () {
  this.timeout(120_000);
  const suite = besideSoundWork();

  for (const [what, answer] of chosen(CASES, 8)) {
    it(`that ${what} is left soon, in little memory, with one sentence and nothing told to others`, async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "thoughtlens-hub-"));
      const told: string[] = [];
      const other = await serve(({ path: at, headers }, response) => {
        told.push(`${at} ${JSON.stringify(headers)}`);
        response.end();
      });
      const server = await serve(answer(other.url));
      const env = {
        HF_ENDPOINT: server.url,
        HF_HOME: path.join(folder, "a", "b", "home"),
        HF_HUB_CACHE: "",
        HF_HUB_OFFLINE: "",
      };
      try {
        const { said, code, seconds, mib } = await attempt(
          suite.idle.mib,
          async (call) => {
            await call.setWaiting(WAITING);
            await call.downloadModel({ id: "a/b", token: TOKEN });
          },
          env,
        );
        suite.rows.push(`      ${seconds.toFixed(1)} s, ${mib.toFixed(0)} MiB, ${what}: ${said}`);
        record("hostile hubs", { seconds, mib });
        assert.ok(seconds < MOST_SECONDS * suite.idle.slowness, `${seconds} s`);
        assert.ok(mib < MOST_MIB, `${mib} MiB`);
        assert.match(said, /^done$|^[^\n]{10,500}\.$/);
        assert.match(code, /^$|^(hub|net|reply|disk|model|cache)-/);
        assert.doesNotMatch(told.join("\n") + said, new RegExp(TOKEN));
        const made = readdirSync(folder, { recursive: true }).map(String);
        assert.deepEqual(
          made.filter((name) => !["a", "a/b"].includes(name) && !name.startsWith("a/b/home")),
          [],
        );
      } finally {
        server.close();
        other.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
