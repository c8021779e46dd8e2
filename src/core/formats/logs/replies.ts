/** What a model said, alone: a message of any framework, or what wraps one, without the call that it answers. */
import type { TraceFormat } from "../format";
import { roleOf } from "../reading/foreignMessage";
import { isThought, turnParts } from "../reading/foreignParts";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, object, scalar, text, type Json } from "../reading/jsonValue";
import { langChainTurn } from "../answers/langChain";
import type { Source } from "../source";

/** Fields in which frameworks wrap a message. */
const WRAPPERS = ["message", "response", "output", "result", "reply", "completion"];

const isReply = (value: Json): boolean => {
  const className = list(value["id"]).at(-1);
  const isAssistant = [value["role"], value["type"], className].some((name) => roleOf(name) === "assistant");
  return isAssistant && ["content", "kwargs", "data", "parts", "blocks"].some((name) => name in value);
};

/** The message in a value: itself, what one or two fields wrap, or the generation of a batch. */
function messageIn(value: unknown, depth = 0): Json | undefined {
  const outer = object(value);
  if (isReply(outer)) return outer;
  if (depth >= 2) return undefined;
  const [first] = list(list(outer["generations"])[0] ?? []);
  const inside = [first, ...WRAPPERS.map((name) => outer[name])];
  return inside.map((each) => messageIn(each, depth + 1)).find((each) => each !== undefined);
}

/** A turn that thinks. */
function turnOf(value: unknown): ForeignTurn | undefined {
  const message = messageIn(value);
  if (!message) return undefined;
  const turn = langChainTurn(message);
  return turnParts(turn.parts).some(isThought) ? { ...turn, role: "assistant" } : undefined;
}

const turnsIn = (source: Source): ForeignTurn[] =>
  (source.stream?.values ?? source.values).flatMap((value) => turnOf(value) ?? []);

export const replies: TraceFormat = {
  id: "reply",
  isGeneric: true,
  title: "Reply of a model",
  detect: (source) => source.beginning.some((value) => turnOf(value) !== undefined),
  *read(source) {
    const outer = source.first;
    for (const [index, turn] of turnsIn(source).entries()) {
      yield* sessionRuns({ id: scalar(outer["id"]) ?? `${index + 1}`, model: text(outer["model"]), turns: [turn] });
    }
  },
};
