/** The JSON Schema of one line of a `*.thoughts.jsonl` file, for tools that write traces; made from the zod schemas. */
import * as z from "zod";
import type { JsonSchema } from "./jsonSchema";
import { TRACE_VERSION, traceEvent, type TraceEventType } from "./trace";

/** What each event says, one sentence. */
const EVENTS: Record<TraceEventType, string> = {
  run: "The header, first line of a file: what was run, on which model, with which prompt and options.",
  fork: "A branch left its parent at `at`: what stands before was read, as the parent had written it.",
  set: "The text in [from, to) was put there by a person, as if the model had thought it; it stands as `forced`.",
  prefill: "The model read a prompt of `tokens` tokens, `reused` of them from its cache.",
  auxiliary:
    "A model beside the run's own read `tokens` positions, which attended to `attended` rows in all, as SoftCoT's assistant.",
  masked: "A mask hid `rows` of the live cache rows from each of the positions [from, to).",
  resent: "A server was asked to go on at `at`: `tokens` that it had been sent before were sent again.",
  tokens:
    "Consecutive positions of the axis from `at` on, of one kind; arrays have one entry a position, `ms` is what it took.",
  span: "Positions [from, to) are thinking, a step, a draft, a trial, the answer, …; written when they close; spans nest.",
  check: "At `at` somebody asked whether thinking may stop; `trial` is where the trial answer stands on the axis.",
  exit: "Thinking ended at `at`, and why.",
  evict: "The cache rows of positions [from, to) were dropped; `kept` rows stand for them.",
  round: "Round `n` begins at `at`, carrying on from `carried` (InftyThink).",
  latent:
    "A continuous thought: `vector` is base64 of little-endian float16, `top` its likeliest vocabulary entries with probabilities.",
  soft: "A soft prompt token: its nearest vocabulary entries by cosine, and the norm of its embedding.",
  projection:
    "Continuous thoughts or soft tokens in two dimensions among the vocabulary, by principal components or UMAP; `others` is base64 of little-endian float16.",
  attention:
    "Attention that positions [at, until) pay to the thoughts and gist blocks that begin at given offsets, and to the prompt: the mean over positions, heads and layers.",
  call: "At `at` the model called a tool with `arguments`; `result` is what came back.",
  withheld: "At `at` the model reasoned in what its provider does not show; `tokens` is how much, where that is told.",
  context: "`cached` rows of the KV cache are live when position `at` comes to be fed.",
  note: "A sentence for the person who reads the trace.",
  mark: "Positions [from, to) repeat themselves (`loop`) or are on a watch list (`watch`); written again, with the same `from`, when they have grown.",
  importance:
    "How far step [from, to) moves the distribution of answers, in nats, by samples from before it and from behind it.",
  altered: "The thought or the prompt was altered, by a test of whether the answer hangs on it, and gone on from.",
  route: "A router picked a paradigm; `scores` are all of them with their probabilities, best first.",
  end: "The last line: the final answer and the totals.",
};

/** @returns the schema of one event as a writer gives it: fields with defaults may be left out */
export function traceJsonSchema(): JsonSchema {
  const { oneOf, anyOf, ...rest } = z.toJSONSchema(traceEvent, { io: "input", target: "draft-2020-12" }) as JsonSchema;
  const events = (oneOf ?? anyOf) as JsonSchema[];
  return {
    ...rest,
    title: "Thoughtlens trace event",
    description:
      `One line of a *.thoughts.jsonl file, version ${TRACE_VERSION}. Offsets count everything the model processed after the ` +
      "prompt, from 0. Readers skip events and fields they do not know.",
    oneOf: events.map((event) => {
      const type = event.properties?.["t"]?.const as TraceEventType;
      return { title: type, description: EVENTS[type], ...event };
    }),
  };
}

/** The text of `trace.schema.json`. */
export function traceJsonSchemaText(): string {
  return `${JSON.stringify(traceJsonSchema(), null, 2)}\n`;
}
