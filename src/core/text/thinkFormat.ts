/**
 * How models mark their thinking, as data: what opens it, what closes it, what an exit has to write. One table for every
 * strategy, server, importer and picture; where a format is found in a text, `segment.ts` says.
 */

export interface ThinkFormat {
  /** As traces, settings and the command line name it. */
  readonly id: string;
  /** Whose format it is, for people. */
  readonly families: string;
  /** The mark that opens thinking, alone; empty where there is none. */
  readonly opener: string;
  /** The mark that closes thinking, alone; empty where there is none. */
  readonly closer: string;
  /** All that stands before the first thought, as the family's own templates and models write it. */
  readonly open: string;
  /** All that stands between the last thought and the first word of the answer: what an exit writes. */
  readonly close: string;
  /** A block without a thought, from which the model answers at once; empty where the family has no way to do so. */
  readonly empty: string;
  /** Marks around the answer, where the family has them. `close` ends in the opener of these. */
  readonly answer?: { readonly opener: string; readonly closer: string };
  /** Whether `closer` ends messages of every kind, so that it closes thinking only where it is under way. */
  readonly endsMessages?: true;
  /** Other spellings of the marks, which models and versions of the family write too. */
  readonly also?: {
    readonly openers?: readonly string[];
    readonly closers?: readonly string[];
    readonly answers?: readonly { readonly opener: string; readonly closer: string }[];
  };
}

const tag = (name: string): Pick<ThinkFormat, "opener" | "closer" | "open" | "close" | "empty"> => ({
  opener: `<${name}>`,
  closer: `</${name}>`,
  open: `<${name}>\n`,
  close: `\n</${name}>\n\n`,
  empty: `<${name}>\n\n</${name}>\n\n`,
});

/** A format whose marks are joined to the text without line breaks. */
const tight = (
  opener: string,
  closer: string,
  answer?: { opener: string; closer: string },
): Omit<ThinkFormat, "id" | "families"> => ({
  opener,
  closer,
  open: opener,
  close: closer + (answer?.opener ?? ""),
  empty: opener + closer + (answer?.opener ?? ""),
  ...(answer ? { answer } : {}),
});

/** A format whose thinking and answer are messages of their own, each ended by `closer`. @param header what begins a message */
const message = (
  opener: string,
  closer: string,
  header: string,
  answer: { opener: string; closer: string },
): Omit<ThinkFormat, "id" | "families"> => ({
  opener,
  closer,
  open: opener,
  close: closer + header + answer.opener,
  empty: opener + closer + header + answer.opener,
  answer,
  endsMessages: true,
});

const wrapped = (name: string, answer: string): Omit<ThinkFormat, "id" | "families"> => ({
  ...tag(name),
  close: `\n</${name}>\n<${answer}>\n`,
  empty: `<${name}>\n\n</${name}>\n<${answer}>\n`,
  answer: { opener: `<${answer}>`, closer: `</${answer}>` },
});

const harmonyFinal = "<|start|>assistant<|channel|>final<|message|>";

