/**
 * A prompt that was given to a server and that no event tells of yet. Only its first answer says how long it was and how
 * long it took to read, so its events are written then, at the place of the axis where it was given.
 */
import type { Recorder } from "../../decoding/recorder";

export class UnreadPrompt {
  private readonly at: number;
  /** Tokens of the prompt that the server had in its cache, where it says so. */
  reused = 0;
  /** Milliseconds from the request to the first token. */
  private ms: number | undefined;
  /** Where the text went back meanwhile, and to how many tokens behind the prompt. */
  private readonly rewinds: { readonly at: number; readonly tokens: number }[] = [];

  /** @param tokens of the prompt; undefined where nobody has said so yet */
  constructor(
    private readonly recorder: Recorder,
    public tokens: number | undefined,
  ) {
    recorder.beginText();
    this.at = recorder.at;
  }

  /** Whether a server has begun to answer. */
  get wasRead(): boolean {
    return this.ms !== undefined;
  }

  /** The server began its answer `ms` milliseconds after it was asked. */
  read(ms: number): void {
    this.ms ??= ms;
  }

  rewound(tokens: number): void {
    this.rewinds.push({ at: this.recorder.at, tokens });
  }

  record(tokens: number): void {
    const { at, ms = 0, recorder } = this;
    recorder.late({ t: "prefill", at, tokens, reused: Math.min(this.reused, tokens), ms });
    for (const context of [{ at, tokens: 0 }, ...this.rewinds])
      recorder.late({ t: "context", at: context.at, cached: tokens + context.tokens });
  }
}
