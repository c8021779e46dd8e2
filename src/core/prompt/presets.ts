/**
 * What the cards of models advise: words, where they are to stand, and sampling. A table of facts, one row a family; which
 * row a model has is told by its own files (`config.json`, `generation_config.json`, its template), never by its name.
 */
import type { ThinkFacts } from "../text/thinkFacts";

/** As the options of decoding have them. */
export interface AdvisedSampling {
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
}

export interface Preset {
  /** As settings and traces name it. */
  readonly id: string;
  /** Whose it is, for people. */
  readonly name: string;
  /** Words for a question with one answer; undefined where the card advises none. */
  readonly words?: string;
  /** Where instructions stand. */
  readonly in: "system" | "user";
  /** Whether the card advises against a system turn, against examples, and against greedy decoding. */
  readonly noSystem?: true;
  readonly noExamples?: true;
  readonly notGreedy?: true;
  /** While the model thinks; undefined where the card advises none. */
  readonly sampling?: AdvisedSampling;
  /** Where thinking is turned off. */
  readonly samplingOff?: AdvisedSampling;
  /** What the card advises beside, which is not done here. */
  readonly beside?: string;
  /** Whether a model is of the family. */
  readonly fits: (signs: ModelSigns, thinking: Pick<ThinkFacts, "format" | "opening" | "switches">) => boolean;
}

/** What a model's own files say of it, as far as they are there. */
export interface ModelSigns {
  /** `model_type` and `architectures` of `config.json`; a nested language model's type comes first. */
  readonly types: readonly string[];
  /** A prompt of one short question as the model's template writes it. */
  readonly prompt: string | undefined;
  /** What `generation_config.json` says of sampling. */
  readonly generation: Partial<AdvisedSampling>;
}

/** Maths and other questions with one answer, in the words of the cards of DeepSeek-R1, QwQ and Qwen3. */
const BOXED = "Please reason step by step, and put your final answer within \\boxed{}.";

const isType = ({ types }: ModelSigns, pattern: RegExp): boolean => types.some((type) => pattern.test(type));
const writes = ({ prompt }: ModelSigns, ...marks: readonly string[]): boolean =>
  prompt !== undefined && marks.every((mark) => prompt.includes(mark));

/** The first that fits is a model's: distillations carry the type of what they were distilled into. */
export const PRESETS: readonly Preset[] = [
  {
    id: "deepseek-r1",
    name: "DeepSeek-R1 and its distillations",
    words: BOXED,
    in: "user",
    noSystem: true,
    noExamples: true,
    notGreedy: true,
    sampling: { temperature: 0.6, topP: 0.95 },
    // Later DeepSeek models have the same turns, and a switch.
    fits: (signs, { format, switches }) =>
      writes(signs, "<｜Assistant｜>") && format.id === "think" && switches.length === 0,
  },
  {
    id: "qwq",
    name: "QwQ",
    words: BOXED,
    in: "user",
    notGreedy: true,
    sampling: { temperature: 0.6, topP: 0.95, topK: 20, minP: 0 },
    fits: (signs, { format, opening }) =>
      isType(signs, /^qwen2/i) && writes(signs, "<|im_start|>") && format.id === "think" && opening === "template",
  },
  {
    id: "qwen3.5",
    name: "Qwen3.5",
    words: BOXED,
    in: "user",
    notGreedy: true,
    sampling: { temperature: 1, topP: 0.95, topK: 20, minP: 0 },
    samplingOff: { temperature: 0.7, topP: 0.8, topK: 20, minP: 0 },
    beside: "presence penalty 1.5",
    fits: (signs) => isType(signs, /^qwen3_5/i),
  },
  {
    id: "qwen3",
    name: "Qwen3",
    words: BOXED,
    in: "user",
    notGreedy: true,
    sampling: { temperature: 0.6, topP: 0.95, topK: 20, minP: 0 },
    samplingOff: { temperature: 0.7, topP: 0.8, topK: 20, minP: 0 },
    fits: (signs) => isType(signs, /^qwen3(_?moe|_?next)?(ForCausalLM)?$/i),
  },
  {
    id: "gpt-oss",
    name: "gpt-oss",
    in: "system",
    sampling: { temperature: 1, topP: 1 },
    fits: (signs, { format }) => isType(signs, /^gpt_?oss/i) || format.id === "harmony",
  },
  {
    id: "smollm3",
    name: "SmolLM3",
    in: "system",
    sampling: { temperature: 0.6, topP: 0.95 },
    fits: (signs) => isType(signs, /^smollm3/i) || writes(signs, "Knowledge Cutoff Date:", "Reasoning Mode: /"),
  },
  {
    id: "gemma",
    name: "Gemma 3 and 4",
    in: "user",
    sampling: { temperature: 1, topP: 0.95, topK: 64 },
    fits: (signs) => isType(signs, /^gemma[34]/i) || writes(signs, "<|turn>"),
  },
  {
    id: "gemma-2",
    name: "Gemma and Gemma 2",
    in: "user",
    fits: (signs) => isType(signs, /^gemma2?(ForCausalLM)?$/i),
  },
  {
    id: "lfm2",
    name: "LFM2",
    in: "system",
    sampling: { temperature: 0.3, minP: 0.15 },
    beside: "repetition penalty 1.05",
    fits: (signs) => isType(signs, /^lfm2/i) || writes(signs, "<|startoftext|><|im_start|>"),
  },
];

/** What is known of one model: its family's row, and sampling of its own. */
export interface ModelPreset {
  /** Undefined where its files are of no family here. */
  readonly preset: Preset | undefined;
  readonly generation: Partial<AdvisedSampling>;
}

export const presetOf = (signs: ModelSigns, thinking: ThinkFacts): ModelPreset => ({
  preset: PRESETS.find(({ fits }) => fits(signs, thinking)),
  generation: signs.generation,
});

/** The row of this id. */
export const namedPreset = (id: string): Preset | undefined => PRESETS.find((preset) => preset.id === id);

/**
 * The sampling that is advised: the model's own file comes before its family's row, which alone tells thinking from none.
 * @returns undefined where neither says a temperature
 */
export function advisedSampling(
  { preset, generation }: ModelPreset,
  isThinkingOff: boolean,
): AdvisedSampling | undefined {
  const row = isThinkingOff && preset?.samplingOff ? preset.samplingOff : { ...preset?.sampling, ...generation };
  return row.temperature === undefined ? undefined : { ...row, temperature: row.temperature };
}

/** As in `temperature 0.6, top-p 0.95`, or `greedy`. */
export function samplingWords({ temperature, topP = 1, topK = 0, minP = 0 }: AdvisedSampling): string {
  if (temperature === 0) return "greedy";
  return [
    `temperature ${temperature}`,
    ...(topP < 1 ? [`top-p ${topP}`] : []),
    ...(topK > 0 ? [`top-k ${topK}`] : []),
    ...(minP > 0 ? [`min-p ${minP}`] : []),
  ].join(", ");
}