/** Every format we know, the commonest first. Spacing as the families' chat templates write it. */
export const THINK_FORMATS: readonly ThinkFormat[] = [
  {
    id: "think",
    families: "DeepSeek-R1 and its distillations, DeepSeek V3.1 and later, QwQ, Qwen3, Qwen3.5, SmolLM3, GLM, Kimi K2",
    ...tag("think"),
  },
  { id: "think-answer", families: "R1-Zero, Hunyuan, K2-Think", ...wrapped("think", "answer") },
  { id: "think-response", families: "Granite 3.3, ERNIE 4.5", ...wrapped("think", "response") },
  {
    id: "harmony",
    families: "gpt-oss",
    opener: "<|channel|>analysis<|message|>",
    closer: "<|end|>",
    open: "<|channel|>analysis<|message|>",
    close: `<|end|>${harmonyFinal}`,
    // The turn's header stands in the prompt already.
    empty: "<|channel|>final<|message|>",
  },
  {
    id: "gemma",
    families: "Gemma 4",
    opener: "<|channel>thought",
    closer: "<channel|>",
    open: "<|channel>thought\n",
    close: "\n<channel|>",
    empty: "<|channel>thought\n<channel|>",
  },
  {
    id: "gemma-unused",
    families: "MedGemma 1.5",
    opener: "<unused94>thought",
    closer: "<unused95>",
    open: "<unused94>thought\n",
    close: "<unused95>",
    empty: "<unused94>thought\n<unused95>",
  },
  { id: "magistral", families: "Magistral and Mistral's later reasoning models", ...tight("[THINK]", "[/THINK]") },
  { id: "kimi", families: "Kimi-VL, Kimi-Dev", ...tight("◁think▷", "◁/think▷") },
  {
    id: "kimi-k3",
    families: "Kimi K3",
    ...tight("<|open|>think<|sep|>", "<|close|>think<|sep|>", {
      opener: "<|open|>response<|sep|>",
      closer: "<|close|>response<|sep|>",
    }),
  },
  { id: "minimax-m3", families: "MiniMax M3", ...tight("<mm:think>", "</mm:think>") },
  { id: "hy3", families: "Hunyuan 3", ...tight("<think:opensource>", "</think:opensource>") },
  {
    id: "solar",
    families: "Solar Open",
    ...message("<|think|>", "<|end|>", "<|begin|>assistant", { opener: "<|content|>", closer: "<|flush|>" }),
  },
  { id: "solar-2", families: "Solar Open 2", ...tight("<|think:start|>", "<|think:end|>") },
  {
    id: "inkling",
    families: "Inkling",
    ...message("<|content_thinking|>", "<|end_message|>", "<|message_model|>", {
      opener: "<|content_text|>",
      closer: "<|content_model_end_sampling|>",
    }),
  },
  { id: "plamo", families: "PLaMo 3", ...tight("<|plamo:begin_think:plamo|>", "<|plamo:end_think:plamo|>") },
  { id: "pangu", families: "openPangu", ...tight("[unused16]", "[unused17]") },
  { id: "seed", families: "Seed-OSS", ...tight("<seed:think>", "</seed:think>") },
  {
    id: "command",
    families: "Command A reasoning, Command R7B",
    ...tight("<|START_THINKING|>", "<|END_THINKING|>", {
      opener: "<|START_RESPONSE|>",
      closer: "<|END_RESPONSE|>",
    }),
    also: { answers: [{ opener: "<|START_TEXT|>", closer: "<|END_TEXT|>" }] },
  },
  {
    id: "begin-of-thought",
    families: "LightThinker, Bespoke-Stratos, Sky-T1, OpenThinker",
    opener: "<|begin_of_thought|>",
    closer: "<|end_of_thought|>",
    open: "<|begin_of_thought|>\n\n",
    close: "\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n",
    empty: "<|begin_of_thought|>\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n",
    answer: { opener: "<|begin_of_solution|>", closer: "<|end_of_solution|>" },
  },
  {
    id: "s1",
    families: "s1",
    opener: "<|im_start|>think",
    closer: "<|im_start|>answer",
    open: "<|im_start|>think\n",
    close: "\n<|im_start|>answer\n",
    empty: "<|im_start|>answer\n",
  },
  { id: "apertus", families: "Apertus", ...tight("<|inner_prefix|>", "<|inner_suffix|>") },
  { id: "longcat", families: "LongCat", ...tag("longcat_think") },
  { id: "think-fast", families: "K2-V2 at medium effort", ...tag("think_fast") },
  { id: "think-faster", families: "K2-V2 at low effort", ...tag("think_faster") },
  { id: "ifm", families: "K2 Horizon", ...tight("<ifm|think>", "</ifm|think>") },
  { id: "ifm-fast", families: "K2 Horizon at medium effort", ...tight("<ifm|think_fast>", "</ifm|think_fast>") },
  { id: "ifm-faster", families: "K2 Horizon at low effort", ...tight("<ifm|think_faster>", "</ifm|think_faster>") },
  {
    id: "thinking",
    families: "models asked to think in <thinking>",
    ...tag("thinking"),
    also: { openers: ["<redacted_thinking>"], closers: ["</redacted_thinking>"] },
  },
  {
    id: "thought",
    families: "EXAONE Deep, Marco-o1, Gemini through OpenAI's API",
    ...tag("thought"),
    also: { answers: [{ opener: "<output>", closer: "</output>" }] },
  },
  { id: "thoughts-tag", families: "models asked to think in <thoughts>", ...tag("thoughts") },
  { id: "reasoning", families: "models asked to reason in <reasoning>", ...tag("reasoning") },
  { id: "scratchpad", families: "models asked to work in a <scratchpad>", ...tag("scratchpad") },
  { id: "ant-thinking", families: "Claude's applications", ...tag("antThinking") },
  {
    id: "working-out",
    families: "models trained with Unsloth's example of GRPO",
    ...tight("<start_working_out>", "<end_working_out>", { opener: "<SOLUTION>", closer: "</SOLUTION>" }),
  },
  {
    id: "granite",
    families: "Granite 3.2",
    opener: "Here is my thought process:",
    closer: "Here is my response:",
    open: "Here is my thought process:\n\n",
    close: "\n\nHere is my response:\n\n",
    empty: "Here is my response:\n\n",
    also: { openers: ["Here's my thought process:"], closers: ["Here's my response:"] },
  },
  {
    id: "apriel",
    families: "Apriel",
    opener: "Here are my reasoning steps:",
    closer: "[BEGIN FINAL RESPONSE]",
    open: "Here are my reasoning steps:\n",
    close: "\n[BEGIN FINAL RESPONSE]\n",
    empty: "[BEGIN FINAL RESPONSE]\n",
    also: { answers: [{ opener: "[BEGIN FINAL RESPONSE]", closer: "[END FINAL RESPONSE]" }] },
  },
  {
    id: "terminal",
    families: "what Ollama prints in a terminal",
    opener: "Thinking...",
    closer: "...done thinking.",
    open: "Thinking...\n",
    close: "\n...done thinking.\n\n",
    empty: "",
    also: { openers: ["Thinking…"], closers: ["…done thinking."] },
  },
  {
    id: "details",
    families: "what Open WebUI stores",
    opener: '<details type="reasoning">',
    closer: "</details>",
    open: '<details type="reasoning">\n',
    close: "\n</details>\n",
    empty: "",
  },
];

