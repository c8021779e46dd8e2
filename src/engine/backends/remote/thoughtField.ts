/** Thoughts that a server sends in a field of their own, as text between the marks that stand for that field. */
import type { RunThinking } from "../../../core/text/thinkFacts";
import type { Chunk } from "./serverChunk";
import type { ServerFacts } from "./serverDiscovery";

/** The end of a tag around thoughts that a server left before the answer. */
const CLOSER = /^\s*<\/(?:think|thought|thinking)>/;

export class ThoughtField {
  /** Whether the last text came in that field. */
  isOpen = false;
  private readonly opens: string;
  private readonly closes: string;

  constructor(facts: ServerFacts, thinking: Pick<RunThinking, "format"> | undefined) {
    const format = thinking?.format.opener ? thinking.format : facts.thinking.format;
    // Marks that end in a word would run into the first thought; others stand as servers leave them out, without blanks.
    this.opens = /\w$/.test(format.opener) ? format.open : format.opener;
    this.closes = format.answer || format.id === "harmony" ? format.close : format.closer;
  }

  /**
   * The text of a chunk: what it adds to the thoughts, and what to the answer.
   * @param isThinking whether thinking is under way in what stands: then it needs no opening
   */
  tagged({ thinking, text: said }: Pick<Chunk, "thinking" | "text">, isThinking: () => boolean): [string, string] {
    // The field has closed it already.
    const text = this.isOpen ? said.replace(CLOSER, "") : said;
    const thought = thinking === "" ? "" : (this.isOpen || isThinking() ? "" : this.opens) + thinking;
    const answer = text === "" ? "" : (this.isOpen || thinking !== "" ? this.closes : "") + text;
    if (thought + answer !== "") this.isOpen = text === "";
    return [thought, answer];
  }
}
