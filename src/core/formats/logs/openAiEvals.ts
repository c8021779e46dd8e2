/** Logs of OpenAI's evals: lines of events; what was sampled is a run, and the match of the same sample its verdict. */
import { goldAnswer } from "../../text/answer";
import type { Verdict } from "../../trace/trace";
import { turnsOf } from "../answers/asked";
import type { TraceFormat } from "../format";
import { acceptedText } from "../reading/acceptedLists";
import { readReasoning } from "../reading/foreignParts";
import { promptOf } from "../reading/foreignSession";
import { list, object, scalar, text, type Json } from "../reading/jsonValue";

const isEvent = (value: Json) => "run_id" in value && "event_id" in value && "sample_id" in value && "data" in value;
const isSampling = (value: Json) => isEvent(value) && value["type"] === "sampling";

/** What events of one sample say of its answer, the last of them. */
interface Judged {
  gold?: string;
  verdicts: Verdict[];
}

function judged({ type, data }: Json): Judged | undefined {
  const { correct, expected } = object(data);
  if (typeof correct !== "boolean") return undefined;
  const right = scalar(expected) ?? acceptedText(expected) ?? scalar(list(expected)[0]);
  const verdict: Verdict = { by: `evals ${text(type) ?? "match"}`, value: String(correct), correct };
  return { ...(right === undefined ? {} : { gold: goldAnswer(right) }), verdicts: [verdict] };
}

export const openAiEvals: TraceFormat = {
  id: "openai-evals",
  title: "Log of OpenAI's evals",
  detect: ({ beginning }) => beginning.some(isEvent),
  *read({ values }) {
    const events = values.map(object).filter(isEvent);
    const verdicts = new Map<unknown, Judged>();
    for (const event of events) {
      const found = judged(event);
      if (found) verdicts.set(event["sample_id"], found);
    }
    const spec = values.map((value) => object(object(value)["spec"])).find((each) => "completion_fns" in each) ?? {};
    for (const event of events.filter(isSampling)) {
      const { prompt, sampled } = object(event["data"]);
      const sample = scalar(event["sample_id"]) ?? "sample";
      const written = [sampled].flat().flatMap((each) => text(each) ?? []);
      for (const [nth, response] of written.entries()) {
        yield {
          id: nth === 0 ? sample : `${sample}-${nth + 1}`,
          title: sample,
          model: text(list(spec["completion_fns"])[0]),
          messages: promptOf(turnsOf(Array.isArray(prompt) ? prompt : (text(prompt) ?? ""))),
          parts: readReasoning(response).parts,
          ...verdicts.get(event["sample_id"]),
        };
      }
    }
  },
};
