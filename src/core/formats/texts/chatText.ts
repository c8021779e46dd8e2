/** Conversations that were copied with the marks of a chat template, as models are given them. */
import type { Message } from "../../trace/trace";
import { roleOf } from "../reading/foreignMessage";

/** What opens a turn, wherever it stands: the name of its role is in one of the groups. */
const ANYWHERE = [
  String.raw`<\|im_start\|>(system|developer|user|assistant|tool)\n`,
  String.raw`<[|｜](System|User|Assistant)[|｜]>`,
  String.raw`<\|(?:start_header_id|header_start)\|>(system|user|assistant|ipython)<\|(?:end_header_id|header_end)\|>\n*`,
  String.raw`<start_of_turn>(user|model)\n`,
];
/** What does so in a text that begins with one: of Kimi, Granite, Gemma 4, Seed, Cohere, MiniMax, Nemotron, Apertus, Phi, GLM, Mistral and others. */
const FROM_THE_BEGINNING = [
  String.raw`<\|im_(system|user|assistant)\|>\w*<\|im_middle\|>`,
  String.raw`<\|start_of_role\|>(system|user|assistant|available_tools)<\|end_of_role\|>`,
  String.raw`<\|turn>(system|user|model)\n`,
  String.raw`<seed:bos>(system|user|assistant|tool)\n`,
  String.raw`<\|START_OF_TURN_TOKEN\|><\|(SYSTEM|USER|CHATBOT)_TOKEN\|>`,
  String.raw`\]~b\](system|user|ai|tool)\n`,
  String.raw`<SPECIAL_1[01]>(System|User|Assistant)\n`,
  String.raw`<\|(system|developer|user|assistant)_start\|>`,
  String.raw`<\|begin_(system|user|assistant|observation)\|>\n?`,
  String.raw`<\|begin\|>(system|user|assistant)(?:<\|content\|>)?`,
  String.raw`<\|from\|>(system|user|assistant)\n<\|recipient\|>\w*\n<\|content\|>`,
  String.raw`<\|(system|user|assistant|observation)\|>\n?`,
  String.raw`\[(SYSTEM_PROMPT|INST|\/INST)\]`,
];
const TURN = new RegExp([...ANYWHERE, ...FROM_THE_BEGINNING].join("|"), "g");
const FIRST = new RegExp(`^(?:${[...ANYWHERE, ...FROM_THE_BEGINNING].join("|")})`);
const TURN_ANYWHERE = new RegExp(ANYWHERE.join("|"), "g");
/** Tokens before the first turn. */
const OPENING = /^(?:\s|<s>|<bos>|<\|begin_of_text\|>|\[gMASK\]|<sop>|\]~!b\[|<\|bom\|>)*/;
const TURN_END =
  /<\|im_end\|>|<[|｜](?:end▁of▁sentence|begin▁of▁sentence)[|｜]>|<\|eot_id\|>|<\|begin_of_text\|>|<end_of_turn>|<bos>/g;
const END_FROM_THE_BEGINNING =
  /<\/?s>|<turn\|>|<\|(?:end|eot|eom|bom|end_of_text|endoftext|END_OF_TURN_TOKEN)\|>|<seed:eos>|\[e~\[|<SPECIAL_12>|<\|(?:system|developer|user|assistant)_end\|>|\[\/SYSTEM_PROMPT\]/g;

/** Roles that are named otherwise. */
const ROLES: Readonly<Record<string, Message["role"]>> = {
  system_prompt: "system",
  available_tools: "system",
  inst: "user",
  "/inst": "assistant",
  chatbot: "assistant",
};
const roleNamed = (name: string): Message["role"] => ROLES[name.toLowerCase()] ?? roleOf(name) ?? "user";

/** Llama 2 puts what its system says into the first turn of the user. */
const SYSTEM_IN_USER = /^<<SYS>>\n?([^]*?)\n?<<\/SYS>>\n*/;

/** @returns what was said before the last turn of the assistant, and that turn; a text without turns is all reply */
export function chatTurns(source: string): { messages: Message[]; reply: string } {
  const begins = FIRST.test(source.slice(OPENING.exec(source)![0].length));
  const turns = [...source.matchAll(begins ? TURN : TURN_ANYWHERE)];
  const said = turns.flatMap((turn, index): Message[] => {
    const content = source.slice(turn.index + turn[0].length, turns[index + 1]?.index ?? source.length);
    const plain = content.replace(TURN_END, "");
    const text = (begins ? plain.replace(END_FROM_THE_BEGINNING, "") : plain).trim();
    const role = roleNamed(turn.slice(1).find((each) => each !== undefined) ?? "");
    const system = role === "user" ? SYSTEM_IN_USER.exec(text) : null;
    if (!system) return [{ role, content: text }];
    return [
      { role: "system", content: system[1]!.trim() },
      { role, content: text.slice(system[0].length) },
    ];
  });
  const last = said.findLastIndex(({ role }) => role === "assistant");
  return last < 0 ? { messages: [], reply: source } : { messages: said.slice(0, last), reply: said[last]!.content };
}
