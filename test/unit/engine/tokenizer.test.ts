import { AutoTokenizer, env } from "@huggingface/transformers";
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import type { Message } from "../../../src/core/trace/trace";
import type { Tokenizer } from "../../../src/engine/decoding/model";
import { loadTokenizer } from "../../../src/engine/tokens/tokenizer";

const MODELS = path.resolve("test/fixtures/models");
const TINY = path.join(MODELS, "tiny");
const MESSAGES: Message[] = [
  { role: "system", content: "Think briefly." },
  { role: "user", content: "How many apples, <think>no</think>?" },
];

describe("tokenizer", () => {
  let tokenizer: Tokenizer;
  before(async () => {
    const config = JSON.parse(await readFile(path.join(TINY, "generation_config.json"), "utf8"));
    ({ tokenizer } = await loadTokenizer(TINY, [config]));
  });

  it("gives the ids, texts and prompts that transformers.js gives", async () => {
    env.allowRemoteModels = false;
    env.localModelPath = MODELS;
    const reference = await AutoTokenizer.from_pretrained("tiny");
    const prompt = reference.apply_chat_template(MESSAGES as never, { tokenize: false, add_generation_prompt: true });
    assert.equal(tokenizer.chat(MESSAGES), prompt);
    for (const text of [prompt as string, "12 - 3 = 9.", "Ünïcödé 🧠 \n\t", " <think>a</think>\n\n", "a"]) {
      const ids = tokenizer.encode(text);
      assert.deepEqual(ids, reference.encode(text, { add_special_tokens: false }));
      assert.equal(tokenizer.decode(ids), text);
    }
    assert.deepEqual(tokenizer.encode(""), []);
    assert.equal(tokenizer.decode([]), "");
  });

  it("knows single tokens and the ids that end a turn", () => {
    const marker = tokenizer.idOf("</think>")!;
    assert.deepEqual(tokenizer.encode("</think>"), [marker]);
    assert.equal(tokenizer.idOf("no such token"), undefined);
    assert.deepEqual(
      new Set(tokenizer.endIds),
      new Set([tokenizer.idOf("<|im_end|>"), tokenizer.idOf("<|endoftext|>")]),
    );
    assert.ok(tokenizer.vocabularySize > marker);
  });

  it("streams text that joins to the whole, holding back a piece that ends inside a character", () => {
    for (const text of ["count 🧠🧠 down", "naïve — 東京", "Wait, let me check: 9 + 3 = 12."]) {
      const ids = tokenizer.encode(text);
      const stream = tokenizer.stream();
      const pieces = ids.map((id) => stream.push(id));
      assert.equal(pieces.join("") + stream.flush(), text);
      assert.ok(pieces.every((piece) => !piece.includes("\uFFFD")));
    }
    const brain = tokenizer.encode("🧠");
    assert.equal(brain.length, 4, "the fixture spells this character in bytes");
    const cut = tokenizer.stream();
    assert.deepEqual(
      brain.slice(0, 3).map((id) => cut.push(id)),
      ["", "", ""],
    );
    assert.equal(cut.flush(), "\uFFFD");
    assert.equal(cut.flush(), "");
  });

  describe("of other folders", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-tokenizer-"));
      await cp(TINY, folder, { recursive: true });
    });
    afterEach(() => rm(folder, { recursive: true }));

    const configured = (config: object) =>
      writeFile(path.join(folder, "tokenizer_config.json"), JSON.stringify(config));

    const templateFile = (name: string, text: string) => writeFile(path.join(folder, name), text);

    it("writes plain turns, and says so, where there is no chat template", async () => {
      await configured({});
      const { tokenizer: plain, notes } = await loadTokenizer(folder);
      assert.equal(plain.chat(MESSAGES), "Think briefly.\n\nUser: How many apples, <think>no</think>?\n\nAssistant:");
      assert.match(notes.join(), /no chat template/);
    });

    it("prefers chat_template.jinja and the default of a list of templates", async () => {
      await configured({
        chat_template: [
          { name: "default", template: "list" },
          { name: "tool_use", template: "no" },
        ],
      });
      assert.equal((await loadTokenizer(folder)).tokenizer.chat(MESSAGES), "list");
      await writeFile(path.join(folder, "chat_template.jinja"), "file {{ bos_token is defined }}");
      assert.equal((await loadTokenizer(folder)).tokenizer.chat(MESSAGES), "file False");
    });

    for (const [why, write] of [
      ["by name", () => configured({ chat_template: { default: "[{{ messages[0].content }}]", tool_use: "no" } })],
      [
        "in chat_template.json",
        () => templateFile("chat_template.json", '{"chat_template":"[{{ messages[0].content }}]"}'),
      ],
      [
        "in chat_template.json, by name",
        () => templateFile("chat_template.json", '{"chat_template":{"default":"[{{ messages[0].content }}]"}}'),
      ],
      [
        "in a file with a mark of the order of bytes",
        () => templateFile("chat_template.jinja", "\ufeff[{{ messages[0].content }}]"),
      ],
      [
        "in tokenizer_config.json where its file is empty",
        async () => {
          await templateFile("chat_template.jinja", "\n");
          await configured({ chat_template: "[{{ messages[0].content }}]" });
        },
      ],
    ] as [string, () => Promise<void>][]) {
      it(`finds a template ${why}`, async () => {
        await configured({});
        await write();
        assert.equal((await loadTokenizer(folder)).tokenizer.chat(MESSAGES), "[Think briefly.]");
      });
    }

    it("takes special tokens from a map of their own where its settings name none", async () => {
      await configured({ chat_template: "{{ bos_token }}{{ eos_token }}", eos_token: "</s>" });
      await templateFile("special_tokens_map.json", '{"bos_token":{"content":"<s>"},"eos_token":"no"}');
      assert.equal((await loadTokenizer(folder)).tokenizer.chat(MESSAGES), "<s></s>");
    });

    it("moves a system turn into the user's where the template refuses one", async () => {
      const template =
        "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}[{{ m['content'] }}]{% endfor %}";
      await configured({ chat_template: template });
      const gemma = (await loadTokenizer(folder)).tokenizer;
      assert.equal(gemma.chat(MESSAGES), `[Think briefly.\n\n${MESSAGES[1]!.content}]`);
      assert.throws(() => gemma.chat([MESSAGES[0]!]), { code: "tokenizer-chat-template" });
    });

    const breakages: [name: string, code: string, damage: () => Promise<void>][] = [
      ["no tokenizer.json", "tokenizer-missing", () => rm(path.join(folder, "tokenizer.json"))],
      [
        "half a tokenizer.json",
        "model-file-broken",
        () => writeFile(path.join(folder, "tokenizer.json"), '{"version":'),
      ],
      ["another tokenizer.json", "tokenizer-broken", () => writeFile(path.join(folder, "tokenizer.json"), "{}")],
      ["a template that does not parse", "tokenizer-chat-template", () => configured({ chat_template: "{% for %}" })],
    ];
    for (const [name, code, damage] of breakages) {
      it(`${name}: one sentence and one action`, async () => {
        await damage();
        await assert.rejects(loadTokenizer(folder), (error: ActionableError) => {
          assert.equal(error.code, code);
          assert.match(error.message, /^[^\n]+\.$/);
          assert.match(error.action!, /^[^\n]+\.$/);
          return true;
        });
      });
    }
  });
});
