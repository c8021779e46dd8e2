/** `scenario_state.json` of HELM: every completion of a request is a run, and a reference that is tagged correct the right answer. */
import { goldAnswer } from "../../text/answer";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { reasoningAndText } from "../reading/foreignParts";
import { promptOf } from "../reading/foreignSession";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { readCompletion } from "../texts/completed";

const statesOf = (value: Json) => list(value["request_states"]).map(object);
const isState = (value: Json) => "instance" in value && "request" in value && "result" in value;

/** The right answer, as the letter under which the prompt lists it where it does. */
function goldOf(state: Json): string | undefined {
  const references = list(object(state["instance"])["references"]).map(object);
  const right = references.find(({ tags }) => list(tags).includes("correct"));
  const said = text(object(right?.["output"])["text"]);
  if (said === undefined) return undefined;
  const letter = Object.entries(object(state["output_mapping"])).find(([, each]) => each === said)?.[0];
  return letter ?? goldAnswer(said);
}

export const helm: TraceFormat = {
  id: "helm",
  title: "Scenario state of HELM",
  detect: ({ first }) => statesOf(first).slice(0, 20).some(isState),
  *read({ first }) {
    for (const [place, state] of statesOf(first).filter(isState).entries()) {
      const [request, result] = [object(state["request"]), object(state["result"])];
      const id = text(object(state["instance"])["id"]) ?? `${place + 1}`;
      const asked = list(request["messages"]);
      for (const [nth, completion] of list(result["completions"]).map(object).entries()) {
        const thinking = text(object(completion["thinking"])["text"]);
        const written = text(completion["text"]) ?? "";
        yield {
          id: nth === 0 ? id : `${id}-${nth + 1}`,
          title: id,
          model: text(request["model"]),
          messages: promptOf(turnsOf(asked.length > 0 ? asked : (text(request["prompt"]) ?? ""))),
          parts:
            thinking === undefined
              ? readCompletion(text(request["prompt"]) ?? "", written).parts
              : reasoningAndText(thinking, written),
          gold: goldOf(state),
          verdicts: [],
          finish: text(object(completion["finish_reason"])["reason"]),
          ms: seconds(result["request_time"]),
        };
      }
    }
  },
};

const seconds = (value: unknown) => {
  const found = number(value);
  return found === undefined ? undefined : found * 1000;
};
