/**
 * Branch-parallel trials, announced for DEER (2504.15895, §3.4) and never released: the trial answer and the continued
 * thought are decoded together, two tokens a forward pass under a tree mask, and the loser's rows are dropped.
 */
import type { LocalThread } from "../localThread";
import { matchTransition } from "../localThread";
import type { Distribution } from "../model";
import { choose } from "../sampling";
import type { ChosenToken } from "../thread";
import type { RunContext } from "./strategy";
import { THINK_CLOSE, TRIAL_INDUCER } from "./think";
import { Box, type Trial } from "./trial";

export interface BesideTrial extends Trial {
  /** Keeps the continued thought and drops the trial. @returns the tokens that now stand */
  goOn(): ChosenToken[];
  /** Drops both; what was thought meanwhile is recorded as part of the trial's cost. */
  stop(): void;
}

export interface BesideOptions {
  /** Tokens of the continued thought that are chosen and not fed, as the transition word. */
  held: readonly ChosenToken[];
  maxTokens: number;
  /** The thought waits where the next check would be. */
  transitions: readonly string[];
  /** Whether it waits at the end of a line as well. */
  waitsAtLines: boolean;
}

/** One of the two branches: where its next token goes, and what it has written. */
interface Branch {
  position: number;
  tokens: ChosenToken[];
  next: Distribution;
}

/** Needs `cache-evict` and `attention-mask`. */
export async function tryBeside(
  context: RunContext,
  thread: LocalThread,
  options: BesideOptions,
): Promise<BesideTrial> {
  const started = performance.now();
  const { sequence, model } = thread;
  const { tokenizer } = model;
  const place = thread.mark();
  const base = sequence.rows;
  const start = sequence.length;
  /** Which branch each row after the fork belongs to. */
  const owners: ("trial" | "thought")[] = [];
  const feed = (
    ids: readonly number[],
    by: readonly ("trial" | "thought")[],
    positions: readonly number[],
    wanted: number,
  ) => {
    const first = owners.length;
    owners.push(...by);
    const sees = (query: number, row: number): boolean =>
      row < base || (row <= base + first + query && owners[row - base] === owners[first + query]);
    return sequence.feed({ ids }, { positions, sees, distributions: wanted, signal: context.signal });
  };
  const inducer = tokenizer.encode(TRIAL_INDUCER);
  const heldIds = options.held.map((token) => token.id!);
  const opening = await feed(
    [...inducer, ...heldIds],
    [...inducer.map(() => "trial" as const), ...heldIds.map(() => "thought" as const)],
    [...inducer.map((_, index) => start + index), ...heldIds.map((_, index) => start + index)],
    heldIds.length + 1,
  );
  const openingMs = performance.now() - started;
  const trial: Branch = { position: start + inducer.length, tokens: [], next: opening.distributions[0]! };
  const thought: Branch = {
    position: start + heldIds.length,
    tokens: [...options.held],
    next: opening.distributions.at(-1)!,
  };
  const [trialStream, thoughtStream] = [tokenizer.stream(), tokenizer.stream()];
  const box = new Box();
  let waits = false;
  for (let count = 0; count < options.maxTokens && thread.room > 2; count++) {
    const stepStarted = performance.now();
    const answerId = trial.next.argmax();
    if (tokenizer.endIds.includes(answerId)) break;
    const answerToken = chosen(trial.next, answerId, trialStream.push(answerId));
    trial.tokens.push(answerToken);
    if (box.take(answerToken)) break;
    let thoughtToken: ChosenToken | undefined;
    if (!waits) {
      const id = choose(thought.next, context.sampling, context.random);
      const text = thoughtStream.push(id);
      const before = thought.tokens.map((token) => token.text).join("");
      waits =
        tokenizer.endIds.includes(id) ||
        text.includes(THINK_CLOSE) ||
        (options.waitsAtLines && text.includes("\n")) ||
        matchTransition(before, text, [...options.transitions, THINK_CLOSE]) !== "none";
      if (waits) thought.next = thought.next.copy();
      else thoughtToken = chosen(thought.next, id, text);
    }
    const { distributions } = await feed(
      thoughtToken ? [answerId, thoughtToken.id!] : [answerId],
      thoughtToken ? ["trial", "thought"] : ["trial"],
      thoughtToken ? [trial.position, thought.position] : [trial.position],
      thoughtToken ? 2 : 1,
    );
    trial.position += 1;
    trial.next = distributions[0]!;
    const ms = performance.now() - stepStarted;
    answerToken.ms = thoughtToken ? ms / 2 : ms;
    if (thoughtToken) {
      thoughtToken.ms = ms / 2;
      thought.position += 1;
      thought.tokens.push(thoughtToken);
      thought.next = distributions[1]!;
    }
  }
  const { recorder } = context;
  const from = recorder.at;
  recorder.begin("trial");
  const each = openingMs / (inducer.length + heldIds.length);
  inducer.forEach((id) => recorder.token({ id, text: tokenizer.decode([id]), kind: "forced", ms: each }));
  for (const token of trial.tokens) recorder.token(token);
  recorder.finish("trial");
  return {
    ...box.read(),
    span: [from, recorder.at],
    ms: performance.now() - started,
    goOn: () => {
      const next = thought.next.copy();
      dropRows(thread, base, owners);
      sequence.continueAt(thought.position);
      thread.adopt(thought.tokens, next);
      return thought.tokens;
    },
    stop: () => {
      recorder.begin("trial", "thought that was dropped");
      for (const token of thought.tokens.slice(options.held.length)) recorder.token(token);
      recorder.finish("trial");
      thread.rewind(place);
    },
  };
}

function chosen(distribution: Distribution, id: number, text: string): ChosenToken {
  return { id, text, logprob: distribution.logprob(id), entropy: distribution.entropy(), ms: 0 };
}

/** Drops the trial's rows, last first, so that the numbers of the others stay true. */
function dropRows({ sequence }: LocalThread, base: number, owners: readonly ("trial" | "thought")[]): void {
  let to = owners.length;
  while (to > 0) {
    while (to > 0 && owners[to - 1] !== "trial") to -= 1;
    let from = to;
    while (from > 0 && owners[from - 1] === "trial") from -= 1;
    if (to > from) sequence.evict(base + from, base + to);
    to = from;
  }
}
