/**
 * What a branch keeps of its parent: text that stands already. A strategy is run from its beginning all the same, so that it
 * comes to the place with everything it knows there; up to it, decoders take its tokens from here in place of choosing them.
 */
import type { ChosenToken, Generated, GenerateOptions, StopReason } from "./decoder";
import { HoldBack } from "./holdBack";
import type { Recorder } from "./recorder";

export interface KeptToken {
  readonly id: number | undefined;
  readonly text: string;
  /** `forced`: the parent's strategy gave it to its model. `set`: a person put it there, as if the model had thought it. */
  readonly kind: "text" | "forced" | "set";
  /** Whether it does not stand in the parent, but was put here in place of what the parent wrote. */
  readonly isNew?: true;
  /** Its offset on the parent's axis; of a new one that of the place where the change began. */
  readonly at: number;
}

/** Positions that the strategy itself computes again, as latents or gist tokens: no decoder has to write them. */
export type KeptEntry = KeptToken | "computed";

/** What the parent decided where it asked whether thinking may stop. */
export interface KeptDecision {
  /** The offset on the parent's axis. */
  readonly at: number;
  /** Records what was read there at offset `at` of this run. */
  record(at: number): void;
}

export interface KeptParts {
  /** One for each prompt that the parent had read by then, in order. */
  readonly sections: readonly (readonly KeptEntry[])[];
  readonly decisions: readonly KeptDecision[];
  /** Where the parent's thinking was stopped by a check, on its own axis. */
  readonly stoppedAt: number | undefined;
  /**
   * The offset on the parent's axis at which a person stopped thinking; infinite where it is to be stopped at the place itself.
   * Undefined where it is not stopped.
   */
  readonly stopsAt: number | undefined;
  /**
   * How a model reads the kept text. `ahead`: all that follows a prompt in one pass, where nobody looks at its cache on the way.
   * `turns`: what stands between two calls in one pass. `tokens`: what the parent chose one by one, as the parent had read it:
   * four-bit kernels round passes of other lengths otherwise, and a near tie can fall the other way.
   */
  readonly reading: "ahead" | "turns" | "tokens";
}

/** Thinking is to stop where it stands, and the answer is to be given: asked for by a person. */
export class StopThinking extends Error {
  constructor() {
    super("Thinking was stopped.");
  }
}

type Stand = (token: ChosenToken, kind: "text" | "forced") => void;

interface Followed {
  text: string;
  tokens: ChosenToken[];
  held: ChosenToken[];
  /** Undefined where the kept text was over first: from here on the model chooses. */
  stoppedBy: StopReason | undefined;
}

export class KeptText {
  private section = -1;
  private index = 0;
  private decided = 0;
  /** The offset on the parent's axis of what stands last. */
  private lastAt = -1;
  private forked = false;
  private finished = false;
  /** Where the tokens began, of those that stand last, that a person had set. */
  private setFrom: number | undefined;

  constructor(
    private readonly parts: KeptParts,
    private readonly recorder: Recorder,
  ) {}

  private get entries(): readonly KeptEntry[] {
    return this.parts.sections[this.section] ?? [];
  }

  private get isLast(): boolean {
    return this.section >= this.parts.sections.length - 1;
  }

  /** Whether everything stands. */
  get isOver(): boolean {
    return this.isLast && this.index >= this.entries.length;
  }

  /** Tokens of the running section that do not stand yet, where a model could read them all in one pass; else none. */
  get ahead(): readonly number[] {
    const rest = this.entries.slice(this.index);
    return this.parts.reading === "ahead" && rest.every((entry) => entry !== "computed" && entry.id !== undefined)
      ? rest.map((entry) => (entry as KeptToken).id!)
      : [];
  }

  get readsTokens(): boolean {
    return this.parts.reading === "tokens";
  }

  /** A prompt is read. @returns whether the model has to read it: of sections that are over nothing is needed */
  begin(): boolean {
    if (this.isLast) return true;
    this.closeSet();
    this.section += 1;
    this.index = 0;
    if (this.isOver) this.fork();
    return this.isLast;
  }

  /**
   * Takes tokens that the strategy writes itself.
   * @returns those that stand for `text` here, and what of it is still to be written, as where the place is in the middle of
   *   it; none where a person took the beginning of the text away. Undefined where the rest of what is kept has to stand first.
   */
  given(text: string): { taken: KeptToken[]; left: string } | undefined {
    const taken: KeptToken[] = [];
    let joined = "";
    for (let index = this.index; joined.length < text.length; index++) {
      const entry = this.entries[index];
      if (entry === undefined || entry === "computed") break;
      taken.push(entry);
      joined += entry.text;
    }
    const isBegun = this.isLast && this.index + taken.length >= this.entries.length && text.startsWith(joined);
    if (joined !== text && !isBegun) return this.index === 0 ? { taken: [], left: "" } : undefined;
    this.index += taken.length;
    return { taken, left: text.slice(joined.length) };
  }

  /** Whether thinking is to be stopped before what comes next. */
  private get stopsHere(): boolean {
    const { stopsAt } = this.parts;
    if (stopsAt === undefined || this.finished) return false;
    const next = this.entries[this.index];
    if (next === undefined) return this.isLast && stopsAt === Infinity;
    return next !== "computed" && !next.isNew && next.at >= stopsAt;
  }

  /** Everything up to the next position that is computed. */
  rest(): KeptToken[] {
    const end = this.entries.findIndex((entry, index) => index >= this.index && entry === "computed");
    const taken = this.entries.slice(this.index, end < 0 ? undefined : end) as KeptToken[];
    this.index += taken.length;
    return taken;
  }

