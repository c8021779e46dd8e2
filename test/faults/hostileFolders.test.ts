/** Model folders from elsewhere that would block, fill or lead astray who opens them: each ends soon, with one sentence. */
import assert from "node:assert/strict";
import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  LAST_WORDS,
  type EngineApi,
  type EngineNotifications,
  type RunRequest,
} from "../../src/core/protocol/engineApi";
import { RpcPeer, toErrorShape, type RpcMessage } from "../../src/core/protocol/rpc";

const ENGINE = path.resolve("dist/engine.cjs");
const TINY = path.resolve("test/fixtures/models/tiny");
/** Deadline of reading a tokenizer, and what a loaded machine may be late. */
const MOST_SECONDS = 10 + 5;
/** Beyond an engine that does nothing. */
const MOST_MIB = 500;

type Json = Record<string, unknown>;

/** Changes one of the JSON files of the folder. */
const edit = (file: string, change: (json: Json) => void) => (folder: string) => {
  const json = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Json;
  change(json);
  writeFileSync(path.join(folder, file), JSON.stringify(json));
};
const template = (source: string) => edit("tokenizer_config.json", (json) => (json["chat_template"] = source));
const replacing = (name: string, make: (file: string) => void) => (folder: string) => {
  rmSync(path.join(folder, name), { force: true });
  make(path.join(folder, name));
};

const LIST = `[${"1,".repeat(200)}1]`;
const FOLDERS: [what: string, make: (folder: string) => void][] = [
  ["a template with nested loops over lists", template(`{% for a in ${LIST} %}`.repeat(6) + "{% endfor %}".repeat(6))],
  ["a template that counts for ever", template("{% for a in range(9000) %}".repeat(4) + "{% endfor %}".repeat(4))],
  [
    "a template that doubles a text",
    template(
      '{% set ns = namespace(x="ab") %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}',
    ),
  ],
  ["a template that calls itself", template("{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}")],
  ["a template of many brackets", template(`{{ ${"(".repeat(20_000)}1${")".repeat(20_000)} }}`)],
  ["a huge template", template("{% if messages %}a{% endif %}".repeat(200_000))],
  [
    "a token whose id is out of all bounds",
    edit("tokenizer.json", (json) =>
      (json["added_tokens"] as Json[]).push({
        ...(json["added_tokens"] as Json[])[0]!,
        id: 2_000_000_000,
        content: "x!",
      }),
    ),
  ],
  [
    "a normalizer that doubles what it reads",
    edit("tokenizer.json", (json) => {
      const double = { type: "Replace", pattern: { Regex: "." }, content: "aa" };
      json["normalizer"] = { type: "Sequence", normalizers: Array.from({ length: 40 }, () => double) };
    }),
  ],
  [
    "a pattern that takes exponential time",
    edit("tokenizer.json", (json) => {
      json["pre_tokenizer"] = {
        type: "Split",
        pattern: { Regex: "(a+)+$|(?:\\s|\\w)*!$|(\\w+\\s?)+#" },
        behavior: "Isolated",
        invert: false,
      };
    }),
  ],
  ["a vocabulary that is no list", edit("tokenizer.json", (json) => (json["model"] = { type: "BPE", vocab: 7 }))],
  [
    "a configuration of other kinds",
    edit("config.json", (json) => Object.keys(json).forEach((key) => (json[key] = []))),
  ],
  [
    "a configuration without end",
    replacing("config.json", (file) => writeFileSync(file, `{"a":${"[".repeat(500_000)}`)),
  ],
  ["a graph that is a pipe", replacing("onnx/model.onnx", (file) => void execFileSync("mkfifo", [file]))],
  ["a graph that is an endless device", replacing("onnx/model.onnx", (file) => symlinkSync("/dev/zero", file))],
  ["a graph that leads out of the folder", replacing("onnx/model.onnx", (file) => symlinkSync("/etc/hosts", file))],
  ["a graph that is a folder", replacing("onnx/model.onnx", (file) => cpSync(TINY, file, { recursive: true }))],
  ["a tokenizer that is an endless device", replacing("tokenizer.json", (file) => symlinkSync("/dev/zero", file))],
  ["a configuration that is a pipe", replacing("config.json", (file) => void execFileSync("mkfifo", [file]))],
  ["a template that is a pipe", (folder) => void execFileSync("mkfifo", [path.join(folder, "chat_template.jinja")])],
  [
    "a tokenizer of a gigabyte",
    replacing("tokenizer.json", (file) => {
      writeFileSync(file, "{");
      truncateSync(file, 2 ** 30);
    }),
  ],
  ["a graph cut in the middle", (folder) => truncateSync(path.join(folder, "onnx/model.onnx"), 3000)],
  ["a graph of zeros", replacing("onnx/model.onnx", (file) => writeFileSync(file, new Uint8Array(1 << 20)))],
  [
    "a graph of one bit",
    replacing("onnx/model.onnx", (file) => writeFileSync(file, new Uint8Array(1 << 16).fill(255))),
  ],
  ["no tokenizer", (folder) => rmSync(path.join(folder, "tokenizer.json"))],
];

