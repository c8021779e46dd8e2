/** Our greedy loop against `generate()` of transformers.js, the oracle: equal token for token. */
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from "@huggingface/transformers";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";

const MODELS = [
  { name: "tiny", folder: path.resolve("test/fixtures/models/tiny"), tokens: 200 },
  { name: "pocket base", folder: path.resolve("models/pocket/base"), tokens: 300 },
].filter(({ folder }) => existsSync(path.join(folder, "onnx/model.onnx")));

const QUESTIONS = [
  "How many apples does she have now?",
  "Mia has 12 apples and gives 3 of them to her brother, then buys 5 more. How many apples does she have?",
  "Tom reads 14 pages a day for 6 days. The book has 100 pages. How many pages are left?",
];

describe("greedy decoding", () => {
  for (const { name, folder, tokens } of MODELS) {
    it(`equals generate() of transformers.js on ${name}`, async function () {
      this.timeout(120_000);
      env.allowRemoteModels = false;
      env.localModelPath = path.dirname(folder);
      const oracleTokenizer = await AutoTokenizer.from_pretrained(path.basename(folder));
      const oracle = await AutoModelForCausalLM.from_pretrained(path.basename(folder), {
        dtype: "fp32",
        device: "cpu",
        session_options: { intraOpNumThreads: 1 },
      });
      const model = await loadOnnxModel(folder, { threads: 1, dtype: "fp32" });
      let compared = 0;
      for (const question of QUESTIONS) {
        const messages = [{ role: "user" as const, content: question }];
        const text = model.tokenizer.chat(messages);
        const prompt = model.tokenizer.encode(text);
        assert.deepEqual(oracleTokenizer.encode(text, { add_special_tokens: false }), prompt);
        const expected = await generated(oracle, prompt, tokens);
        assert.deepEqual(await decoded(model, prompt, tokens), expected, question);
        compared += expected.length;
      }
      assert.ok(compared > QUESTIONS.length, "something was generated");
      await model.dispose();
      await oracle.dispose();
    });
  }
});

type Oracle = Awaited<ReturnType<typeof AutoModelForCausalLM.from_pretrained>>;

async function generated(oracle: Oracle, prompt: readonly number[], tokens: number): Promise<number[]> {
  const int64 = (values: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const output = (await oracle.generate({
    inputs: int64(prompt),
    attention_mask: int64(prompt.map(() => 1)),
    do_sample: false,
    max_new_tokens: tokens,
  } as never)) as Tensor;
  return (output.tolist() as bigint[][])[0]!.slice(prompt.length).map(Number);
}

/** Up to and with the token that ends the turn, as `generate()` gives it. */
async function decoded(
  model: Awaited<ReturnType<typeof loadOnnxModel>>,
  prompt: readonly number[],
  tokens: number,
): Promise<number[]> {
  const sequence = model.newSequence();
  const ids: number[] = [];
  let input = prompt;
  while (ids.length < tokens) {
    const { distributions } = await sequence.feed({ ids: input });
    const id = distributions[0]!.argmax();
    ids.push(id);
    if (model.tokenizer.endIds.includes(id)) break;
    input = [id];
  }
  return ids;
}
