/** What a branch keeps of a run of the same model: its very tokens, and what its strategy decided on the way. */
import { textOffsets } from "../../core/measure/branchText";
import { isOwnGist } from "../../core/measure/ownGists";
import { isByCheck } from "../../core/trace/kinds";
import type { Trace } from "../../core/trace/fold";
import type { Backend } from "../decoding/model";
import type { KeptDecision, KeptEntry, KeptToken } from "../decoding/keptText";
import type { Recorder } from "../decoding/recorder";
import { findStrategy } from "../strategies";

/** Whether `backend` is the model of the run, and the strategy can be followed through it. */
export function isOwn({ header, positions }: Trace, backend: Backend): boolean {
  const { model, source, strategy } = header!;
  if (source || !findStrategy(strategy)) return false;
  const { facts, local } = backend;
  if (!local) return model.sha256 === undefined && model.id === facts.id && model.provider === facts.provider;
  const isText = (kind: string) => kind === "text" || kind === "forced";
  const { vocabularySize } = local.tokenizer;
  const isKnown = (id = -1) => id >= 0 && id < vocabularySize;
  return (
    facts.sha256 !== undefined &&
    facts.sha256 === model.sha256 &&
    positions.every(({ kind, id }) => !isText(kind) || isKnown(id))
  );
}

/** What stands in place of the end of the kept text. */
export interface Change {
  /** Characters of the running section's text that stay. */
  from: number;
  text: string;
}

/** Text as tokens that a person set. */
export function setTokens(text: string, backend: Backend, at: number): KeptToken[] {
  if (text === "") return [];
  const { local } = backend;
  if (!local) return [{ id: undefined, text, kind: "set", isNew: true, at }];
  const ids = local.tokenizer.encode(text);
  const stream = local.tokenizer.stream();
  return ids.map((id, index) => ({
    id,
    text: stream.push(id) + (index === ids.length - 1 ? stream.flush() : ""),
    kind: "set",
    isNew: true,
    at,
  }));
}

/** The text before `at`, a section for each prompt that was read. */
export function ownSections(trace: Trace, at: number, change: Change | undefined, backend: Backend): KeptEntry[][] {
  const { positions, prefills } = trace;
  // A prompt to which the model wrote nothing has an empty section.
  const later = prefills.map((prefill) => prefill.at).filter((from) => from < at);
  const starts = [0, ...later.sort((a, b) => a - b).slice(1)];
  const isText = new Set(textOffsets(trace, at));
  const isSet = (place: number): boolean => trace.sets.some((set) => set.from <= place && place < set.to);
  const sections = starts.map((from, index) => {
    const to = starts[index + 1] ?? at;
    const entries: KeptEntry[] = [];
    for (let place = from; place < to; place++) {
      const { id, text, kind } = positions[place]!;
      if (isText.has(place) && !isWrittenWithGists(trace, place))
        entries.push({ id, text, kind: kind === "text" ? "text" : isSet(place) ? "set" : "forced", at: place });
      else if (kind !== "text" && kind !== "forced" && entries.at(-1) !== "computed") entries.push("computed");
    }
    return entries;
  });
  if (change) sections.push(changed(sections.pop()!, change, backend));
  return sections;
}

/** A compression feeds the token that asked for it together with its gist tokens. */
function isWrittenWithGists(trace: Trace, place: number): boolean {
  const [here, next] = [trace.positions[place]!, trace.positions[place + 1]];
  return next?.kind === "gist" && here.kind !== "gist" && !isOwnGist(trace, place + 1);
}

function changed(entries: readonly KeptEntry[], { from, text }: Change, backend: Backend): KeptEntry[] {
  const kept: KeptEntry[] = [];
  let characters = 0;
  let rest = text;
  for (const entry of entries) {
    if (entry === "computed") {
      if (characters <= from) kept.push(entry);
      continue;
    }
    const end = characters + entry.text.length;
    if (end > from) {
      // A token that the change begins in the middle of is written anew.
      if (characters < from) rest = entry.text.slice(0, from - characters) + rest;
      const { at } = entry;
      return [...kept, ...setTokens(rest, backend, at)];
    }
    kept.push(entry);
    characters = end;
  }
  const last = kept.findLast((entry) => entry !== "computed");
  return [...kept, ...setTokens(rest, backend, last ? last.at + 1 : 0)];
}

/** The checks before `at`, each to be recorded anew where this run comes to it. */
export function decisions(trace: Trace, at: number, recorder: Recorder): KeptDecision[] {
  return trace.checks
    .filter((check) => check.at < at)
    .map(({ trial: _, ms: __, ...check }) => ({
      at: check.at,
      record: (place) => recorder.event({ ...check, t: "check", at: place }),
    }));
}

/** Where a person had stopped thinking before `at`. */
export function stoppedByHand({ exit }: Trace, at: number): number | undefined {
  return exit?.why === "stopped" && exit.at < at ? exit.at : undefined;
}

/** Where a check had stopped thinking before `at`. */
export function stoppedBefore({ exit }: Trace, at: number): number | undefined {
  return exit && isByCheck(exit.why) && exit.at < at ? exit.at : undefined;
}
