/**
 * Branch-parallel trials, announced for DEER (2504.15895, §3.4) and never released: trial answers and the continued
 * thought are decoded together, one token of each a forward pass under a tree mask, and the losers' rows are dropped.
 */
import type { LocalDecoder } from "../decoding/localDecoder";
import { matchTransition } from "../decoding/transitions";
import type { Distribution } from "../decoding/distribution";
import type { TokenStream } from "../decoding/model";
import { touchesSequence } from "../decoding/holdBack";
import { choose } from "../decoding/sampling";
import type { ChosenToken } from "../decoding/decoder";
import type { RunContext } from "./runContext";
import { Box, type Trial } from "./trial";

export interface BesideTrial {
  /** One for each inducer, in their order. */
  trials: Trial[];
  /** Milliseconds of it all, the continued thought included. */
  ms: number;
  /** Keeps the continued thought and drops the trials. @returns the tokens that now stand */
  goOn(): ChosenToken[];
  /** Drops everything; what was thought meanwhile is recorded as part of the trials' cost. */
  stop(): void;
}

export interface BesideOptions {
  /** Tokens of the continued thought that are chosen and not fed, as the transition word. */
  held: readonly ChosenToken[];
  /** Each asks for a trial of its own. */
  inducers: readonly string[];
  maxTokens: number;
  /** What closes thinking: the thought waits before it. */
  closer: string;
  /** The closer up to which trials go on, where they are not over with their box. */
  through: string | undefined;
  /** The thought waits where the next check would be. */
  transitions: readonly string[];
  /** Whether it waits at the end of a line as well. */
  waitsAtLines: boolean;
}

/** One of the branches: where its next token goes, and what it has written. */
interface Branch {
  position: number;
  tokens: ChosenToken[];
  next: Distribution;
  stream: TokenStream;
}

/** A trial answer, until its box (or thinking) is closed. */
interface TrialBranch extends Branch {
  inducer: readonly number[];
  box: Box;
  over: boolean;
}

