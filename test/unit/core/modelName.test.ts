import assert from "node:assert/strict";
import type { ModelReference } from "../../../src/core/protocol/engineApi";
import type { NameSurroundings } from "../../../src/core/protocol/modelName";
import {
  formatModelName,
  hubNamed,
  inDtype,
  modelTitle,
  parseModelName,
  pocketNamed,
  serverNamed,
  shortModelName,
} from "../../../src/core/protocol/modelName";

const POSIX: NameSurroundings = { base: "/home/bea/here", home: "/home/ann" };
const WINDOWS: NameSurroundings = { base: "C:\\work\\here", home: "C:\\Users\\ann" };
const folder = (path: string, dtype?: string): ModelReference => ({
  kind: "folder",
  path,
  ...(dtype ? { dtype } : {}),
});
const hub = (id: string, rest: object = {}): ModelReference => ({ kind: "hub", id, ...rest });
const server = (url: string, rest: object = {}): ModelReference => ({ kind: "server", url, ...rest });
const pocket = (rest: object = {}): ModelReference => ({ kind: "pocket", ...rest });

describe("model names", () => {
  const cases: [name: string, expected: ModelReference, surroundings?: NameSurroundings][] = [
    ["pocket", pocket()],
    [" pocket ", pocket()],
    ["pocket:base", pocket({ member: "base" })],
    ["pocket:coconut-pause", pocket({ member: "coconut-pause" })],
    ["pocket:fp32", pocket({ dtype: "fp32" })],
    ["pocket:base:fp32", pocket({ member: "base", dtype: "fp32" })],

    ["/models/mine", folder("/models/mine")],
    ["/models/mine/", folder("/models/mine")],
    ["/models/./a/../mine", folder("/models/mine")],
    ["/", folder("/")],
    ["/models/my model", folder("/models/my model")],
    ["/models/mine:q4", folder("/models/mine", "q4")],
    ["/models/mine:q4/", folder("/models/mine:q4")],
    ["/models/12:30", folder("/models/12:30")],
    ["./mine", folder("/home/bea/here/mine")],
    ["../mine", folder("/home/bea/mine")],
    [".", folder("/home/bea/here")],
    ["..", folder("/home/bea")],
    ["../../../../mine", folder("/mine")],
    ["models/mine/fp32", folder("/home/bea/here/models/mine/fp32")],
    ["models/mine/fp32:fp16", folder("/home/bea/here/models/mine/fp32", "fp16")],
    ["./owner/name", folder("/home/bea/here/owner/name")],
    ["./pocket", folder("/home/bea/here/pocket")],
    ["~", folder("/home/ann")],
    ["~/mine:q8", folder("/home/ann/mine", "q8")],

    ["C:\\models\\mine", folder("C:\\models\\mine"), WINDOWS],
    ["c:/models/mine/", folder("c:\\models\\mine"), WINDOWS],
    ["C:\\models\\mine:q4", folder("C:\\models\\mine", "q4"), WINDOWS],
    ["\\\\host\\share\\mine", folder("\\\\host\\share\\mine"), WINDOWS],
    ["..\\mine", folder("C:\\work\\mine"), WINDOWS],
    ["~\\mine", folder("C:\\Users\\ann\\mine"), WINDOWS],
    ["D:\\", folder("D:\\"), WINDOWS],

    ["onnx-community/Qwen3-0.6B-ONNX", hub("onnx-community/Qwen3-0.6B-ONNX")],
    ["a/b@main", hub("a/b", { revision: "main" })],
    ["a/b:q4f16", hub("a/b", { dtype: "q4f16" })],
    ["a/b@refs/pr/1:q4", hub("a/b", { revision: "refs/pr/1", dtype: "q4" })],
    ["a/b@v1.0", hub("a/b", { revision: "v1.0" })],
    ["https://huggingface.co/a/b", hub("a/b")],
    ["https://huggingface.co/a/b/", hub("a/b")],
    ["https://huggingface.co/a/b/tree/main/onnx", hub("a/b")],
    ["https://huggingface.co/a/b/tree/refs%2Fpr%2F1", hub("a/b", { revision: "refs/pr/1" })],
    ["https://hf.co/a/b:q4", hub("a/b", { dtype: "q4" })],
    ["huggingface.co/a/b", hub("a/b")],
    ["hf://a/b", hub("a/b")],
    ["https://router.huggingface.co/v1", server("https://router.huggingface.co/v1")],
    ["https://huggingface.co/api/models", server("https://huggingface.co/api/models")],

    ["http://127.0.0.1:8080/v1", server("http://127.0.0.1:8080/v1")],
    ["HTTPS://host", server("HTTPS://host")],
    ["http://host:11434#qwen3:0.6b", server("http://host:11434", { model: "qwen3:0.6b" })],
    ["http://host/v1#Qwen/Qwen3-0.6B", server("http://host/v1", { model: "Qwen/Qwen3-0.6B" })],
    ["http://host#", server("http://host")],
    ["http://host#api=chat", server("http://host", { api: "chat" })],
    ["http://host#model=a%2Fb&api=completions", server("http://host", { model: "a/b", api: "completions" })],
  ];
  for (const [name, expected, surroundings = POSIX] of cases) {
    it(`reads “${name}”`, () => assert.deepEqual(parseModelName(name, surroundings), expected));

    it(`writes what “${name}” stands for so that it is read again`, () => {
      // What is written holds everything: no surroundings are needed.
      assert.deepEqual(parseModelName(formatModelName(expected)), expected);
    });
  }

  const refused: [name: string, surroundings: NameSurroundings][] = [
    ...["", "  ", "no model", "pokcet", "pocket:", "pocket:../../etc", "pocket:a:b", "pocket:base:q5"].map(
      (name): [string, NameSurroundings] => [name, POSIX],
    ),
    ...[
      "ftp://host/x",
      "file:///models/mine",
      "http://",
      "http://host#api=soap",
      "http://host#size=2",
      "http://host#%zz",
    ].map((name): [string, NameSurroundings] => [name, POSIX]),
    // Where there is no place to start from, relative folders are no names.
    ...["./mine", "../etc", "models/../../etc", "a/b/c", "~/mine", ".."].map((name): [string, NameSurroundings] => [
      name,
      {},
    ]),
  ];
  for (const [name, surroundings] of refused) {
    const where = surroundings === POSIX ? "" : " with nothing to start from";
    it(`refuses “${name}”${where}`, () =>
      assert.throws(() => parseModelName(name, surroundings), { code: "model-name", action: /^Write (pocket|http)/ }));
  }

  it("say what is wrong with what follows a server's address, and do not repeat it", () => {
    for (const fragment of ["key=sk-secret", "api=sk-secret", "%zzsk-secret"])
      assert.throws(
        () => parseModelName(`http://host:81/v1#${fragment}`),
        (error: Error) => {
          assert.match(error.message, /^What stands behind the “#” of the server at host:81 names no model\.$/);
          return true;
        },
      );
  });

  describe("of folders that are there", () => {
    const there = ["/home/bea/here/owner/name", "/home/bea/here/mine", "/home/bea/here/pocket"];
    const surroundings = { ...POSIX, isFolder: (path: string) => there.includes(path) };
    const read = (name: string) => parseModelName(name, surroundings);

    it("go before models of the hub", () =>
      assert.deepEqual(read("owner/name:q4"), folder("/home/bea/here/owner/name", "q4")));
    it("need no ./", () => assert.deepEqual(read("mine"), folder("/home/bea/here/mine")));
    it("do not hide the included family", () => assert.deepEqual(read("pocket"), pocket()));
    it("leave other names to the hub", () => assert.deepEqual(read("owner/other"), hub("owner/other")));
  });

  it("take a dtype where the model is ours to load", () => {
    for (const reference of [pocket(), folder("/models/mine"), hub("a/b", { revision: "main", dtype: "q8" })])
      assert.deepEqual(inDtype(reference, "q4"), { ...reference, dtype: "q4" });
    assert.equal(inDtype(server("http://host"), "q4"), undefined);
  });

  it("tell of one kind whether they are of it", () => {
    const kinds = (name: string) =>
      [pocketNamed(name), hubNamed(name), serverNamed(name)].flatMap((each) => (each ? [each.kind] : []));
    assert.deepEqual(kinds("pocket:base"), ["pocket"]);
    assert.deepEqual(kinds(" a/b:q4 "), ["hub"]);
    assert.deepEqual(kinds("https://host"), ["server"]);
    assert.deepEqual(kinds("/a/b"), []);
  });

  it("are titles that name no place on this machine", () => {
    const titles: [ModelReference, string][] = [
      [pocket(), "pocket"],
      [pocket({ member: "base", dtype: "fp32" }), "pocket:base"],
      [folder("/home/ann/models/mine/", "q4"), "mine"],
      [folder("C:\\models\\mine"), "mine"],
      [hub("a/b", { revision: "main", dtype: "q4" }), "a/b"],
      [server("http://host:8080/v1"), "host:8080"],
      [server("http://host", { model: "qwen3" }), "qwen3"],
    ];
    for (const [reference, title] of titles) assert.equal(modelTitle(reference), title);
  });

  it("are short in a status bar, mistakes as well", () => {
    assert.equal(shortModelName("/models/mine/"), "mine");
    assert.equal(shortModelName("onnx-community/Qwen3-0.6B-ONNX"), "Qwen3-0.6B-ONNX");
    assert.equal(shortModelName("http://127.0.0.1:8080/v1"), "127.0.0.1:8080");
    assert.equal(shortModelName("http://127.0.0.1:8080/v1#qwen3"), "qwen3");
    assert.equal(shortModelName("no model"), "no model");
  });
});
