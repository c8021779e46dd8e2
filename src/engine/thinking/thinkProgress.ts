/** Where a run's text stands in its model's thinking, by the think format that was found: what opened it and what closes it. */
import { Segmenter, type SegmentOptions } from "../../core/text/segment";
import type { RunThinking } from "../../core/text/thinkFacts";
import {
  closingAfter,
  emptyBlockAfterOpening,
  HOUSE_FORMAT,
  THINK_FORMATS,
  type ThinkFormat,
} from "../../core/text/thinkFormat";

/** Where a text without marks turns to its answer. */
const ANSWER = /\\boxed\{|####/;

/** Whether the model thinks in this format and no other: its template says so, or the person. */
export const isCertain = ({ from }: { from?: string | undefined }): boolean => from === "template" || from === "option";

/** Whether the model marks its thinking otherwise than the house's words ask for. */
export const hasOwnMarks = (thinking: { from?: string | undefined; opener?: string | undefined }): boolean =>
  isCertain(thinking) && thinking.opener !== HOUSE_FORMAT.opener;

/** How the text of a run is divided; where the format is not certain, the marks of any count. */
export function readingOf(thinking: Pick<RunThinking, "format" | "from" | "opening">): SegmentOptions {
  const { format, opening } = thinking;
  return { ...(isCertain(thinking) ? { format } : {}), startsThinking: opening === "template" };
}

/** The format in which a run is asked to think: its model's own, or the house's where the model has none. */
export const formatOf = ({ format }: Pick<RunThinking, "format">): ThinkFormat =>
  format.closer === "" ? HOUSE_FORMAT : format;

/** What opens thinking at the beginning of a turn, where the template has written no block, open or closed. */
export const openingPrefix = (thinking: Pick<RunThinking, "format" | "opening">): string =>
  thinking.opening === "model" ? formatOf(thinking).open : "";

/**
 * What a turn begins with in which nothing is to be thought: an empty block, or what is missing of one. Where the template
 * has closed it, or was told that nothing is thought, there is nothing to write.
 * @param wanted a block in a person's own words, in the model's own marks or in `<think>`; what the template has written of it
 *   already is left out
 */
export function closedBlock(thinking: RunThinking, wanted = ""): string {
  const format = formatOf(thinking);
  const { opening } = thinking;
  if (wanted !== "") {
    const block = inMarksOf(format, wanted);
    return opening === "model" ? block : withoutBlock(block, opening === "closed" ? format.closer : format.opener);
  }
  if (opening === "template") return emptyBlockAfterOpening(format);
  if (opening === "closed" || thinking.isOff) return "";
  return format.empty === "" ? HOUSE_FORMAT.empty : format.empty;
}

const inMarksOf = ({ opener, closer }: ThinkFormat, text: string): string =>
  opener === ""
    ? text
    : text.replaceAll(HOUSE_FORMAT.opener, () => opener).replaceAll(HOUSE_FORMAT.closer, () => closer);

function withoutBlock(text: string, upTo: string): string {
  const at = text.indexOf(upTo);
  return at < 0 ? text : text.slice(at + upTo.length).replace(/^\n+/, "");
}

/** Follows the text of a decoder, which grows and is taken back; cheap enough to be asked at every token. */
export class ThinkProgress {
  private segmenter: Segmenter;
  private read = "";

  constructor(
    private readonly thinking: RunThinking,
    private readonly decoder: { readonly text: string },
  ) {
    this.segmenter = this.fresh();
  }

  private fresh(): Segmenter {
    return new Segmenter(readingOf(this.thinking));
  }

  /** The segmenter, having read all that stands. */
  private get reading(): Segmenter {
    const { text } = this.decoder;
    if (!text.startsWith(this.read)) {
      this.segmenter = this.fresh();
      this.read = "";
    }
    if (text.length > this.read.length) this.segmenter.push(text.slice(this.read.length));
    this.read = text;
    return this.segmenter;
  }

  /** Whether model or template have marked thinking up to here. */
  get isMarked(): boolean {
    const { reading } = this;
    return reading.marked || reading.opener !== undefined;
  }

  /** Whether thinking is under way: opened and not closed or, without marks, before any answer. */
  get isUnderWay(): boolean {
    return this.isMarked ? this.reading.thinking : !ANSWER.test(this.decoder.text);
  }

  /** Whether thinking that was marked has ended. Without marks nothing tells before the turn is over. */
  get isOver(): boolean {
    return this.isMarked && !this.reading.thinking;
  }

  /** The format that is open; before any mark, the one that is expected. */
  get format(): ThinkFormat {
    const expected = formatOf(this.thinking);
    const { opener } = this.reading;
    if (opener === undefined || opener === expected.opener) return expected;
    return THINK_FORMATS.find((format) => format.opener === opener) ?? expected;
  }

  /** What closes thinking here and leads on to the answer. */
  get closing(): string {
    const { format } = this;
    const { text } = this.decoder;
    if (text === "" && this.thinking.opening === "template") return emptyBlockAfterOpening(format);
    return closingAfter(format, text);
  }
}
