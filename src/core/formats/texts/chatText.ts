/** Conversations that were copied with the marks of a chat template: ChatML, DeepSeek, Llama 3, Mistral, and plain names. */
import type { Message, Role } from "../../trace/trace";
import { roleOf } from "../reading/foreignMessage";

/** What opens a turn: the name of its role is in one of the groups. */
const TURN = new RegExp(
  [
    String.raw`<\|im_start\|>(system|developer|user|assistant|tool)\n`,
    String.raw`<[|｜](System|User|Assistant)[|｜]>`,
    String.raw`<\|start_header_id\|>(system|user|assistant|ipython)<\|end_header_id\|>\n*`,
    String.raw`<start_of_turn>(user|model)\n`,
  ].join("|"),
  "g",
);
const TURN_END =
  /<\|im_end\|>|<[|｜](?:end▁of▁sentence|begin▁of▁sentence)[|｜]>|<\|eot_id\|>|<\|begin_of_text\|>|<end_of_turn>|<bos>/g;

/** @returns what was said before the last turn of the assistant, and that turn; a text without turns is all reply */
export function chatTurns(source: string): { messages: Message[]; reply: string } {
  const turns = [...source.matchAll(TURN)];
  const said = turns.map((turn, index): Message => {
    const content = source.slice(turn.index + turn[0].length, turns[index + 1]?.index ?? source.length);
    const name = turn.slice(1).find((each) => each !== undefined);
    return { role: roleOf(name) ?? ("user" satisfies Role), content: content.replace(TURN_END, "").trim() };
  });
  const last = said.findLastIndex(({ role }) => role === "assistant");
  return last < 0 ? { messages: [], reply: source } : { messages: said.slice(0, last), reply: said[last]!.content };
}
