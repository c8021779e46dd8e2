/** What a stretch of work may take before the process that does it is ended. */
export interface WorkLimits {
  /** What is done, as the subject of a sentence: `Loading model.onnx`. */
  what: string;
  /** Milliseconds by the monotonic clock. */
  ms: number;
  /** Bytes that the whole process may take beyond what it has when the work begins; without a bound where undefined. */
  bytes?: number;
  /** Whether nothing is lost when the process is ended at once, as by Ctrl-C: no trace is being written yet. */
  abandonable?: boolean;
}

/**
 * Begins work under `limits`; what is returned ends it. Work that blocks its thread, as a native call or a template does,
 * cannot be stopped from within it, so the process is ended from another thread: see `Watchdog`.
 */
export type Guard = (limits: WorkLimits) => () => void;

/** For who runs in a process that nobody wants ended, as tests do. */
export const unguarded: Guard = () => () => undefined;

/** Does `work` under `limits`. */
export async function under<T>(guard: Guard, limits: WorkLimits, work: () => Promise<T>): Promise<T> {
  const done = guard(limits);
  try {
    return await work();
  } finally {
    done();
  }
}

/** The same for work that gives its result at once. */
export function underNow<T>(guard: Guard, limits: WorkLimits, work: () => T): T {
  const done = guard(limits);
  try {
    return work();
  } finally {
    done();
  }
}
