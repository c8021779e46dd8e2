/** Ctrl-C: the first one ends a command and keeps what there is, the second ends the process. */
import type { WorkLimits } from "../engine/watchdog/guard";

export class Interruption {
  private readonly controller = new AbortController();
  /** Works under way that a person may end without losing anything. */
  private abandonables = 0;

  constructor() {
    process.on("SIGINT", this.interrupted);
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** While there is nothing to keep, Ctrl-C ends the process by itself: what blocks it would not let us hear of it. */
  abandonable({ abandonable }: WorkLimits, done: () => void): () => void {
    if (!abandonable) return done;
    this.abandonables += 1;
    process.off("SIGINT", this.interrupted);
    return () => {
      done();
      this.abandonables -= 1;
      if (this.abandonables === 0) process.on("SIGINT", this.interrupted);
    };
  }

  private readonly interrupted = (): void => {
    if (this.signal.aborted) process.exit(130);
    this.controller.abort();
  };
}
