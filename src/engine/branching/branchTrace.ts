/**
 * Going on from inside a run: everything before a place of its trace is kept, and a model answers there, goes on from it
 * (or from what a person made of it), chooses again, or goes on behind another token. On the model that made the run its own
 * tokens are read and its strategy goes on; any other model reads the text, and thinks on plainly.
 */
import { fold, type Trace } from "../../core/trace/fold";
import type { BranchRequest, RunResult } from "../../core/protocol/engineApi";
import { ActionableError } from "../../core/protocol/rpc";
import { checkPlace } from "../../core/measure/branchPoint";
import { textBefore } from "../../core/measure/branchText";
import { isThinkingAt } from "../../core/text/segment";
import { namedThinkFormat } from "../../core/text/thinkFormat";
import { changedWords, changeOf } from "../../core/trace/branch";
import type { Branch, BranchReason, RunHeader, TraceEvent } from "../../core/trace/trace";
import { decodingOptions } from "../decoding/options";
import type { KeptEntry, KeptParts, KeptToken } from "../decoding/keptText";
import type { Backend } from "../decoding/model";
import type { Steering } from "../decoding/steering";
import type { Route } from "../routing/paradigmRouter";
import { runStrategy } from "../runs/runStrategy";
import { promptAsRead } from "../scoring/promptAsRead";
import { findStrategy, STRATEGIES } from "../strategies";
import { decisions, isOwn, ownSections, stoppedBefore, stoppedByHand, type Change } from "./ownParts";
import { readSection } from "./readParts";
import { l10n } from "../../core/text/l10n";

interface BranchSurroundings {
  steering?: Steering | undefined;
  route: Route;
  emit: (events: TraceEvent[]) => void;
  signal: AbortSignal;
}

/** How it is sampled again where the run itself was greedy: as the traces of thought anchors were (2506.19143, §3). */
const SAMPLING = { temperature: 0.6, topP: 0.95 };

/** Options of decoding that mean the same to any model. */
const COMMON = ["temperature", "topP", "topK", "minP", "maxTokens"];

/**
 * Emits the trace of a run that begins inside that of `request`; a cancel ends it with its reason.
 * @throws ActionableError `branch-no-header`, `branch-scored`, `branch-place`, `branch-latents`, `branch-no-prompt`,
 *   `branch-token`, `branch-ends`, `branch-budget`, `branch-unfollowed`, `server-cannot-continue`, and those of `runStrategy`
 */
export async function branchTrace(
  backend: Backend,
  request: BranchRequest,
  { steering, route, emit, signal }: BranchSurroundings,
): Promise<RunResult> {
  const parent = fold(request.events);
  const header = checkedHeader(parent);
  const { at } = request;
  const why = reasonOf(request, parent);
  checkPlace(parent, at, why);
  const own = isOwn(parent, backend);
  const isForeign = header.source !== undefined || !findStrategy(header.strategy);
  const change = changeAsked(parent, request, why);
  const sections = own
    ? ownSections(parent, at, change, backend)
    : [readSection(parent, at, change, { backend, isForeign })];
  checkEnds(sections.flat(), why, backend);
  const options = { ...optionsOf(header, own, isForeign, why), ...request.options };
  // What a run wrote itself was within its budget.
  if (why !== "answer") checkBudget(parent, request, options, own && !change ? [] : sections.at(-1)!);
  const isBegun = sections.some((section) => section.length > 0);
  if ((isBegun || why === "answer") && !backend.has("prefix-continuation")) throw cannotContinue(backend);
  return runStrategy({
    backend,
    branch: {
      header: branchHeader(parent, request, why, change),
      instruction: own ? header.instruction : { from: "none", in: "system" },
      kept: (recorder) => ({
        sections,
        decisions: own ? decisions(parent, at, recorder) : [],
        stoppedAt: own ? stoppedBefore(parent, at) : undefined,
        stopsAt: (own ? stoppedByHand(parent, at) : undefined) ?? (why === "answer" ? Infinity : undefined),
        reading: !own ? "ahead" : why === "continue" ? "tokens" : readingOf(header),
      }),
      notes: notesOf(parent, request, why, own),
    },
    request: {
      id: request.id,
      model: request.model,
      strategy: own ? header.strategy : STRATEGIES.find(({ role }) => role === "baseline")!.id,
      options,
      messages: own ? header.messages : promptAsRead(parent, isForeign),
      prompt: header.prompt,
      ...(header.gold === undefined ? {} : { gold: header.gold }),
      ...(request.group === undefined ? {} : { group: request.group }),
      ...seedOf(request, header),
    },
    steering,
    route,
    emit,
    signal,
  });
}

/** A strategy that drops rows of the cache looks at it on the way. */
const readingOf = ({ strategy }: RunHeader): KeptParts["reading"] =>
  findStrategy(strategy)!.needs.includes("cache-evict") ? "turns" : "ahead";

function checkedHeader({ header }: Trace): RunHeader {
  if (!header)
    throw new ActionableError("branch-no-header", "The trace has no header, so its prompt is lost.", "Choose another.");
  if (header.scored)
    throw new ActionableError(
      "branch-scored",
      "This trace is a scored one: its text is another run's.",
      "Branch from the run that it was made from.",
    );
  if (header.messages.every(({ content }) => content.trim() === ""))
    throw new ActionableError(
      "branch-no-prompt",
      "The trace does not say what was asked, so no model can go on from it.",
      "Choose a trace with its prompt.",
    );
  return header;
}

