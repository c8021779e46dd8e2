/** InftyThink (2503.06692): rounds of thinking, each carrying on from a summary of the one before. */
import { segment } from "../../core/text/segment";
import type { RunThinking } from "../../core/text/thinkFacts";
import { endsIn, endsLine } from "../../core/text/trim";
import * as z from "zod";
import type { Message } from "../../core/trace/trace";
import type { Generated, Decoder } from "../decoding/decoder";
import type { RunContext } from "../thinking/runContext";
import { ANSWER_TOKENS, answerNow } from "../thinking/think";
import { closedBlock, formatOf, isCertain, readingOf, ThinkProgress } from "../thinking/thinkProgress";
import prompts from "./prompts.json";
import { stepByStep, strategy } from "./strategy";

const options = z.object({
  protocol: z
    .enum(["trained", "prompt"])
    .default("prompt")
    .describe("trained: the model writes <summary> itself; prompt: any model, asked for a summary after each segment."),
  history: z
    .enum(["answer", "question"])
    .default("answer")
    .describe(
      "Where a trained model finds the summary of the round before: at the beginning of its answer, as the paper's models, or behind the question.",
    ),
  roundTokens: z.int().min(16).default(4096).describe("Thinking tokens of one round (η)."),
  summaryTokens: z
    .int()
    .min(8)
    .default(256)
    .describe("Most tokens of a summary; room for it, at most a quarter, is kept."),
  maxRounds: z.int().min(1).max(50).default(10).describe("Most rounds."),
});
type Options = z.output<typeof options>;

const SUMMARY_OPEN = "<summary>";
const SUMMARY_CLOSE = "</summary>";
const ASK_FOR_SUMMARY =
  "Stop here. Write down in a few short sentences what is settled so far, with every number that is still needed, and what is left to do. Do not go on solving.";

export const inftyThink = strategy({
  id: "inftythink",
  name: "InftyThink",
  title: "InftyThink",
  summary: "Thinks in rounds, each carrying on from a summary of the last, so that the context stays small.",
  paper: "2503.06692",
  needs: ["prefix-continuation"],
  stepKind: "step",
  thinks: "on",
  sample: { prompt: "long-story.prompt.md" },
  options,
  published: { roundTokens: 8192, temperature: 0.7, topP: 0.95 },
  short: { roundTokens: 16, summaryTokens: 8, maxRounds: 2 },
  words: ({ protocol }) => (protocol === "trained" ? prompts.inftythink.system : stepByStep()),
  isMethodOfWords: ({ protocol }) => protocol === "trained",
  framed: (messages, { protocol }, { carried = "" }) => withHistory(messages, protocol, carried),
  async run(context, options) {
    const decoder = context.decoder();
    const round = options.protocol === "trained" ? trainedRound : promptedRound;
    let carried = "";
    for (let n = 1; n <= options.maxRounds; n++) {
      context.recorder.event({ t: "round", at: context.recorder.at, n, carried });
      const outcome = await round(context, decoder, carried, options);
      if (outcome.kind === "concluded") {
        context.recorder.exit("concluded");
        return decoder.text;
      }
      if (outcome.summary === "" || outcome.summary === carried) {
        context.recorder.exit("malformed", {
          message: outcome.summary === "" ? "A round ended without a summary." : "A round settled nothing new.",
        });
        // A summary that begins with a closed block ends its turn, and no answer can follow in it.
        if (options.protocol === "prompt" && isCertain(context.thinking))
          await answerFrom(context, decoder, carried, options);
        else await answerNow(context, decoder);
        return decoder.text;
      }
      carried = outcome.summary;
    }
    context.recorder.exit("max-rounds", { message: `No answer within ${options.maxRounds} rounds.` });
    await answerFrom(context, decoder, carried, options);
    return decoder.text;
  },
});

type Outcome = { kind: "concluded" } | { kind: "summary"; summary: string };

/** The conversation of a round: from the second round on, what is settled stands after the question. */
function withHistory(messages: Message[], protocol: Options["protocol"], carried: string): Message[] {
  if (carried === "") return messages;
  const last = messages.findLastIndex((message) => message.role === "user");
  const history =
    protocol === "trained"
      ? `\n<history>\n${carried}\n</history>`
      : `\n\nSettled so far:\n${carried}\n\nGo on from there; do not start again.`;
  return messages.map((message, index) =>
    index === last ? { ...message, content: message.content + history } : message,
  );
}

/**
 * Reads what a round begins with. The paper's models find the history at the beginning of their answer; where a template
 * has opened thinking there already, it stands behind the question all the same.
 */
async function beginRound(
  context: RunContext,
  decoder: Decoder,
  carried: string,
  { protocol, history }: Options,
): Promise<void> {
  const inAnswer =
    carried !== "" && protocol === "trained" && history === "answer" && context.thinking.opening !== "template";
  if (inAnswer) await decoder.prefill(context.prompt(), `<history>${carried}</history>`);
  else await decoder.prefill(context.prompt({ carried }));
}

