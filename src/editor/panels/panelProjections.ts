/** The projections of thoughts that a page asks for: one at a time for each run, told as they go, and given again. */
import type { ProjectionRequest } from "../../core/protocol/engineApi";
import type { ToPanel } from "../../core/protocol/panelApi";
import { sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import type { EventOf } from "../../core/trace/trace";
import { actionFor } from "../host/errorActions";

/** What a page asks for: the engine's request without the model, which the host finds. */
type ProjectionOrder = Omit<ProjectionRequest, "model">;
type Told = Extract<ToPanel, { type: "projecting" }>;
/** @param modelId as the trace names it */
export type Project = (
  modelId: string,
  order: ProjectionOrder,
  onProgress: (progress: NonNullable<Told["progress"]>) => void,
  signal: AbortSignal,
) => Promise<EventOf<"projection">>;

/** The projections that one page asked for: what is under way, and what it was given, for when it is filled anew. */
export class PanelProjections {
  private readonly running = new Map<string, AbortController>();
  private readonly done = new Map<string, { run: string; event: EventOf<"projection"> }>();

  constructor(
    private readonly post: (message: ToPanel) => void,
    private readonly project: Project,
  ) {}

  /** Begins one; what goes wrong is told to the page. Another of the same thoughts is cancelled. */
  async start(modelId: string, order: ProjectionOrder): Promise<void> {
    const { run, of, method } = order;
    this.stop(run, of);
    const controller = new AbortController();
    this.running.set(keyOf(run, of), controller);
    const tell = (rest: Pick<Told, "progress" | "failure">): void => {
      // A later one of the same thoughts has the word.
      if (this.running.get(keyOf(run, of)) === controller) this.post({ type: "projecting", run, of, ...rest });
    };
    try {
      const event = await this.project(modelId, order, (progress) => tell({ progress }), controller.signal);
      if (controller.signal.aborted) return tell({});
      this.done.set(`${keyOf(run, of)} ${method}`, { run, event });
      this.post({ type: "events", run, events: [event], live: false });
      tell({});
    } catch (error) {
      tell(controller.signal.aborted ? {} : { failure: failureOf(error) });
    } finally {
      if (this.running.get(keyOf(run, of)) === controller) this.running.delete(keyOf(run, of));
    }
  }

  stop(run: string, of: ProjectionOrder["of"]): void {
    this.running.get(keyOf(run, of))?.abort();
  }

  /** The pictures again, for a page that was filled anew with these runs. */
  again(runs: readonly string[]): ToPanel[] {
    return [...this.done.values()]
      .filter(({ run }) => runs.includes(run))
      .map(({ run, event }) => ({ type: "events", run, events: [event], live: false }));
  }

  dispose(): void {
    for (const controller of this.running.values()) controller.abort();
  }
}

const keyOf = (run: string, of: ProjectionOrder["of"]): string => `${run} ${of}`;

function failureOf(error: unknown): NonNullable<Told["failure"]> {
  const shape = toErrorShape(error);
  const action = actionFor(shape.code);
  return { message: sentenceOf(shape), ...(action ? { action } : {}) };
}