function reasonOf({ kind, text, at }: BranchRequest, parent: Trace): BranchReason {
  if (kind !== "continue") return kind;
  return text === undefined || text === textBefore(parent, at) ? "continue" : "edit";
}

/** What is to stand in place of the end of what is kept. */
function changeAsked(parent: Trace, { at, text, token }: BranchRequest, why: BranchReason): Change | undefined {
  const was = textBefore(parent, at);
  if (why === "token") {
    if (token === undefined || token === "")
      throw new ActionableError("branch-token", "No other token was named.", "Name the token to be taken.");
    return { from: was.length, text: token };
  }
  if (text === undefined || text === was || (why !== "edit" && why !== "answer")) return undefined;
  const { from } = changeOf(was, text);
  return { from, text: text.slice(from) };
}

/** What a person sets does not end the turn: behind that a model would go on with what it was never trained to write. */
function checkEnds(entries: readonly KeptEntry[], why: BranchReason, { local }: Backend): void {
  const ends = local?.tokenizer.endIds ?? [];
  const end = entries.find((entry) => entry !== "computed" && entry.isNew && ends.includes(entry.id!));
  if (end === undefined) return;
  throw new ActionableError(
    "branch-ends",
    l10n.later`${local!.tokenizer.decode([(end as KeptToken).id!])} ends the model's turn, and nothing can go on behind it.`,
    why === "token" ? "Choose another token." : "Take it out of the text.",
  );
}

function branchHeader(parent: Trace, request: BranchRequest, why: BranchReason, change: Change | undefined): Branch {
  const { id, branch } = parent.header!;
  const { at, sample, text, token } = request;
  const { was, is } =
    why === "token"
      ? { was: parent.positions[at]!.text, is: token! }
      : change
        ? changedWords(textBefore(parent, at), text!)
        : {};
  return {
    run: id,
    at,
    why,
    ...(branch ? { root: branch.root ?? branch.run } : {}),
    ...(was === undefined ? {} : { change: { was, is: is! } }),
    ...(sample ? { sample } : {}),
  };
}

/** The parent's own options, where its strategy goes on; else what any model understands of them. */
function optionsOf(
  { options }: RunHeader,
  own: boolean,
  isForeign: boolean,
  why: BranchReason,
): Record<string, unknown> {
  const known = own
    ? options
    : isForeign
      ? {}
      : Object.fromEntries(COMMON.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  const isGreedy = known["temperature"] === undefined || known["temperature"] === 0;
  return why === "sample" && isGreedy ? { ...known, ...SAMPLING } : { ...known };
}

function seedOf({ seed, kind, sample }: BranchRequest, header: RunHeader): { seed?: number } {
  const own = kind === "sample" ? (header.seed ?? 0) + (sample?.n ?? 1) : header.seed;
  const wanted = seed ?? own;
  return wanted === undefined ? {} : { seed: wanted };
}

/** Going on asks for a token more than what is kept; a run that was out of tokens at its end has none. */
function checkBudget(
  { exit, positions }: Trace,
  { at, options: asked = {} }: BranchRequest,
  { maxTokens }: Record<string, unknown>,
  read: readonly KeptEntry[],
): void {
  const most = typeof maxTokens === "number" ? maxTokens : decodingOptions.shape.maxTokens.parse(undefined);
  const isSpent = at === positions.length && exit?.why === "budget" && asked["maxTokens"] === undefined;
  const counted = read.filter((entry) => entry !== "computed" && entry.kind !== "forced").length;
  if (!isSpent && counted < most) return;
  throw new ActionableError(
    "branch-budget",
    l10n.later`At this place the ${most} tokens of the run's budget are used up, and none is left to go on with.`,
    "Raise maxTokens.",
  );
}

const cannotContinue = ({ facts }: Backend) =>
  new ActionableError(
    "server-cannot-continue",
    l10n.later`${facts.name} cannot go on from a given beginning of an answer.`,
    "Choose a local model, or a server with text completions.",
  );

/** What a person should know of the branch. */
function notesOf(parent: Trace, { at, text }: BranchRequest, why: BranchReason, own: boolean): string[] {
  const { header, evictions } = parent;
  const notes: string[] = [];
  if (!own)
    notes.push(`${header!.model.id} wrote the text before this place; this model has read it in its own tokens.`);
  if (own && evictions.some(({ from, to }) => from < at && at < to))
    notes.push("The rows of this thought had left the cache later on: up to this place they were read again.");
  if (why === "edit" && isThinking(parent, textBefore(parent, at)) && !isThinking(parent, text!))
    notes.push("The edited text closes thinking: what follows is the answer.");
  return notes;
}

function isThinking({ header }: Trace, text: string): boolean {
  const { opener = "", closer = "", opening } = header?.think ?? {};
  const format = namedThinkFormat(`${opener}...${closer}`);
  return isThinkingAt(text, { startsThinking: opening === "template", ...(format ? { format } : {}) });
}
