/**
 * What the lenses above prompts say, by file: they are drawn anew only where they would say something else. A run changes many times
 * a second, and a press on a lens that is drawn anew in that moment is lost.
 */
export class DrawnLenses {
  private readonly files = new Map<string, ReadonlyMap<string, string>>();

  /** @param words by the key of each prompt */
  set(file: string, words: ReadonlyMap<string, string>): void {
    this.files.set(file, words);
  }

  /** A file that is closed has no lenses. */
  delete(file: string): void {
    this.files.delete(file);
  }

  /** Whether a prompt would be told in other words now. */
  differ(wordsOf: (prompt: string) => string): boolean {
    for (const words of this.files.values())
      for (const [prompt, told] of words) if (wordsOf(prompt) !== told) return true;
    return false;
  }
}
