import assert from "node:assert/strict";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import {
  cachedModels,
  cachedSnapshot,
  hubCacheFolder,
  isRepositoryPath,
} from "../../../src/engine/models/hub/cacheLayout";
import { describe as describeRepository, lookUp } from "../../../src/engine/models/hub/catalogue";
import { downloadModel } from "../../../src/engine/models/hub/download";
import type { DownloadOptions } from "../../../src/engine/models/hub/download";
import { Engine } from "../../../src/engine/engine";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { putGraph } from "./externalGraph";
import { COMMIT, LoopbackHub } from "./loopbackHub";
import { inEnglish } from "../../../src/core/text/l10n";

const ID = "owner/tiny-ONNX";
const MODELS = path.resolve("test/fixtures/models");
const LIMITS = { stall: 300, attempts: 3, pause: 5 };

describe("downloads from the hub", () => {
  let folder: string;
  let hub: LoopbackHub;
  const environment = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-hub-"));
    const source = path.join(folder, "source");
    await cp(path.join(MODELS, "tiny"), source, { recursive: true });
    await mkdir(path.join(source, "sub"));
    await writeFile(path.join(source, "README.md"), "not needed");
    await putGraph(source, "onnx/model_q4.onnx", "onnx/model_q4.onnx_data");
    hub = await LoopbackHub.start(ID, source);
    process.env["HF_ENDPOINT"] = hub.url;
    process.env["HF_HOME"] = path.join(folder, "home");
    delete process.env["HF_HUB_CACHE"];
    delete process.env["HF_TOKEN"];
  });
  afterEach(async () => {
    process.env = { ...environment };
    await hub.close();
    await rm(folder, { recursive: true });
  });

  const download = (extra: Partial<DownloadOptions> = {}) =>
    downloadModel({
      id: ID,
      dtype: "fp32",
      signal: new AbortController().signal,
      progress: () => undefined,
      limits: LIMITS,
      ...extra,
    });
  const transfersOf = (name: RegExp) => hub.transfers.filter((each) => name.test(each.path));

  it("tell the call for it how far they are, and not a run that goes on beside", async () => {
    const engine = new Engine({
      pocketFolder: MODELS,
      cacheFolder: path.join(folder, "cache"),
      notify: () => undefined,
    });
    const told = { download: [] as string[], run: [] as string[] };
    const tiny = { kind: "pocket", member: "tiny" } as const;
    const messages = [{ role: "user" as const, content: "How many apples?" }];
    const request = { id: "r", model: tiny, strategy: "chain-of-thought", options: { maxTokens: 8 }, messages };
    await Promise.all([
      engine.downloadModel(
        { id: ID, dtype: "fp32" },
        { progress: (message) => told.download.push(inEnglish(message)) },
      ),
      engine.run(request, { progress: (message) => told.run.push(inEnglish(message)) }),
    ]);
    await engine.unloadModels({});
    assert.deepEqual(told.run, ["Loading pocket:tiny"]);
    assert.ok(told.download.length > 1 && told.download.every((message) => message.includes(ID)));
  });

  it("shows variants, sizes and licence before anything is downloaded", async () => {
    const model = describeRepository(await lookUp({ id: ID }));
    const common = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];
    const size = async (names: string[]) => {
      const files = await Promise.all(names.map((name) => readFile(path.join(folder, "source", name))));
      return files.reduce((sum, file) => sum + file.length, 0);
    };
    assert.deepEqual(model, {
      id: ID,
      commit: COMMIT,
      licence: "mit",
      variants: [
        { dtype: "q4", bytes: await size([...common, "onnx/model_q4.onnx", "onnx/model_q4.onnx_data"]) },
        { dtype: "fp32", bytes: await size([...common, "onnx/model.onnx"]) },
      ],
    });
    assert.deepEqual(hub.transfers, []);
  });

  it("fills the standard cache, so that the model loads from there", async () => {
    const messages: [string, number][] = [];
    const snapshot = await download({ progress: (message, fraction) => messages.push([inEnglish(message), fraction]) });
    assert.equal(snapshot, path.join(folder, `home/hub/models--owner--tiny-ONNX/snapshots/${COMMIT}`));
    assert.equal(await cachedSnapshot(hubCacheFolder(), ID), snapshot);
    assert.equal(await cachedSnapshot(hubCacheFolder(), ID, COMMIT), snapshot);
    assert.deepEqual(await cachedModels(hubCacheFolder()), [ID]);
    assert.equal(transfersOf(/README|q4/).length, 0, "only what the variant needs");
    assert.match(messages.at(-1)![0], /^owner\/tiny-ONNX: 0\.2 of 0\.2 MB, \d+\.\d MB\/s$/);
    assert.equal(messages.at(-1)![1], 1);
    assert.ok(messages.every(([, fraction], index) => fraction >= (messages[index - 1]?.[1] ?? 0)));
    const model = await loadOnnxModel(snapshot, { id: ID, threads: 1 });
    assert.equal(model.facts.id, ID);
    await model.dispose();
  });

  it("adds a second variant without fetching again what is there", async () => {
    await download();
    const before = hub.transfers.length;
    const snapshot = await download({ dtype: "q4" });
    assert.deepEqual(
      hub.transfers.slice(before).map((each) => each.path),
      // The graph says what its weights are called.
      ["onnx/model_q4.onnx", "onnx/model_q4.onnx_data"],
    );
    await download({ dtype: "q4" });
    assert.equal(hub.transfers.length, before + 2);
    await access(path.join(snapshot, "onnx/model_q4.onnx_data"));
  });

  it("goes on where a connection was cut", async () => {
    hub.misbehaviour = { files: /model\.onnx$/, times: 2, how: "cut" };
    await download();
    const ranges = transfersOf(/model\.onnx$/).map((each) => each.range);
    assert.equal(ranges.length, 3);
    assert.equal(ranges[0], undefined);
    const starts = ranges.slice(1).map((range) => Number(/\d+/.exec(range!)![0]));
    assert.ok(starts[0]! > 90_000 && starts[1]! > starts[0]!);
  });

  it("goes on after a cancel, and takes nothing half-written for whole", async () => {
    hub.misbehaviour = { files: /model\.onnx$/, times: 1, how: "stall" };
    const controller = new AbortController();
    const cancelled = download({ signal: controller.signal, limits: { ...LIMITS, stall: 10_000 } });
    const blobFolder = path.join(folder, "home/hub/models--owner--tiny-ONNX/blobs");
    const halves = async () =>
      (await readdir(blobFolder).catch((): string[] => [])).filter((name) => name.endsWith(".incomplete"));
    const hasBegun = async () => {
      while (transfersOf(/model\.onnx$/).length === 0) await new Promise((resolve) => setTimeout(resolve, 10).unref());
    };
    await Promise.race([hasBegun(), cancelled]);
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(cancelled, { name: "AbortError" });
    assert.equal(await cachedSnapshot(hubCacheFolder(), ID), undefined);
    assert.equal((await halves()).length, 1);
    await download();
    assert.match(transfersOf(/model\.onnx$/).at(-1)!.range!, /^bytes=\d{4,}-$/);
  });

  const mended: [how: NonNullable<LoopbackHub["misbehaviour"]>["how"], what: string][] = [
    ["stall", "falls silent"],
    [503, "is busy"],
    [429, "wants us to wait"],
  ];
  for (const [how, what] of mended) {
    it(`tries again when the hub ${what}`, async () => {
      hub.misbehaviour = { files: /model\.onnx$/, times: 2, how };
      await download();
      assert.equal(transfersOf(/model\.onnx$/).length, 3);
    });
  }

  it("starts anew when the hub ignores the range", async () => {
    hub.misbehaviour = { files: /model\.onnx$/, times: 1, how: "cut" };
    const hubSends = { files: /model\.onnx$/, times: 1, how: "no-range" } as const;
    const first = download({ progress: (_, fraction) => fraction > 0.4 && (hub.misbehaviour = { ...hubSends }) });
    const model = await loadOnnxModel(await first, { threads: 1 });
    await model.dispose();
    assert.equal(transfersOf(/model\.onnx$/).length, 2);
  });

  const refused: [how: NonNullable<LoopbackHub["misbehaviour"]>["how"], code: string, message: RegExp][] = [
    ["longer", "hub-wrong-length", /another length of onnx\/model\.onnx/],
    ["damaged", "hub-wrong-content", /arrived damaged/],
    [404, "hub-missing", /has no owner\/tiny-ONNX/],
    [403, "hub-forbidden", /gated/],
    [500, "hub-failed", /\(500\)/],
  ];
  for (const [how, code, message] of refused) {
    it(`${how} for good: ${code}, and no snapshot`, async () => {
      hub.misbehaviour = { files: /model\.onnx$/, times: Infinity, how };
      await assert.rejects(download(), (error: ActionableError) => {
        assert.equal(error.code, code, error.stack);
        assert.match(error.message, message);
        assert.match(error.action!, /\.$/);
        return true;
      });
      assert.equal(await cachedSnapshot(hubCacheFolder(), ID), undefined);
    });
  }

  for (const size of [-5, 0.5, "many"]) {
    it(`passes over a file of ${size} bytes`, async () => {
      hub.announced.set("onnx/model.onnx", size as number);
      await assert.rejects(download(), { code: "model-dtype-missing" });
    });
  }

  const lies: [what: string, size: number, code: string][] = [
    ["shorter than it is", 100_000, "hub-wrong-length"],
    ["longer than it is", 300_000, "hub-wrong-length"],
    ["longer than the disk", 1e16, "disk-full"],
  ];
  for (const [what, size, code] of lies) {
    it(`refuses a file that the hub announces ${what}`, async () => {
      hub.announced.set("onnx/model.onnx", size);
      await assert.rejects(download(), { code });
      assert.equal(await cachedSnapshot(hubCacheFolder(), ID), undefined);
    });
  }

  it("gives up on a hub that breaks off without end, and keeps what came", async () => {
    hub.misbehaviour = { files: /model\.onnx$/, times: Infinity, how: "hang-up" };
    await assert.rejects(download(), { code: "hub-broke-off" });
  });

  it("says at once that the disk is full, and keeps what came", async () => {
    const [, , , blob] = (await lookUp({ id: ID })).common;
    const blobs = path.join(folder, "home/hub/models--owner--tiny-ONNX/blobs");
    await mkdir(blobs, { recursive: true });
    await symlink("/dev/full", path.join(blobs, `${blob!.hash.hex}.incomplete`));
    await assert.rejects(download({ limits: { ...LIMITS, pause: 60_000 } }), { code: "disk-full" });
    assert.equal((await readdir(blobs)).length, 4);
    assert.equal(await cachedSnapshot(hubCacheFolder(), ID), undefined);
  });

  it("says when the cache is no folder that can be written", async () => {
    await writeFile(path.join(folder, "home"), "a file");
    await assert.rejects(download(), (error: ActionableError) => {
      assert.equal(error.code, "cache-unwritable");
      assert.match(error.message, /\(ENOTDIR\)\.$/);
      return true;
    });
  });

  it("asks nobody when told to stay offline", async () => {
    process.env["HF_HUB_OFFLINE"] = "1";
    await assert.rejects(download(), { code: "hub-offline" });
  });

  it("says that nobody answers when nobody does", async () => {
    await hub.close();
    await assert.rejects(download(), {
      code: "hub-unreachable",
      message: /The hub at 127\.0\.0\.1:\d+ does not answer\./,
    });
  });

  it("sends a token to the hub and never to where it redirects", async () => {
    hub.token = "hf_secret";
    await assert.rejects(download(), { code: "hub-forbidden" });
    await download({ token: "hf_secret" });
    assert.ok(hub.transfers.length > 0 && hub.transfers.every((each) => !each.authorized));
  });

  const wrong: [what: string, options: Partial<DownloadOptions>, code: string][] = [
    ["a name that is none", { id: "../../etc" }, "model-name"],
    ["a revision that is a path out", { revision: "../../x" }, "model-name"],
    ["a model that is not there", { id: "owner/none" }, "hub-missing"],
    ["a variant that is not there", { dtype: "q8" }, "model-dtype-missing"],
  ];
  for (const [what, options, code] of wrong) {
    it(`refuses ${what}`, () => assert.rejects(download(options), { code }));
  }

  it("knows paths that lead out of a repository", () => {
    for (const good of ["config.json", "onnx/model.onnx", "a..b", "refs/pr/1"]) assert.ok(isRepositoryPath(good), good);
    for (const bad of ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a\\b", "C:x", "a/."])
      assert.ok(!isRepositoryPath(bad), bad);
  });
});
