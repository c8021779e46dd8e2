/** What a server reports that an answer made it read and write; where it does not, the run's work is not known. */
import type { WorkCount } from "../../decoding/workCount";
import type { JsonObject } from "../../files/jsonFile";
import type { Chunk } from "./serverChunk";
import type { ServerFacts } from "./serverDiscovery";

/** Programs that report with every piece, so that an answer that is left early has been counted too. */
const CONTINUOUS = ["vllm", "sglang"];

/** What makes a server report; llama.cpp does so unasked. */
export function usageFields({ kind }: Pick<ServerFacts, "kind">): JsonObject {
  if (kind === "llama.cpp") return {};
  const always = CONTINUOUS.includes(kind) ? { continuous_usage_stats: true } : {};
  return { stream_options: { include_usage: true, ...always } };
}

/** One answer. */
export class AnswerUsage {
  /** Whether the whole answer was reported, and not only its beginning. */
  isWhole = false;
  private last: Chunk["usage"];
  private isOver = false;

  constructor(private readonly work: WorkCount) {}

  take({ usage, finish }: Chunk): void {
    this.isOver ||= finish !== undefined;
    if (!usage) return;
    this.last = usage;
    this.isWhole = this.isOver;
  }

  /** Counts the answer, once it is over or left. @param isFirst whether nothing of the run was sent before it */
  close(isFirst: boolean): void {
    if (!this.last) return this.work.lose();
    const { prompt, cached, completion } = this.last;
    this.work.read(prompt - cached + completion);
    this.work.gaveBack(cached, isFirst);
    this.work.wrote(completion);
  }
}
