import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { graphPlaces, likelyWeights } from "../../../src/engine/files/graphFiles";
import { cachedModels, hubCacheFolder } from "../../../src/engine/models/hub/cacheLayout";
import { describe as describeRepository, lookUp } from "../../../src/engine/models/hub/catalogue";
import { downloadModel } from "../../../src/engine/models/hub/download";
import { KindFolders } from "../onnx/kindFolders";
import { putGraph } from "./externalGraph";
import { LoopbackHub } from "./loopbackHub";

const ID = "owner/tiny";
const TINY = path.resolve("test/fixtures/models/tiny");
const SETTINGS = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];

describe("layouts of models on the hub", () => {
  let folder: string;
  const environment = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-layouts-"));
    process.env["HF_HOME"] = path.join(folder, "home");
    delete process.env["HF_HUB_CACHE"];
  });
  afterEach(async () => {
    process.env = { ...environment };
    await rm(folder, { recursive: true });
  });

  /** A repository with its settings in `home`, and one graph. */
  async function repository(home: string, graph: string, weights: string): Promise<string> {
    const source = path.join(folder, "source");
    await mkdir(path.join(source, home), { recursive: true });
    for (const name of SETTINGS) await cp(path.join(TINY, name), path.join(source, home, name));
    await putGraph(source, graph, weights);
    return source;
  }

  async function fetched(
    source: string,
    lists: LoopbackHub["lists"] = "tree",
  ): Promise<{ snapshot: string; paths: string[]; dtypes: string[] }> {
    const hub = await LoopbackHub.start(ID, source);
    hub.lists = lists;
    process.env["HF_ENDPOINT"] = hub.url;
    try {
      const { variants } = describeRepository(await lookUp({ id: ID }));
      const signal = new AbortController().signal;
      const snapshot = await downloadModel({ id: ID, signal, progress: () => undefined });
      const paths = hub.transfers
        .map((each) => each.path)
        .filter((name) => name.includes(".onnx") || !name.endsWith(".json"));
      return { snapshot, paths, dtypes: variants.map(({ dtype }) => dtype) };
    } finally {
      await hub.close();
    }
  }

  for (const [why, home, graph, weights, dtype] of [
    ["model.onnx.data", "", "onnx/model.onnx", "onnx/model.onnx.data", "fp32"],
    ["model.onnx_data", "", "onnx/model.onnx", "onnx/model.onnx_data", "fp32"],
    ["a name that has nothing to do with the graph's", "", "onnx/model_q4.onnx", "onnx/weights.bin", "q4"],
    ["weights in a folder beside", "", "onnx/model.onnx", "onnx/parts/layer 1.weight", "fp32"],
    ["graph and settings at the root", "", "model.onnx", "model.onnx.data", "fp32"],
    [
      "a generator's folder with everything in it",
      "cpu_and_mobile/cpu-int4-rtn-block-32-acc-level-4",
      "cpu_and_mobile/cpu-int4-rtn-block-32-acc-level-4/model.onnx",
      "cpu_and_mobile/cpu-int4-rtn-block-32-acc-level-4/model.onnx.data",
      "q4",
    ],
    ["settings beside the graph, none at the root", "onnx", "onnx/model.onnx", "onnx/model.onnx_data", "fp32"],
    [
      "a generator's folder whose settings lie at the root",
      "",
      "cpu/int4/model.onnx",
      "cpu/int4/model.onnx.data",
      "q4",
    ],
  ] as const) {
    it(`${why}: fetched and run`, async () => {
      const source = await repository(home, graph, weights);
      const { snapshot, paths, dtypes } = await fetched(source);
      assert.deepEqual(paths.sort(), [graph, weights].sort());
      assert.deepEqual(dtypes, [dtype]);
      assert.deepEqual(await cachedModels(hubCacheFolder()), [ID]);
      const model = await loadOnnxModel(snapshot, { threads: 1 });
      assert.equal(model.facts.dtype, dtype);
      assert.ok(model.tokenizer.encode("a").length > 0);
      await model.dispose();
    });
  }

  it("a mirror that has no list of files, but names them: fetched and run", async () => {
    const source = await repository("", "onnx/model_q4.onnx", "onnx/weights.bin");
    const { snapshot, paths, dtypes } = await fetched(source, "names");
    assert.deepEqual(paths.sort(), ["onnx/model_q4.onnx", "onnx/weights.bin"]);
    assert.deepEqual(dtypes, ["q4"]);
    const model = await loadOnnxModel(snapshot, { threads: 1 });
    assert.ok(model.tokenizer.encode("a").length > 0);
    await model.dispose();
  });

  it("a mirror that says SHA-1 of the files themselves", async () => {
    const source = await repository("", "onnx/model.onnx", "onnx/model.onnx.data");
    const { paths } = await fetched(source, "names-sha1");
    assert.deepEqual(paths.sort(), ["onnx/model.onnx", "onnx/model.onnx.data"]);
  });

  it("a mirror of another interface: says what to do", async () => {
    const source = await repository("", "onnx/model.onnx", "onnx/model.onnx.data");
    await assert.rejects(fetched(source, "nothing"), {
      code: "hub-missing",
      message:
        /^The hub at 127\.0\.0\.1:\d+ has no owner\/tiny, or does not name a model's files as Hugging Face does\.$/,
      action: /HF_ENDPOINT, or download the model with the mirror's own program/,
    });
  });

  it("a model in two graphs, one of which looks embeddings up: both are fetched, counted and run", async () => {
    const kinds = new KindFolders();
    const source = await kinds.split("kinds-recurrent");
    const { snapshot, paths } = await fetched(source);
    assert.deepEqual(paths.sort(), ["onnx/decoder_model_merged.onnx", "onnx/embed_tokens.onnx"]);
    const model = await loadOnnxModel(snapshot, { threads: 1 });
    assert.ok(model.has("soft-tokens"));
    await model.dispose();
    await kinds.remove();
  });

  it("a graph whose weights the hub does not have is refused before anything counts as there", async () => {
    const source = await repository("", "onnx/model.onnx", "onnx/model.onnx.data");
    await rm(path.join(source, "onnx/model.onnx.data"));
    await assert.rejects(fetched(source), {
      code: "hub-weights-missing",
      message: /keeps weights in model\.onnx\.data/,
    });
    const snapshots = await readdir(path.join(hubCacheFolder(), "models--owner--tiny", "snapshots"), {
      recursive: true,
    });
    assert.ok(snapshots.every((name) => !name.endsWith(".onnx")));
  });

  it("what there is instead of a whole model is named", async () => {
    const source = await repository("", "onnx/decoder_model.onnx", "onnx/w.data");
    await assert.rejects(fetched(source), {
      code: "hub-no-onnx",
      message: /whole language model .* onnx\/decoder_model\.onnx\.$/,
    });
    const other = await repository("", "onnx/model.onnx", "onnx/w.data");
    await rm(path.join(other, "config.json"));
    await assert.rejects(fetched(other), { code: "hub-no-onnx", message: /has no config\.json/ });
  });

  it("a file of another length than the hub's is fetched again", async () => {
    const source = await repository("", "onnx/model.onnx", "onnx/model.onnx_data");
    const { snapshot } = await fetched(source);
    await rm(path.join(snapshot, "onnx/model.onnx_data"));
    await writeFile(path.join(snapshot, "onnx/model.onnx_data"), "cut");
    const { paths } = await fetched(source);
    assert.deepEqual(paths, []);
    await (await loadOnnxModel(snapshot, { threads: 1 })).dispose();
  });

  for (const [name, value, code] of [
    ["HF_ENDPOINT", "hf-mirror.com", "hub-address"],
    ["HF_ENDPOINT", "ftp://hf-mirror.com", "hub-address"],
    ["HF_HUB_OFFLINE", "true", "hub-offline"],
    ["HF_HUB_OFFLINE", "YES", "hub-offline"],
    ["TRANSFORMERS_OFFLINE", "1", "hub-offline"],
  ] as const) {
    it(`${name}=${value}: ${code}`, async () => {
      process.env[name] = value;
      await assert.rejects(lookUp({ id: ID }), { code });
    });
  }

  it("a graph that names weights outside the repository is refused", async () => {
    const source = await repository("", "onnx/model.onnx", "onnx/w.data");
    await putGraph(path.join(folder, "source", "sub"), "x.onnx", "../../evil.data");
    await cp(path.join(folder, "source/sub/x.onnx"), path.join(source, "onnx/model.onnx"));
    await assert.rejects(fetched(source), { code: "hub-weights-missing" });
  });

  it("a generator's folder runs without config.json", async () => {
    const home = "cpu-int4";
    const source = await repository(home, `${home}/decoder.onnx`, `${home}/decoder.onnx.data`);
    const config = JSON.parse(await readFile(path.join(source, home, "config.json"), "utf8")) as Record<
      string,
      unknown
    >;
    await rm(path.join(source, home, "config.json"));
    const decoder = {
      filename: "decoder.onnx",
      head_size: config["head_dim"],
      hidden_size: config["hidden_size"],
      num_attention_heads: config["num_attention_heads"],
      num_hidden_layers: config["num_hidden_layers"],
      num_key_value_heads: config["num_key_value_heads"],
    };
    const model = { type: config["model_type"], context_length: 256, vocab_size: config["vocab_size"], decoder };
    await writeFile(path.join(source, home, "genai_config.json"), JSON.stringify({ model }));
    const { snapshot } = await fetched(source);
    const loaded = await loadOnnxModel(snapshot, { threads: 1 });
    assert.equal(loaded.facts.contextLength, 256);
    await loaded.dispose();
  });
});

