/**
 * A text classifier in Hugging Face layout, as small as it can be: every word has its vector of scores, and a question
 * the sum of its words'. It stands in the form of DistilBertForSequenceClassification, which only the pipeline reads.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeModel, type OracleValue } from "../onnx/onnxProto";

const [FLOAT, INT64] = [1, 7];

/**
 * @param folder is made
 * @param labels by their number
 * @param words each with its score for each label
 */
export async function writeClassifier(
  folder: string,
  labels: readonly string[],
  words: Readonly<Record<string, readonly number[]>>,
): Promise<void> {
  const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...Object.keys(words)];
  const table = vocabulary.flatMap((word) => words[word] ?? labels.map(() => 0));
  await mkdir(path.join(folder, "onnx"), { recursive: true });
  await writeFile(path.join(folder, "onnx/model.onnx"), graph(table, vocabulary.length, labels.length));
  const write = (name: string, value: object) => writeFile(path.join(folder, name), JSON.stringify(value));
  await write("config.json", {
    architectures: ["DistilBertForSequenceClassification"],
    model_type: "distilbert",
    id2label: Object.fromEntries(labels.map((label, index) => [index, label])),
    vocab_size: vocabulary.length,
  });
  const special = vocabulary.slice(0, 4).map((content, id) => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  }));
  await write("tokenizer.json", {
    version: "1.0",
    added_tokens: special,
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
      unk_token: "[UNK]",
    },
  });
  await write("tokenizer_config.json", {
    tokenizer_class: "DistilBertTokenizer",
    model_max_length: 512,
    pad_token: "[PAD]",
    unk_token: "[UNK]",
  });
}

/** input_ids, attention_mask [batch, seq] → logits [batch, labels]. */
function graph(table: readonly number[], words: number, labels: number): Uint8Array {
  const value = (name: string, elemType: number, ...dims: (string | number)[]): OracleValue => ({
    name,
    type: {
      tensorType: {
        elemType,
        shape: { dim: dims.map((dim) => (typeof dim === "string" ? { dimParam: dim } : { dimValue: dim })) },
      },
    },
  });
  const int64 = (name: string, number: bigint) => ({
    ...{ name, dims: [1], dataType: INT64 },
    rawData: new Uint8Array(BigInt64Array.of(number).buffer),
  });
  const keepdims = [{ name: "keepdims", i: 0, type: 2 }];
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 13 }],
    graph: {
      name: "classifier",
      input: [value("input_ids", INT64, "batch", "seq"), value("attention_mask", INT64, "batch", "seq")],
      output: [value("logits", FLOAT, "batch", labels)],
      initializer: [
        {
          ...{ name: "table", dims: [words, labels], dataType: FLOAT },
          rawData: new Uint8Array(Float32Array.from(table).buffer),
        },
        int64("first", 1n),
        int64("last", 2n),
      ],
      node: [
        { opType: "Gather", input: ["table", "input_ids"], output: ["scores"] },
        { opType: "Cast", input: ["attention_mask"], output: ["seen"], attribute: [{ name: "to", i: FLOAT, type: 2 }] },
        { opType: "Unsqueeze", input: ["seen", "last"], output: ["column"] },
        { opType: "Mul", input: ["scores", "column"], output: ["counted"] },
        { opType: "ReduceSum", input: ["counted", "first"], output: ["logits"], attribute: keepdims },
      ],
    },
  });
}
