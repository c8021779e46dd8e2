/** Conversations that were copied with the marks of a chat template, as models are given them. */
import type { Message } from "../../trace/trace";
import { roleOf } from "../reading/foreignMessage";
import { isMarked, readMarkedText } from "../reading/foreignParts";

/** What opens a turn, wherever it stands: the name of its role is in one of the groups. */
const ANYWHERE = [
  String.raw`<\|im_start\|>(system|developer|user|assistant(?:\/think)?|tool)(?:\n|<\|im_sep\|>\n?|$)`,
  String.raw`<[|｜](?:hy_)?(System|User|Assistant)[|｜]>`,
  String.raw`<\|(?:start_header_id|header_start)\|>(system|user|assistant|ipython)<\|(?:end_header_id|header_end)\|>\n*`,
  String.raw`<start_of_turn>(user|model)\n`,
];
/**
 * What does so in a text that begins with one: of Kimi, Granite, Gemma 4, Seed, Cohere, MiniMax, Nemotron, Apertus, Phi,
 * GLM, Mistral, Solar, Inkling, EXAONE, Ling, Reka and others. Some have the model's thinking in a turn of its own.
 */
const FROM_THE_BEGINNING = [
  String.raw`<\|im_(system|user|assistant)\|>\w*<\|im_middle\|>`,
  String.raw`<\|open\|>message role="(system|user|assistant|tool)"[^<\n]{0,200}<\|sep\|>`,
  String.raw`<\|start_of_role\|>(system|user|assistant|available_tools)<\|end_of_role\|>`,
  String.raw`<\|turn>(system|user|model)\n`,
  String.raw`<seed:bos>(system|user|assistant|tool)\n`,
  String.raw`<\|START_OF_TURN_TOKEN\|><\|(SYSTEM|USER|CHATBOT)_TOKEN\|>`,
  String.raw`\]~b\](system|user|ai|tool)\n`,
  String.raw`<SPECIAL_1[01]>(System|User|Assistant)\n`,
  String.raw`<\|(system|developer|user|assistant)_start\|>`,
  String.raw`<\|begin_(system|user|assistant|observation)\|>\n?`,
  String.raw`<\|begin\|>(assistant<\|think\|>)`,
  String.raw`<\|begin\|>(system|user|assistant|tool)(?:<\|content\|>)?`,
  String.raw`<\|message_(model\|><\|content_thinking)\|>`,
  String.raw`<\|message_(system|user|model|tool)\|>(?:<\|content_text\|>)?`,
  String.raw`<\|from\|>(system|user|assistant)\n<\|recipient\|>\w*\n<\|content\|>`,
  String.raw`<\|(system|user|assistant|observation)\|>\n?`,
  String.raw`<\|im:start\|>(system|developer|user|assistant|tool)<\|im:content\|>`,
  String.raw`\[\|(system|user|assistant|tool)\|\]\n?`,
  String.raw`<role>(SYSTEM|HUMAN|ASSISTANT|OBSERVATION)<\/role>\n?`,
  String.raw`(?:^|<sep> ?)(human|assistant): `,
  String.raw`\[(SYSTEM_PROMPT|INST|\/INST)\]`,
];
const ANY_TURN = [...ANYWHERE, ...FROM_THE_BEGINNING].join("|");
const TURN = new RegExp(ANY_TURN, "g");
const FIRST = new RegExp(`^(?:${ANY_TURN})`);
const TURN_ANYWHERE = new RegExp(ANYWHERE.join("|"), "g");
/** Tokens before the first turn. */
const OPENERS = String.raw`<s>|<bos>|<\|begin_of_text\|>|\[gMASK\]|<sop>|\]~!b\[|<\|bom\|>|<[|｜](?:hy_)?begin▁of▁sentence[|｜]>`;
const OPENING = new RegExp(`^(?:\\s|${OPENERS})*`);
/** Characters of words about a conversation. */
const LONGEST_LEAD = 500;
/** Where a conversation may begin on a line of its own, behind words about it. */
const LATER = new RegExp(`\\n[ \\t]{0,20}(?=${OPENERS})`, "g");
const TURN_END =
  /<\|im_end\|>|<[|｜](?:hy_)?(?:end▁of▁sentence|begin▁of▁sentence|place▁holder▁no▁\d)[|｜]>|<\|eot_id\|>|<\|begin_of_text\|>|<end_of_turn>|<bos>/g;