  /** The next `count` tokens, which `follow` had held back. */
  held(count: number): KeptToken[] {
    const taken = this.entries.slice(this.index, this.index + count) as KeptToken[];
    this.index += taken.length;
    return taken;
  }

  /** Positions are computed by the strategy itself. */
  computed(): void {
    if (this.entries[this.index] === "computed") this.index += 1;
    if (this.isOver) this.fork();
  }

  /** Records a token of here. */
  record(entry: KeptToken, stand: Stand): ChosenToken {
    const { kind, isNew, at } = entry;
    if (kind !== "set") this.closeSet();
    if (isNew) this.fork();
    else this.lastAt = at;
    if (kind === "set") this.setFrom ??= this.recorder.at;
    const token = chosen(entry);
    stand(token, kind === "text" ? "text" : "forced");
    if (this.isLast && entry === this.entries.at(-1)) {
      this.closeSet();
      this.fork();
    }
    return token;
  }

  /** As a decoder's `generate`, with the tokens that are kept in place of those that a model would choose. */
  follow(options: GenerateOptions, stand: Stand, draw: () => void): Followed {
    const { maxTokens, transitions = [], before = [], sampling } = options;
    const hold = new HoldBack(transitions, [], "");
    const tokens: ChosenToken[] = [];
    let text = "";
    let held: KeptToken[] = [];
    let stops = false;
    // Choices draw from one sequence of random numbers, which goes on behind them.
    const drawn = (): void => {
      if ((sampling?.temperature ?? 0) > 0) draw();
    };
    let isLooping = false;
    const keep = (entry: KeptToken): void => {
      const token = this.record(entry, stand);
      tokens.push(token);
      text += token.text;
      drawn();
      options.onToken?.(token);
      stops = (options.stop?.(text, token) ?? false) || stops;
      isLooping ||= this.recorder.stoppingLoop !== undefined;
    };
    const end = (stoppedBy: StopReason | undefined, dropped: readonly ChosenToken[] = []): Followed => {
      held.forEach(keep);
      return { text, tokens, held: [...dropped], stoppedBy };
    };
    // What the parent's turn ended at was chosen as well, and does not stand.
    const interrupted = (stoppedBy: StopReason, dropped: readonly ChosenToken[] = []): Followed => {
      const followed = end(stoppedBy, dropped);
      drawn();
      return followed;
    };
    while (tokens.length + held.length < maxTokens) {
      const entry = this.entries[this.index];
      if (this.stopsHere) return end(undefined);
      if (entry === undefined) return this.isLast ? end(undefined) : interrupted("end");
      // The parent's turn was interrupted here: its strategy wrote or computed something.
      if (entry === "computed" || entry.kind === "forced") return interrupted(interruptedBy(options));
      if (before.includes(entry.id!)) return interrupted("transition", [chosen(entry)]);
      held.push(entry);
      this.index += 1;
      const { stands, found } = hold.judge(held.map(chosen), text);
      if (found) {
        const dropped = held.splice(stands);
        this.index -= dropped.length;
        return end("transition", dropped.map(chosen));
      }
      held.splice(0, stands).forEach(keep);
      if (stops || isLooping) {
        this.index -= held.length;
        held = [];
        return end(stops ? "stop" : "repetition");
      }
    }
    return end("budget");
  }

  /** Thinking stops here, where that was asked for. @throws StopThinking */
  finish(): void {
    if (!this.stopsHere) return;
    this.finished = true;
    throw new StopThinking();
  }

  /**
   * What the parent decided here, recorded at offset `at`.
   * @returns undefined where this run has to ask itself
   * @throws StopThinking
   */
  decision(at: number): boolean | undefined {
    if (this.isOver) {
      this.finish();
      return undefined;
    }
    const next = this.entries[this.index];
    const until = next === undefined || next === "computed" ? Infinity : next.at;
    const isChanged = next !== undefined && next !== "computed" && next.isNew === true;
    const { decisions, stoppedAt } = this.parts;
    for (; !isChanged && (decisions[this.decided]?.at ?? Infinity) <= until; this.decided++)
      decisions[this.decided]!.record(at);
    return stoppedAt !== undefined && !isChanged && stoppedAt > this.lastAt && stoppedAt <= until;
  }

  private fork(): void {
    const { at } = this.recorder;
    if (!this.forked) this.recorder.event({ t: "fork", at });
    this.forked = true;
  }

  private closeSet(): void {
    const [from, to] = [this.setFrom, this.recorder.at];
    if (from !== undefined) this.recorder.event({ t: "set", from, to });
    this.setFrom = undefined;
  }
}

/** What a model writes behind kept text that the same call began with. @param generate asked for what is left of the call */
export async function goOn(
  options: GenerateOptions,
  { text, tokens }: Pick<Generated, "text" | "tokens">,
  generate: (options: GenerateOptions) => Promise<Generated>,
): Promise<Generated> {
  const { stop, maxTokens } = options;
  const rest = await generate({
    ...options,
    maxTokens: maxTokens - tokens.length,
    ...(stop ? { stop: (more, token) => stop(text + more, token) } : {}),
  });
  return { ...rest, text: text + rest.text, tokens: [...tokens, ...rest.tokens] };
}

const chosen = ({ id, text }: KeptToken): ChosenToken => ({ id, text, logprob: undefined, entropy: undefined, ms: 0 });

/** Why a parent's turn ended before something that its strategy wrote. */
const interruptedBy = ({ transitions = [], before = [] }: GenerateOptions): StopReason =>
  transitions.length > 0 || before.length > 0 ? "transition" : "end";
