/** Servers that repeat the beginning of an answer that they were given, before what they add to it. */

/** Takes a text that is repeated away from before what follows it, in whatever pieces it comes. */
export class Echo {
  private taken = "";

  constructor(private expected: string) {}

  without(text: string): string {
    if (this.expected === "" || text === "") return text;
    const all = this.taken + text;
    if (all.startsWith(this.expected)) {
      const rest = all.slice(this.expected.length);
      this.expected = "";
      return rest;
    }
    if (this.expected.startsWith(all)) {
      this.taken = all;
      return "";
    }
    // It was none, this time.
    this.expected = "";
    return all;
  }
}
