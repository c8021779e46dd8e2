/** One run from request to closing event: builds the context, runs the strategy, and never leaves a trace without an end. */
import type { RunRequest, RunResult } from "../../core/protocol/engineApi";
import { noThinkFacts } from "../../core/text/thinkFacts";
import { CONVERSATION_STOPS } from "../../core/prompt/conversation";
import { measure, recordsCache } from "../../core/measure/metrics";
import { LoopWatch } from "../../core/measure/loopWatch";
import { markCounts } from "../../core/measure/marks";
import { seededRandom } from "../../core/measure/random";
import { isDoubtThroughout, isOutsideVocabulary } from "../../core/measure/skill";
import {
  classifyTrace,
  readWatchList,
  WatchMatcher,
  type Classify,
  type WatchEntry,
} from "../../core/measure/watchList";
import { ActionableError, sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import { spokenTurns } from "../../core/trace/spokenTurns";
import type { Branch, Instruction, Message, RunHeader, TraceEvent } from "../../core/trace/trace";
import { localDecoder } from "../decoding/branchDecoder";
import { KeptText, StopThinking, type KeptParts } from "../decoding/keptText";
import { localModel } from "../decoding/localModel";
import type { Backend, LanguageModel } from "../decoding/model";
import type { Route } from "../routing/paradigmRouter";
import type { Steering } from "../decoding/steering";
import { Recorder } from "../decoding/recorder";
import { registered, unknownOptions, whyNot } from "../strategies";
import { decodingOptions, checkPublished, formatOption, parseOptions, withPublished } from "../decoding/options";
import type { Strategy } from "../strategies/strategy";
import type { RunContext } from "../thinking/runContext";
import { hasOwnMarks, readingOf, ThinkProgress } from "../thinking/thinkProgress";
import { answerNow } from "../thinking/think";
import { answerIn, graded } from "./runAnswer";
import { headerOf } from "./runHeader";
import { thinkingOfRun, withWords } from "./thinkingOfRun";
import { Structure, type Outline } from "../decoding/structure";
import type { Decoder } from "../decoding/decoder";
import { conversationOf, greedyNotes, instructionOf, samplingAsked, samplingOf, withoutTemplate } from "./runAdvice";
import { l10n } from "../../core/text/l10n";

/** What is said of a run that was cancelled: why it is not needed any more, where whoever cancelled it gave the reason. */
const whyCancelled = ({ reason }: AbortSignal): string => (typeof reason === "string" ? reason : "Cancelled.");

/** What classifiers have to say is beside the run, which does not fail with them. */
async function markByClassifiers(
  recorder: Recorder,
  entries: readonly WatchEntry[],
  classify: Classify,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const mark of await classifyTrace(recorder.trace, entries, classify, signal)) recorder.late(mark);
  } catch (error) {
    if (signal.aborted) return;
    recorder.note("warning", `The classifier of the watch list was not heard: ${sentenceOf(toErrorShape(error))}`);
  }
}

/** Whether a model with few words is asked in others. */
function asksUnknownWords({ local }: Backend, messages: readonly Message[]): boolean {
  if (!local) return false;
  const question = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const { tokenizer, facts } = local;
  return isOutsideVocabulary(question, facts.vocabularySize, (word) => tokenizer.encode(word).length);
}

export interface RunParameters {
  backend: Backend;
  request: RunRequest;
  /** What to run in place of the registered strategy that the request names. */
  strategy?: Strategy;
  /** The run whose text is read again, and what is what in it; its `strategy` returns the answer itself, or nothing. */
  scored?: { run: NonNullable<RunHeader["scored"]>; outline: Outline; instruction: Instruction | undefined };
  /** The run that this one begins inside of, what it keeps of that, and what a person should know of it. */
  branch?: {
    header: Branch;
    instruction: Instruction | undefined;
    kept: (recorder: Recorder) => KeptParts;
    notes: readonly string[];
  };
  /** What a person asks of the run while it goes on. */
  steering?: Steering | undefined;
  /** The paradigm router of Sketch-of-Thought. */
  route: Route;
  /** Asks the classifiers of a watch list. */
  classify?: Classify;
  emit: (events: TraceEvent[]) => void;
  signal: AbortSignal;
}

