/** Calls of tools as models write them into their text, where no server took them out: the marks of Qwen, GLM, MiniMax, Kimi and DeepSeek. */
import { parseJson } from "./jsonDocument";
import { object, text } from "./jsonValue";

/** A stretch of text, or a call in its place. */
export type TextOrCall = { text: string } | { name: string; arguments: string };

const BLOCKS: readonly (readonly [open: string, close: string])[] = [
  ["<tool_call>", "</tool_call>"],
  ["<minimax:tool_call>", "</minimax:tool_call>"],
  ["<function_calls>", "</function_calls>"],
  ["<|tool_call_begin|>", "<|tool_call_end|>"],
  ["<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"],
];
/** What stands around a list of calls. */
const SECTION = /<\|tool_calls_section_(?:begin|end)\|>|<｜tool▁calls▁(?:begin|end)｜>/g;
/** Calls of one text that are looked at. */
const MOST_CALLS = 200;

/** The text between marks within a call, as many as there are. */
function between(source: string, open: RegExp, close: string): { name: string; value: string }[] {
  return [...source.matchAll(open)].slice(0, MOST_CALLS).flatMap((match) => {
    const from = match.index + match[0].length;
    const to = source.indexOf(close, from);
    return to < 0 ? [] : [{ name: match[1]!, value: source.slice(from, to).trim() }];
  });
}

const given = (pairs: readonly { name: string; value: string }[]): string =>
  JSON.stringify(Object.fromEntries(pairs.map(({ name, value }) => [name, value])));

/** The call that a block holds; undefined where it is none that is known. */
function callIn(source: string): { name: string; arguments: string } | undefined {
  const inside = source.trim();
  const json = object(parseJson(inside));
  const named = text(json["name"]);
  if (named !== undefined) {
    const value = json["arguments"] ?? json["parameters"] ?? {};
    return { name: named, arguments: typeof value === "string" ? value : JSON.stringify(value) };
  }
  const [, tag] = /^<function=([\w.-]{1,100})>/.exec(inside) ?? [];
  if (tag !== undefined)
    return { name: tag, arguments: given(between(inside, /<parameter=([\w.-]{1,100})>/g, "</parameter>")) };
  const [, invoked] = /^<invoke name="([\w.-]{1,100})">/.exec(inside) ?? [];
  if (invoked !== undefined)
    return { name: invoked, arguments: given(between(inside, /<parameter name="([\w.-]{1,100})">/g, "</parameter>")) };
  const [, kimi, rest] =
    /^(?:functions\.)?([\w.-]{1,100}?)(?::\d{1,6})?<\|tool_call_argument_begin\|>([^]*)$/.exec(inside) ?? [];
  if (kimi !== undefined) return { name: kimi, arguments: rest!.trim() };
  const [, deepSeek, written] =
    /^(?:function<｜tool▁sep｜>)?([\w.-]{1,100})(?:<｜tool▁sep｜>|\n)([^]*)$/.exec(inside) ?? [];
  if (deepSeek === undefined) return undefined;
  const keys = between(written!, /<(arg_key)>/g, "</arg_key>");
  const values = between(written!, /<(arg_value)>/g, "</arg_value>");
  if (keys.length > 0 && keys.length === values.length)
    return {
      name: deepSeek,
      arguments: given(keys.map(({ value }, index) => ({ name: value, value: values[index]!.value }))),
    };
  const body = written!.replace(/^```(?:json)?\n|\n```$/g, "").trim();
  return parseJson(body) === undefined ? undefined : { name: deepSeek, arguments: body };
}

const isInFence = (before: string) => (before.match(/^ {0,3}```/gm)?.length ?? 0) % 2 === 1;

/** An answer with its calls in their places; one text where it holds none. */
export function withWrittenCalls(source: string): TextOrCall[] {
  const found: TextOrCall[] = [];
  let [from, at] = [0, 0];
  for (let tried = 0; tried < MOST_CALLS; tried++) {
    const next = BLOCKS.map(([open, close]) => ({ open, close, place: source.indexOf(open, at) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place)[0];
    if (!next) break;
    const inner = next.place + next.open.length;
    const end = source.indexOf(next.close, inner);
    if (end < 0) break;
    const call = isInFence(source.slice(0, next.place)) ? undefined : callIn(source.slice(inner, end));
    at = end + next.close.length;
    if (!call) continue;
    found.push({ text: source.slice(from, next.place) }, call);
    from = at;
  }
  if (found.length === 0) return [{ text: source }];
  return [...found, { text: source.slice(from) }]
    .map((each) => ("text" in each ? { text: each.text.replace(SECTION, "").trim() } : each))
    .filter((each) => !("text" in each) || each.text !== "");
}
