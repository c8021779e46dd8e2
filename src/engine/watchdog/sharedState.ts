/** What the watched thread tells the watching one, in memory that both see: no message would pass a thread that is blocked. */

export interface WatchdogData {
  shared: SharedArrayBuffer;
  parent: number | undefined;
  prefix: string;
}

export interface Limits {
  /** By `process.hrtime`, in nanoseconds. */
  deadline: bigint;
  /** Resident bytes of the process; infinite for no bound. */
  ceiling: number;
  /** The sentences to end with. */
  tooLong: string;
  tooMuch: string;
}

const NUMBERS = 2;
const TEXT_BYTES = 512;
export const SHARED_BYTES = NUMBERS * 8 + 2 * TEXT_BYTES;
const NONE = 0n;

export class SharedState {
  private readonly numbers: BigInt64Array;
  private readonly texts: Uint8Array[];

  constructor(readonly shared: SharedArrayBuffer) {
    this.numbers = new BigInt64Array(shared, 0, NUMBERS);
    this.texts = [0, 1].map((index) => new Uint8Array(shared, NUMBERS * 8 + index * TEXT_BYTES, TEXT_BYTES));
  }

  /** The limits go away first and come last, so that no sentence is read that belongs to other limits. */
  set({ deadline, ceiling, tooLong, tooMuch }: Limits): void {
    this.clear();
    [tooLong, tooMuch].forEach((text, index) => {
      const bytes = new TextEncoder().encode(text).subarray(0, TEXT_BYTES - 1);
      this.texts[index]!.set(bytes);
      this.texts[index]![bytes.length] = 0;
    });
    Atomics.store(this.numbers, 1, Number.isFinite(ceiling) ? BigInt(Math.round(ceiling)) : NONE);
    Atomics.store(this.numbers, 0, deadline);
  }

  clear(): void {
    Atomics.store(this.numbers, 0, NONE);
    Atomics.store(this.numbers, 1, NONE);
  }

  /** @returns the sentence of the limit that is passed, if one is */
  passed(now: bigint, resident: () => number): string | undefined {
    const deadline = Atomics.load(this.numbers, 0);
    if (deadline !== NONE && now > deadline) return this.text(0);
    const ceiling = Atomics.load(this.numbers, 1);
    if (ceiling !== NONE && resident() > Number(ceiling)) return this.text(1);
    return undefined;
  }

  private text(index: number): string {
    const bytes = this.texts[index]!.slice();
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }
}