describe("graphs among files", () => {
  const genai = (folder: string, graph = "model.onnx") => [
    `${folder}/${graph}`,
    `${folder}/${graph}.data`,
    `${folder}/genai_config.json`,
    `${folder}/tokenizer.json`,
  ];
  const cases: [why: string, paths: string[], expected: Record<string, string>][] = [
    [
      "transformers.js",
      ["onnx/model.onnx", "onnx/model_q4.onnx", "onnx/model_q4.onnx_data", "onnx/vision_encoder_q4.onnx"],
      { q4: "onnx/model_q4.onnx", fp32: "onnx/model.onnx" },
    ],
    [
      "the quicker of two generators' folders, and none for a graphics card",
      [
        ...genai("cpu_and_mobile/cpu-int4-rtn-block-32"),
        ...genai("cpu_and_mobile/cpu-int4-rtn-block-32-acc-level-4"),
        ...genai("cuda/cuda-fp16"),
        ...genai("directml/directml-int4-awq-block-128"),
      ],
      { q4: "cpu_and_mobile/cpu-int4-rtn-block-32-acc-level-4/model.onnx" },
    ],
    [
      "a graph by any name in a generator's folder",
      genai("cpu_and_mobile/cpu-int4", "phi3-mini-4k-instruct-cpu-int4-rtn-block-32.onnx"),
      { q4: "cpu_and_mobile/cpu-int4/phi3-mini-4k-instruct-cpu-int4-rtn-block-32.onnx" },
    ],
    ["only for a graphics card", genai("cuda/cuda-fp16"), { fp16: "cuda/cuda-fp16/model.onnx" }],
    ["parts of another kind of model", ["onnx/encoder_model.onnx", "text_model/text.onnx"], {}],
    ["one folder down", ["int8/onnx/model_quantized.onnx"], { q8: "int8/onnx/model_quantized.onnx" }],
    ["the only graph, whatever its name", ["config.json", "onnx/smollm.onnx"], { fp32: "onnx/smollm.onnx" }],
    ["the only graph, which is a part", ["onnx/decoder_with_past_model.onnx"], {}],
    ["a dtype behind a hyphen", ["onnx/model-q4.onnx", "onnx/encoder.onnx"], { q4: "onnx/model-q4.onnx" }],
    ["a dtype behind a dot", ["model.int8.onnx", "encoder.onnx"], { q8: "model.int8.onnx" }],
    [
      "a dtype with what it is quick on",
      ["onnx/model_qint8_avx512_vnni.onnx", "onnx/model_qint8_arm64.onnx"],
      { q8: "onnx/model_qint8_arm64.onnx" },
    ],
    [
      "the usual dtype by its name",
      ["onnx/model_fp32.onnx", "onnx/model_fp16.onnx"],
      { fp32: "onnx/model_fp32.onnx", fp16: "onnx/model_fp16.onnx" },
    ],
    [
      "the smallest of several models",
      [...genai("qwen-7B/cpu_and_mobile/cpu-int4"), ...genai("qwen-1.5B/cpu_and_mobile/cpu-int4")],
      { q4: "qwen-1.5B/cpu_and_mobile/cpu-int4/model.onnx" },
    ],
    ["too deep", ["a/b/c/d/e/f/model.onnx"], {}],
  ];
  for (const [why, paths, expected] of cases) {
    it(why, () =>
      assert.deepEqual(
        Object.fromEntries([...graphPlaces(paths)].map(([dtype, { graph }]) => [dtype, graph])),
        expected,
      ),
    );
  }

  it("guess their weights by name", () => {
    const shards = [
      "onnx/model.onnx",
      "onnx/model.onnx_data",
      "onnx/model.onnx_data_1",
      "onnx/model.onnx_data_2",
      "onnx/model_q4.onnx",
    ];
    assert.deepEqual(likelyWeights("onnx/model.onnx", shards), shards.slice(1, 4));
    assert.deepEqual(likelyWeights("onnx/model_q4.onnx", shards), []);
    assert.deepEqual(likelyWeights("a/model.onnx", ["a/model.onnx", "a/model.onnx.data", "a/config.json"]), [
      "a/model.onnx.data",
    ]);
    assert.deepEqual(likelyWeights("a/model.onnx", ["a/model.onnx", "a/w.bin", "b/v.bin"]), ["a/w.bin"]);
  });
});

describe("the folder of the hub's cache", () => {
  for (const [env, expected] of [
    [{ HF_HOME: "~/hf" }, path.join(os.homedir(), "hf", "hub")],
    [{ HF_HOME: "~" }, path.join(os.homedir(), "hub")],
    [{ HF_HUB_CACHE: "~/a/b" }, path.join(os.homedir(), "a/b")],
    [{ HF_HOME: "$DISK/hf", DISK: "/mnt/x" }, path.join("/mnt/x/hf/hub")],
    [{ HF_HOME: "${DISK}/hf", DISK: "/mnt/x" }, path.join("/mnt/x/hf/hub")],
    [{ XDG_CACHE_HOME: "~/cache" }, path.join(os.homedir(), "cache/huggingface/hub")],
    [{ HF_HOME: "" }, path.join(os.homedir(), ".cache/huggingface/hub")],
    [{ HF_HOME: "/a/~b" }, "/a/~b/hub"],
  ] as [NodeJS.ProcessEnv, string][]) {
    it(JSON.stringify(env), () => assert.equal(hubCacheFolder(env), expected));
  }
});
