/** What a run makes models compute, counted where positions are fed and tokens are chosen: one count for all its decoders. A pass that was cut short is not in it. */
import type { Work } from "../../core/trace/trace";

export class WorkCount {
  private processed = 0;
  private reused = 0;
  private warm = 0;
  private generated = 0;
  private isKnown = true;

  /** @param positions that were computed, those of text that had to be read again included */
  read(positions: number): void {
    this.processed += positions;
  }

  /**
   * A cache gave back `positions` of a prompt, which were not computed.
   * @param warm whether an earlier run had left them
   */
  gaveBack(positions: number, warm: boolean): void {
    this.reused += positions;
    if (warm) this.warm += positions;
  }

  /** A model chose `tokens`, whether they will stand or not. */
  wrote(tokens: number): void {
    this.generated += tokens;
  }

  /** Something was computed that nobody counted: from now on nothing is said. */
  lose(): void {
    this.isKnown = false;
  }

  /** Undefined where something was not counted. */
  get figures(): Work | undefined {
    const { processed, reused, warm, generated } = this;
    return this.isKnown ? { processed, reused, warm, generated } : undefined;
  }
}