/** Runs the strategy; where thinking is stopped by a person, the answer is given from there. @returns its text */
async function untilStopped(
  strategy: Strategy,
  context: RunContext,
  options: Parameters<Strategy["run"]>[1],
): Promise<string> {
  try {
    return await strategy.run(context, options);
  } catch (error) {
    const decoder = context.decoders.at(-1);
    if (!(error instanceof StopThinking) || !decoder) throw error;
    context.recorder.exit("stopped");
    await answerNow(context, decoder, context.maxTokens - context.recorder.at);
    return decoder.text;
  }
}

const unfollowed = () =>
  new ActionableError(
    "branch-unfollowed",
    "The run could not be followed up to this place: it was made otherwise than this version would make it.",
    "Trace the prompt again, and branch from that run.",
  );

/**
 * Runs `request` and emits its trace. A cancel or an error ends the trace with its reason.
 * @throws ActionableError before the first event when the request itself cannot be run, and after the last when the run failed
 */
export async function runStrategy({
  backend,
  request,
  strategy: given,
  scored,
  branch,
  steering,
  route,
  classify,
  emit,
  signal,
}: RunParameters): Promise<RunResult> {
  const strategy = given ?? registered(request.strategy);
  const { facts } = backend;
  const reason = whyNot(strategy, backend.capabilities, backend.manifest);
  if (reason) {
    throw new ActionableError(
      "strategy-unsupported",
      l10n.later`${strategy.title} cannot run on ${facts.name}: ${reason}`,
      "Choose another strategy or another model.",
    );
  }
  // Reasoning that somebody pasted has lost its prompt, and can be read all the same.
  if (!scored && !request.messages.some((message) => message.role === "user" && message.content.trim() !== "")) {
    throw new ActionableError("prompt-empty", "The prompt is empty.", "Write a prompt and trace it again.");
  }
  const method = backend.manifest.methods[strategy.id] ?? {};
  checkPublished(strategy.published, request.options, facts.contextLength);
  const wished = withPublished(strategy.published, request.options);
  const options = parseOptions(strategy.options, method, wished);
  const asked = parseOptions(decodingOptions, method, wished);
  const seed = request.seed ?? 0;
  const random = seededRandom(seed);
  const conversation = conversationOf(asked.conversation, backend);
  const named = formatOption(asked.thinkFormat);
  const heeded = conversation === "template" ? backend.thinking : noThinkFacts(backend.thinking.format);
  const wanted = strategy.variables?.(options, heeded, facts.name);
  const thinking =
    conversation === "template"
      ? await thinkingOfRun(backend, strategy, { variables: { ...asked.templateVariables, ...wanted }, format: named })
      : withoutTemplate(backend.thinking, asked.templateVariables, named);
  const advised = samplingAsked(asked.sampling, backend, thinking);
  const decoding = advised ? parseOptions(decodingOptions, { ...method, ...advised }, wished) : asked;
  const messages = spokenTurns(request.messages);
  const ownMarks = hasOwnMarks({ from: thinking.from, opener: thinking.format.opener });
  // A text that is read again was written under an instruction already.
  const written = scored ?? branch;
  const { instruction, notes } = written
    ? { instruction: written.instruction, notes: [] }
    : instructionOf(strategy, options, decoding, messages, backend, ownMarks);
  const entries = readWatchList(request.watch ?? [], "the watch list");
  const watch = entries.length > 0 ? new WatchMatcher(entries) : undefined;
  const recorder = new Recorder(
    emit,
    scored?.outline ?? new Structure(strategy.stepKind, readingOf(thinking), thinking.opening === "closed"),
    decoding.loops === "off" ? undefined : new LoopWatch(decoding.loops === "stop" && !scored),
    watch,
  );
  const kept = branch && new KeptText(branch.kept(recorder), recorder);
  const decoderOptions = {
    signal,
    seed,
    random,
    stopSequences: [...decoding.stop, ...CONVERSATION_STOPS[conversation]],
    thinking,
    conversation,
    hidden: decoding.loops !== "off" && backend.local !== undefined && backend.has("hidden-states"),
    ...(decoding.contextTokens > 0 ? { contextTokens: decoding.contextTokens } : {}),
    alternatives: decoding.alternatives,
    ...(steering ? { steering } : {}),
    ...(kept ? { kept } : {}),
  };
  const decoders: Decoder[] = [];
  steering?.begin(() => {
    const decoder = decoders.at(-1);
    return recorder.isAside || !decoder ? undefined : new ThinkProgress(thinking, decoder).isUnderWay;
  });
  const started = performance.now();

  const model = (): LanguageModel => localModel(backend, "strategy");
  const keep = <T extends Decoder>(decoder: T): T => {
    decoders.push(decoder);
    return decoder;
  };
  const grade: RunContext["grade"] = (text) => graded(answerIn(text, thinking), request.gold);
  const context: RunContext = {
    recorder,
    signal,
    messages,
    sampling: samplingOf(decoding),
    random,
    maxTokens: decoding.maxTokens,
    method,
    thinking,
    prompt: (state = {}, asked = messages) =>
      withWords(strategy.prompt(asked, options, { ...state, instruction, hasOwnMarks: ownMarks }), thinking.words),
    grade,
    route,
    has: (capability) => backend.has(capability),
    decoder: () => keep(backend.decoder(recorder, decoderOptions)),
    localDecoder: (each = {}) => keep(localDecoder(model(), recorder, { ...decoderOptions, ...each })),
    kept,
    decoders,
    model,
  };

  const { settings, ...decoded } = decoding;
  // What the settings come to stands there; their name only where they are not the usual ones.
  const recorded = { ...options, ...decoded, conversation, ...(settings === "house" ? {} : { settings }) };
  recorder.event(
    headerOf(backend, request, {
      ...{ strategy: strategy.id, options: recorded, thinking, instruction, seed },
      ...{ branch: branch?.header, scored: scored?.run },
    }),
  );

  for (const note of [...thinking.notes, ...unknownOptions(strategy, method)]) recorder.note("warning", note);
  if (settings === "paper" && !strategy.published)
    recorder.note("info", "There are no published settings of this strategy that differ from the usual ones.");
  if (thinking.words)
    recorder.note("info", `The words ${thinking.words.words} in the ${thinking.words.turn} turn turn thinking off.`);
  for (const note of [...notes, ...(branch?.notes ?? []), ...(written ? [] : greedyNotes(decoding, backend))])
    recorder.note("info", note);

  if (!written && asksUnknownWords(backend, messages))
    recorder.note(
      "warning",
      `${facts.name} has no words for much of this prompt: it was made for other tasks, and will write nonsense.`,
      "choose-model",
    );

  let text: string | undefined;
  let failure: unknown;
  try {
    text = await untilStopped(strategy, context, options);
    if (kept && !kept.isOver) throw unfollowed();
  } catch (error) {
    failure = error;
  } finally {
    for (const decoder of decoders) decoder.dispose();
  }
  recorder.finishAll();
  if (!scored && isDoubtThroughout(recorder.trace))
    recorder.note(
      "warning",
      `${facts.name} was unsure of nearly every token: what it wrote is likely nonsense.`,
      "choose-model",
    );
  const cancelled = signal.aborted;
  if (cancelled) recorder.exit("cancelled", { message: whyCancelled(signal) });
  else if (failure) recorder.exit("error", { message: toErrorShape(failure).message });
  // The answer of a run that is scored is known, and need not be found in its text again.
  const { answer, correct } = scored ? graded(text === "" ? undefined : text, request.gold) : grade(text);
  // A run that came to no answer is wrong where an answer was expected; one that cannot be compared stays open.
  const verdict = request.gold !== undefined && answer === undefined ? false : correct;
  const figures = measure(recorder.trace);
  const work = recorder.work.figures;
  const total = performance.now() - started - (steering?.pausedMs ?? 0);
  // The run's own time has been taken: what a person wants to see beside it is no part of its cost.
  if (!cancelled && !failure) await strategy.afterRun?.(context);
  if (watch?.isExhausted)
    recorder.note(
      "warning",
      "The patterns of the watch list took too long: later steps were not looked through for them.",
    );
  if (!cancelled && !failure && classify) await markByClassifiers(recorder, entries, classify, signal);
  const marks = markCounts(recorder.trace);
  recorder.event({
    t: "end",
    ...(answer === undefined ? {} : { answer }),
    ...(verdict === undefined || cancelled || failure ? {} : { correct: verdict }),
    tokens: figures.tokens,
    ...(work ? { work } : {}),
    ...(recordsCache(recorder.trace) ? { peak: figures.context.peak } : {}),
    ...(figures.billed ? { billed: figures.billed } : {}),
    ...(Object.keys(marks).length > 0 ? { marks } : {}),
    ms: { ...figures.ms, load: facts.loadMs, total },
  });
  if (failure && !cancelled) throw failure;
  return { id: request.id, answer, correct: verdict };
}