/** A model that marks nothing: its whole turn is thinking until the line of its answer. */
export const NO_THINK_FORMAT: ThinkFormat = {
  id: "none",
  families: "models without marks",
  opener: "",
  closer: "",
  open: "",
  close: "",
  empty: "",
};

/** The format that house instructions ask of a model that has none of its own. */
export const HOUSE_FORMAT: ThinkFormat = THINK_FORMATS[0]!;

const BY_ID = new Map([...THINK_FORMATS, NO_THINK_FORMAT].map((format) => [format.id, format]));

/** The format of this name, `none` included. */
export const thinkFormat = (id: string): ThinkFormat | undefined => BY_ID.get(id);

/** Characters that a mark of a person's own may have. */
const LONGEST_MARK = 60;

/**
 * A format in a person's words: the name of one of the table, or the two marks with three dots between them, as
 * `<reason>...</reason>`.
 * @returns undefined where it is neither
 */
export function namedThinkFormat(words: string): ThinkFormat | undefined {
  const known = thinkFormat(words.trim());
  if (known) return known;
  const [opener = "", closer = "", ...more] = words.split(/\.{3}|…/).map((mark) => mark.trim());
  const usable = (mark: string) => mark !== "" && mark.length <= LONGEST_MARK && !/\n/.test(mark);
  if (more.length > 0 || !usable(opener) || !usable(closer) || opener === closer) return undefined;
  return THINK_FORMATS.find((format) => format.opener === opener && format.closer === closer) ?? custom(opener, closer);
}

const custom = (opener: string, closer: string): ThinkFormat => ({
  id: "custom",
  families: "a format of your own",
  opener,
  closer,
  open: `${opener}\n`,
  close: `\n${closer}\n\n`,
  empty: `${opener}\n\n${closer}\n\n`,
});

/** A character after which, or code in which, a mark on the same line is read as named and not as written. */
const MAKES_PROSE = /[\s"'“„‘«「(*\\`]$/;

/**
 * What has to be written behind `text`, where thinking is under way, to close it once: `close` without the line breaks that
 * are there already, without the beginning of the closer that is, and on a line of its own where it would not be read as one.
 */
export function closingAfter({ close, closer }: ThinkFormat, text: string): string {
  for (let size = closer.length - 1; size > 1 && !/^\w/.test(closer); size--) {
    if (text.endsWith(closer.slice(0, size))) return close.slice(close.indexOf(closer) + size);
  }
  if (text === "" || text.endsWith("\n")) return close.replace(/^\n+/, "");
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const inCode = (line.match(/`/g)?.length ?? 0) % 2 === 1;
  return close.startsWith("\n") || !(inCode || MAKES_PROSE.test(line)) ? close : `\n${close}`;
}

/** What has to be written where thinking was opened and nothing was thought, for the block to stay empty. */
export const emptyBlockAfterOpening = (format: ThinkFormat): string =>
  format.empty.startsWith(format.open) ? format.empty.slice(format.open.length) : closingAfter(format, format.open);
