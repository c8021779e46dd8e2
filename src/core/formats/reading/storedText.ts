/**
 * How programs write down what a model said: with its special tokens, in a terminal's clothes, as HTML, or as blocks of a
 * chat's own. What comes out has the marks of models.
 */

/** Tokens that end a turn or fill it up, as tokenizers of the families write them. */
const ENDS = [
  "<|im_end|>",
  "<|endoftext|>",
  "<|end_of_text|>",
  "<|eot_id|>",
  "<|eom_id|>",
  "<|eot|>",
  "<|end_of_sentence|>",
  "<｜end▁of▁sentence｜>",
  "<|END_OF_TURN_TOKEN|>",
  "<|role_end|>",
  "<|endofprompt|>",
  "<end_of_turn>",
  "<turn|>",
  "<seed:eos>",
  "[|endofturn|]",
  "<|flush|>",
  "<|im:end|>",
  "<|end_of_msg|>",
  "<|close|>message<|sep|>",
  "<|plamo:tag|>",
  "<｜hy_place▁holder▁no▁2｜>",
  "[e~[",
  "<|user|>",
  "<|observation|>",
  "<|pad|>",
  "<pad>",
  "<eos>",
  "</s>",
];
/** Tokens before a reply. */
const BEGINNINGS =
  /^\s*(?:<\|begin_of_text\|>|<｜begin▁of▁sentence｜>|<bos>|<s>|\[gMASK\]|<sop>|<\|START_OF_TURN_TOKEN\|>|<\|CHATBOT_TOKEN\|>|<\|im_start\|>assistant(?:\n|<\|im_sep\|>)|<[|｜](?:hy_)?assistant[|｜]>|<\|begin\|>assistant|<\|message_model\|>|<\|start_header_id\|>assistant<\|end_header_id\|>|<start_of_turn>model\n)/i;

/** A word, a quotation mark or code before a token: then it is spoken of. */
const SPOKEN_OF = /(?:\p{L}[ \t]+|["'“‘`(])$/u;

function withoutEnds(text: string): string {
  let kept = text.trimEnd();
  for (;;) {
    const token = ENDS.find((each) => kept.endsWith(each));
    const before = token === undefined ? "" : kept.slice(0, -token.length);
    if (token === undefined || SPOKEN_OF.test(before.slice(-4))) return kept;
    kept = before.trimEnd();
  }
}

function withoutBeginnings(text: string): string {
  let kept = text;
  for (let match = BEGINNINGS.exec(kept); match; match = BEGINNINGS.exec(kept)) kept = kept.slice(match[0].length);
  return kept;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " };

/** Text whose characters of HTML were written as entities. */
const withoutEntities = (text: string): string =>
  text.replace(/&(?:(lt|gt|amp|quot|apos|nbsp)|#(\d{1,6})|#x([\da-f]{1,5}));/gi, (whole, name, decimal, hex) => {
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : parseInt(hex as string, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

const ESCAPED_HTML = /&lt;\/?(?:think|thinking|thought|reasoning)&gt;/i;
const ESCAPED_MARKDOWN = /\\<\/?(?:think|thinking|thought|reasoning)\\?>/i;
const PLAIN = /<\/?(?:think|thinking|thought|reasoning)>/i;

/** Tags that went through HTML or Markdown, where no others stand beside them. */
function unescaped(text: string): string {
  if (PLAIN.test(text)) return text;
  if (ESCAPED_HTML.test(text)) return withoutEntities(text);
  return ESCAPED_MARKDOWN.test(text) ? text.replace(/\\([<>])/g, "$1") : text;
}

/** Harmony's special tokens are left out by servers that print text alone: the channels' names are what is left. */
function withChannels(text: string): string {
  const begin = /^\s*(?:assistant)?analysis(?=[^\s:,;.a-z])/.exec(text);
  if (!begin || !/assistant(?:final|commentary)/.test(text)) return text;
  const rest = text
    .slice(begin[0].length)
    .replace(
      /assistant(final|analysis|commentary)(?: (to=[\w.]{1,60})(?: ?(?:json|code))?)?/g,
      (_, channel: string, to: string | undefined) =>
        `<|end|><|start|>assistant<|channel|>${channel}${to === undefined ? "" : ` ${to}`}<|message|>`,
    );
  return `<|channel|>analysis<|message|>${rest}`;
}

/** What programs call thinking where they fold it away. */
const LABEL =
  /^[\s\p{Extended_Pictographic}\ufe0f*_]*(?:<\w{1,8}>)?(?:(?:model |ai |show |hidden )?(?:thinking|thoughts?|thought process|reasoning|chain[- ]of[- ]thought|reasoned|cot)\b|已?深度思考|思考|思维链|推理)/iu;
const FOLDED = /^\s*<details\b[^<>]{0,200}>\s{0,20}<summary\b[^<>]{0,100}>([^\n]{1,120}?)<\/summary>/i;

/** A block that is folded away at the beginning of a reply, and says that it holds thinking. */
function withFolded(text: string): string {
  const folded = FOLDED.exec(text.slice(0, 600));
  if (!folded || /\stype=/.test(folded[0]) || !LABEL.test(folded[1]!)) return text;
  return `<details type="reasoning">${text.slice(folded[0].length)}`;
}

/** Blocks of chat programs (`:::thinking`) and of llama.cpp's terminal. */
const BLOCKS: readonly (readonly [opens: RegExp, closes: RegExp])[] = [
  [/^\s*:::\s?thinking[ \t]*\n/i, /\n:::[ \t]*(?:\n|$)/],
  [/^\s*\[Start thinking\][ \t]*\n?/, /\n?\[End thinking\]/],
];

function withBlock(text: string): string {
  for (const [opens, closes] of BLOCKS) {
    const begin = opens.exec(text.slice(0, 200));
    if (!begin) continue;
    const rest = text.slice(begin[0].length);
    const end = closes.exec(rest);
    if (!end) return `<think>\n${rest}`;
    return `<think>\n${rest.slice(0, end.index)}\n</think>\n${rest.slice(end.index + end[0].length)}`;
  }
  return text;
}

/** What a model wrote, in its own marks. */
export const modelText = (text: string): string =>
  withChannels(withFolded(withBlock(unescaped(withoutBeginnings(withoutEnds(text))))));

/** Thinking as it stood before a program quoted it line by line. */
export function unquoted(text: string): string {
  const lines = text.split("\n");
  const marks = lines.every((line) => /^\s*(?:>|$)/.test(line))
    ? />/
    : lines.every((line) => /^\s*(?:&gt;|$)/.test(line))
      ? /&gt;/
      : undefined;
  if (!marks) return text;
  const plain = lines.map((line) => line.replace(new RegExp(`^\\s*${marks.source} ?`), "")).join("\n");
  return (marks.source === ">" ? plain : withoutEntities(plain)).trim();
}