/** Needs `cache-evict` and `attention-mask`. */
export async function tryBeside(
  context: RunContext,
  decoder: LocalDecoder,
  options: BesideOptions,
): Promise<BesideTrial> {
  const started = performance.now();
  const { sequence, model } = decoder;
  const { tokenizer } = model;
  const place = decoder.mark();
  const pending = decoder.next.copy();
  const base = sequence.rows;
  const start = sequence.length;
  /** Which branch each row after the fork belongs to: a trial by its number, or the thought. */
  const owners: (number | "thought")[] = [];
  const feed = (
    ids: readonly number[],
    by: readonly (number | "thought")[],
    positions: readonly number[],
    wanted: number,
  ) => {
    const first = owners.length;
    owners.push(...by);
    const sees = (query: number, row: number): boolean =>
      row < base || (row <= base + first + query && owners[row - base] === owners[first + query]);
    return decoder.feedBranches(ids, { positions, sees, distributions: wanted });
  };

  const inducers = options.inducers.map((inducer) => tokenizer.encode(inducer));
  const heldIds = options.held.map((token) => token.id!);
  const roots = [...inducers, heldIds];
  const opening = await feed(
    roots.flat(),
    roots.flatMap((ids, branch) => ids.map(() => (branch < inducers.length ? branch : "thought"))),
    roots.flatMap((ids) => ids.map((_, index) => start + index)),
    // All but the first inducer's earlier tokens: distributions come for a run of last positions.
    roots.flat().length - roots[0]!.length + 1,
  );
  const openingMs = performance.now() - started;
  /** The distribution after the last token of each root. */
  const after = (branch: number): Distribution => {
    const ends = roots.slice(0, branch + 1).reduce((sum, ids) => sum + ids.length, 0);
    return opening.distributions[ends - roots[0]!.length]!;
  };
  const trials = inducers.map((inducer, branch): TrialBranch => ({
    ...{ inducer, position: start + inducer.length, tokens: [], next: after(branch) },
    ...{ stream: tokenizer.stream(), box: new Box(options.through), over: false },
  }));
  const thought: Branch = {
    ...{
      position: start + heldIds.length,
      tokens: [...options.held],
      next: heldIds.length > 0 ? after(inducers.length) : pending,
    },
    stream: tokenizer.stream(),
  };

  let waits = false;
  for (let count = 0; count < options.maxTokens && decoder.room > trials.length + 1; count++) {
    const stepStarted = performance.now();
    const fed: { branch: Branch; owner: number | "thought"; token: ChosenToken }[] = [];
    trials.forEach((trial, owner) => {
      if (trial.over) return;
      const id = trial.next.argmax();
      if (tokenizer.endIds.includes(id)) trial.over = true;
      else {
        const token = decoder.chosen(trial.next, id, trial.stream.push(id));
        trial.tokens.push(token);
        trial.over = trial.box.take(token);
        if (!trial.over) fed.push({ branch: trial, owner, token });
      }
    });
    // The thought was only to fill the passes that trials need.
    if (fed.length === 0) break;
    if (!waits) {
      const id = choose(thought.next, context.sampling, context.random);
      const text = thought.stream.push(id);
      const before = thought.tokens.map((token) => token.text).join("");
      waits =
        tokenizer.endIds.includes(id) ||
        text.includes(options.closer) ||
        touchesSequence(before + text, decoder.stopSequences) ||
        (options.waitsAtLines && text.includes("\n")) ||
        matchTransition(before, text, [...options.transitions, options.closer]) !== "none";
      if (waits) thought.next = thought.next.copy();
      else {
        const token = decoder.chosen(thought.next, id, text);
        thought.tokens.push(token);
        fed.push({ branch: thought, owner: "thought", token });
      }
    }
    const { distributions } = await feed(
      fed.map(({ token }) => token.id!),
      fed.map(({ owner }) => owner),
      fed.map(({ branch }) => branch.position),
      fed.length,
    );
    const ms = (performance.now() - stepStarted) / fed.length;
    fed.forEach(({ branch, token }, index) => {
      token.ms = ms;
      branch.position += 1;
      branch.next = distributions[index]!;
    });
  }

  const { recorder } = context;
  const each = openingMs / roots.flat().length;
  const first = recorder.at;
  /** Branches are recorded one after the other, and do not see each other. */
  const mask = (from: number): void => {
    if (from > first) recorder.event({ t: "masked", from, to: recorder.at, rows: from - first });
  };
  const spans = trials.map(({ inducer, tokens }): [number, number] => {
    const from = recorder.at;
    recorder.begin("trial");
    inducer.forEach((id) => recorder.token({ id, text: tokenizer.decode([id]), kind: "forced", ms: each }));
    for (const token of tokens) recorder.token(token);
    recorder.finish("trial");
    mask(from);
    return [from, recorder.at];
  });
  const ms = performance.now() - started;
  return {
    trials: trials.map(({ box }, index) => ({ ...box.read(), span: spans[index]!, ms: ms / trials.length })),
    ms,
    goOn: () => {
      const next = thought.next.copy();
      dropTrials(decoder, base, owners);
      sequence.continueAt(thought.position);
      const from = recorder.at;
      decoder.adopt(thought.tokens, next);
      mask(from);
      return thought.tokens;
    },
    stop: () => {
      const from = recorder.at;
      recorder.begin("trial", "thought that was dropped");
      for (const token of thought.tokens.slice(options.held.length)) recorder.token(token);
      recorder.finish("trial");
      mask(from);
      decoder.rewind(place);
    },
  };
}

/** Drops the trials' rows, last first, so that the numbers of the others stay true. */
function dropTrials({ sequence }: LocalDecoder, base: number, owners: readonly (number | "thought")[]): void {
  let to = owners.length;
  while (to > 0) {
    while (to > 0 && owners[to - 1] === "thought") to -= 1;
    let from = to;
    while (from > 0 && owners[from - 1] !== "thought") from -= 1;
    if (to > from) sequence.evict(base + from, base + to);
    to = from;
  }
}