const END_FROM_THE_BEGINNING =
  /<\/?s>|<turn\|>|<\|im:end\|>|<\|(?:end|eot|eom|bom|flush|end_of_text|endoftext|end_message|end_of_msg|content_model_end_sampling|role_end|END_OF_TURN_TOKEN)\|>|<\|close\|>message<\|sep\|>|<seed:eos>|\[e~\[|\[\|endofturn\|\]|<SPECIAL_12>|<\|(?:system|developer|user|assistant)_end\|>|\[\/SYSTEM_PROMPT\]|<sep>/g;

/** Roles that are named otherwise. */
const ROLES: Readonly<Record<string, Message["role"]>> = {
  system_prompt: "system",
  available_tools: "system",
  inst: "user",
  "/inst": "assistant",
  chatbot: "assistant",
};
const roleNamed = (name: string): Message["role"] => ROLES[name.toLowerCase()] ?? roleOf(name) ?? "user";
/** Names of turns that hold nothing but thinking. */
const THINKS = /^(?:assistant|model)(?:\/think|<|\|)/;

/** Llama 2 puts what its system says into the first turn of the user. */
const SYSTEM_IN_USER = /^<<SYS>>\n?([^]*?)\n?<<\/SYS>>\n*/;

/** @returns what was said before the last turn of the assistant, and that turn; a text without turns is all reply */
export function chatTurns(source: string): { messages: Message[]; reply: string } {
  const whole = turnsIn(source);
  const last = whole.findLastIndex(({ role }) => role === "assistant");
  if (last < 0) return { messages: [], reply: source };
  return { messages: whole.slice(0, last).map(messageOf), reply: whole[last]!.content };
}

/** A prompt for completion, made by a chat template: what was said, and the model's own turn as it begins. */
export interface TemplatedPrompt {
  messages: Message[];
  /** The whole of the model's turn, with its marks. @param written what the model wrote to the prompt */
  reply(written: string): string;
}

/** A prompt that ends where a turn of the assistant has begun; undefined for any other text. */
export function templatedPrompt(prompt: string): TemplatedPrompt | undefined {
  if (!isConversation(prompt)) return undefined;
  const said = turnsIn(prompt);
  const begun = said.at(-1);
  if (said.length < 2 || begun?.role !== "assistant" || !isOnlyMarks(begun.content)) return undefined;
  return {
    messages: said.slice(0, -1).map(messageOf),
    // What follows the model's turn it made up.
    reply: (written) => turnsIn(prompt + written)[said.length - 1]?.content ?? written,
  };
}

/** Whether nothing was said yet: thinking was opened, or opened and closed. */
const isOnlyMarks = (text: string): boolean =>
  text === "" || (isMarked(text) && readMarkedText(text).parts.length === 0);

/** All turns of a conversation; none of a text that is none. */
export const allTurns = (source: string): Message[] => turnsIn(source).map(messageOf);

const messageOf = ({ role, content }: Turn): Message => ({ role, content });

/** All turns of a conversation, thinking with the words that it led to. */
function turnsIn(source: string): Turn[] {
  const isFirst = isConversation(source);
  const later = isFirst ? undefined : laterTurns(source);
  const begins = isFirst || later !== undefined;
  const text = later ?? source;
  const turns = [...text.matchAll(begins ? TURN : TURN_ANYWHERE)];
  const said = turns.flatMap((turn, index) => {
    const content = text.slice(turn.index + turn[0].length, turns[index + 1]?.index ?? text.length);
    return turnsOf(turn.slice(1).find((each) => each !== undefined) ?? "", content, begins);
  });
  return said.reduce<Turn[]>(withThought, []);
}

/** Whether a text begins with a turn. */
export const isConversation = (source: string) => FIRST.test(source.slice(OPENING.exec(source)![0].length));

/** What stands from a conversation's first line on, where some words come before it that are no reply of a model. */
function laterTurns(source: string): string | undefined {
  const [found] = [...source.slice(0, LONGEST_LEAD).matchAll(LATER)].filter(({ index }) =>
    isConversation(source.slice(index)),
  );
  if (!found) return undefined;
  const before = source.slice(0, found.index);
  const isQuoted = /(?:^|\n)```[^\n]*$/.test(before);
  return isQuoted || isMarked(before) ? undefined : source.slice(found.index + 1);
}

interface Turn extends Message {
  /** Whether it is all thinking of the turn that follows. */
  isThought?: boolean;
}

function turnsOf(name: string, content: string, begins: boolean): Turn[] {
  const plain = content.replace(TURN_END, "");
  const text = (begins ? plain.replace(END_FROM_THE_BEGINNING, "") : plain).trim();
  if (THINKS.test(name)) return [{ role: "assistant", content: text, isThought: true }];
  const role = roleNamed(name);
  const system = role === "user" ? SYSTEM_IN_USER.exec(text) : null;
  if (!system) return [{ role, content: text }];
  return [
    { role: "system", content: system[1]!.trim() },
    { role, content: text.slice(system[0].length) },
  ];
}

/** Puts thinking that was a turn of its own before the words that follow it. */
function withThought(all: Turn[], turn: Turn): Turn[] {
  const before = all.at(-1);
  if (turn.isThought) all.push({ ...turn, content: `<think>\n${turn.content}` });
  else if (before?.isThought && turn.role === "assistant")
    all[all.length - 1] = { role: "assistant", content: `${before.content}\n</think>\n\n${turn.content}` };
  else all.push(turn);
  return all;
}