/** Answers from what is settled, without another thought. */
async function answerFrom(context: RunContext, decoder: Decoder, carried: string, options: Options): Promise<void> {
  await beginRound(context, decoder, carried, options);
  if (isCertain(context.thinking)) await decoder.force(closedBlock(context.thinking));
  await answerNow(context, decoder);
}

/** A round of a model that was trained to summarise: it closes its own rounds; one that is cut is asked to. */
async function trainedRound(
  context: RunContext,
  decoder: Decoder,
  carried: string,
  options: Options,
): Promise<Outcome> {
  await beginRound(context, decoder, carried, options);
  const progress = new ThinkProgress(context.thinking, decoder);
  const generated = await decoder.generate({
    maxTokens: Math.max(
      1,
      Math.min(options.roundTokens, decoder.room - Math.min(options.summaryTokens, decoder.room >> 2)),
    ),
    sampling: context.sampling,
    stop: () => decoder.text.includes(SUMMARY_CLOSE) || decoder.text.includes(SUMMARY_OPEN),
  });
  if (!decoder.text.includes(SUMMARY_OPEN)) {
    if (generated.stoppedBy === "end") return { kind: "concluded" };
    if (!progress.isUnderWay) {
      await answerNow(context, decoder);
      return { kind: "concluded" };
    }
    context.recorder.note("info", "A round reached its limit and was asked to summarise.");
    await decoder.force(`${closingLine(progress, decoder.text)}${SUMMARY_OPEN}\n`);
  }
  await decoder.generate({
    maxTokens: Math.min(options.summaryTokens, decoder.room),
    sampling: context.sampling,
    stop: () => decoder.text.includes(SUMMARY_CLOSE),
  });
  const [, written = ""] = decoder.text.split(SUMMARY_OPEN);
  const [summary = "", rest] = written.split(SUMMARY_CLOSE);
  if (rest === undefined)
    context.recorder.note("warning", "A summary was cut at its limit; what there was of it is carried on.");
  return { kind: "summary", summary: summary.trim() };
}

/** What closes thinking on a line of its own, for a summary to follow in the answer's place. */
function closingLine({ format }: ThinkProgress, text: string): string {
  return `${text.endsWith("\n") ? "" : "\n"}${format.closer}\n`;
}

/** A round of any model: a segment of thinking, cut at a sentence end, then the summary in a turn of its own. */
async function promptedRound(
  context: RunContext,
  decoder: Decoder,
  carried: string,
  options: Options,
): Promise<Outcome> {
  const messages = context.prompt({ carried });
  await decoder.prefill(messages);
  const progress = new ThinkProgress(context.thinking, decoder);
  let used = 0;
  const generated: Generated = await decoder.generate({
    maxTokens: Math.max(
      1,
      Math.min(options.roundTokens + Math.ceil(options.roundTokens / 8), decoder.room - ANSWER_TOKENS),
    ),
    sampling: context.sampling,
    stop: (_text, token) => {
      used += 1;
      return used >= options.roundTokens && progress.isUnderWay && (endsIn(token.text, ".!?") || endsLine(token.text));
    },
  });
  if (generated.stoppedBy === "end") return { kind: "concluded" };
  if (!progress.isUnderWay) {
    if (generated.stoppedBy === "repetition") return { kind: "concluded" };
    await decoder.generate({ maxTokens: Math.min(ANSWER_TOKENS, decoder.room), sampling: context.sampling });
    return { kind: "concluded" };
  }
  await askForSummary(decoder, context, messages, decoder.text);
  context.recorder.begin("summary");
  const { text } = await decoder.generate({
    maxTokens: Math.min(options.summaryTokens, decoder.room),
    sampling: context.sampling,
  });
  context.recorder.finish("summary");
  return { kind: "summary", summary: withoutThinking(text, context.thinking) };
}

/** Reads what was thought as a turn of its own, and the request to sum it up. */
async function askForSummary(
  decoder: Decoder,
  { thinking }: RunContext,
  messages: readonly Message[],
  written: string,
): Promise<void> {
  // Templates refuse marks in a turn, or cut at them, and a summary is no place to think: it begins with a closed block.
  const isKnown = isCertain(thinking);
  await decoder.prefill(
    [
      ...messages,
      { role: "assistant", content: isKnown ? written.replace(thinking.format.opener, "").trimStart() : written },
      { role: "user", content: ASK_FOR_SUMMARY },
    ],
    isKnown ? closedBlock(thinking) : "",
  );
}

/** What a summary says: what was thought before it only where nothing else is there. */
function withoutThinking(text: string, thinking: RunThinking): string {
  const { format } = readingOf(thinking);
  const said = segment(text, format ? { format } : {}).filter(({ kind }) => kind !== "thinking");
  const summary = said
    .map(({ from, to }) => text.slice(from, to))
    .join("")
    .trim();
  if (summary !== "") return summary;
  const { opener, closer } = formatOf(thinking);
  return text.replaceAll(opener, "").replaceAll(closer, "").trim();
}