class Engine {
  private readonly child: ChildProcess;
  private readonly peer: RpcPeer<EngineApi, object, EngineNotifications>;
  private stderr = "";
  private readonly watch: NodeJS.Timeout;
  peakMiB = 0;

  constructor() {
    this.child = fork(ENGINE, [], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.peer = new RpcPeer({ send: (message) => void this.child.send(message, () => undefined) });
    this.child.on("message", (message) => this.peer.receive(message as RpcMessage));
    this.child.stderr!.on("data", (part: Buffer) => (this.stderr += String(part)));
    this.child.on("close", () => this.peer.close({ code: "engine-died", message: this.lastWords, action: undefined }));
    this.watch = setInterval(() => (this.peakMiB = Math.max(this.peakMiB, this.residentMiB())), 20);
  }

  get call() {
    return this.peer.remote;
  }

  private get lastWords(): string {
    const line = this.stderr.split("\n").find((each) => each.startsWith(LAST_WORDS));
    return line?.slice(LAST_WORDS.length) ?? `It died without a word: ${this.stderr.slice(-300)}`;
  }

  residentMiB(): number {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }

  end(): void {
    clearInterval(this.watch);
    this.child.kill("SIGKILL");
  }
}

const request = (folder: string): RunRequest => ({
  id: "r",
  model: { kind: "folder", path: folder },
  strategy: "chain-of-thought",
  options: { maxTokens: 4 },
  messages: [{ role: "user", content: `What is 3 + 4? ${"aa ".repeat(40)}` }],
});

describe("a hostile model folder", function () {
  this.timeout(60_000);
  let root: string;
  let idleMiB: number;
  const rows: string[] = [];
  before(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), "thoughtlens-hostile-"));
    const engine = new Engine();
    await engine.call.run(request(TINY));
    idleMiB = engine.residentMiB();
    engine.end();
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
    console.log(rows.join("\n"));
  });

  for (const [what, make] of FOLDERS) {
    it(`with ${what} ends soon, in little memory, with one sentence`, async () => {
      const folder = mkdtempSync(path.join(root, "model-"));
      cpSync(TINY, folder, { recursive: true });
      make(folder);
      const engine = new Engine();
      const started = performance.now();
      try {
        // A model that can be used after all is as good as one that says why not.
        const said = await engine.call.run(request(folder)).then(
          () => "ran",
          (error: unknown) => toErrorShape(error).message,
        );
        const seconds = (performance.now() - started) / 1000;
        const more = engine.peakMiB - idleMiB;
        rows.push(`      ${seconds.toFixed(1)} s, ${more.toFixed(0)} MiB: ${said}`);
        assert.ok(seconds < MOST_SECONDS, `${seconds} s`);
        assert.ok(more < MOST_MIB, `${more} MiB`);
        assert.match(said, /^ran$|^[^\n]{10,300}\.$/);
        assert.doesNotMatch(said, /died without a word/);
      } finally {
        engine.end();
      }
    });
  }
});
