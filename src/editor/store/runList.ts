/** The runs that are known, newest first, as a whole and by their prompt, without sorting or searching when asked. */
import { countBefore } from "../../core/measure/binarySearch";
import { startedOf } from "../../core/measure/runSummary";
import { listKey, type RecordedRun } from "./recordedRun";

export class RunList {
  private readonly byId = new Map<string, RecordedRun>();
  private readonly all: RecordedRun[] = [];
  private readonly byPrompt = new Map<string, RecordedRun[]>();

  /** Newest first. */
  get runs(): readonly RecordedRun[] {
    return this.all;
  }

  /** Runs of one prompt, newest first. */
  ofPrompt(key: string): readonly RecordedRun[] {
    return this.byPrompt.get(key) ?? [];
  }

  /** The runs of each prompt that has any. */
  get prompts(): ReadonlyMap<string, readonly RecordedRun[]> {
    return this.byPrompt;
  }

  get(id: string): RecordedRun | undefined {
    return this.byId.get(id);
  }

  /** Puts a run in, in place of the one with its id. */
  set(run: RecordedRun): void {
    const before = this.byId.get(run.id);
    const stays =
      before !== undefined && newestFirst(before, run) === 0 && listKey(before.header) === listKey(run.header);
    if (before && !stays) this.delete(run.id);
    this.byId.set(run.id, run);
    const key = listKey(run.header);
    const runs = this.byPrompt.get(key) ?? [];
    this.byPrompt.set(key, runs);
    for (const list of [this.all, runs]) {
      const at = placeIn(list, run);
      list.splice(at, stays ? 1 : 0, run);
    }
  }

  /** Puts in many that are not there yet. */
  setAll(runs: readonly RecordedRun[]): void {
    for (const run of runs) {
      if (this.byId.has(run.id)) continue;
      this.byId.set(run.id, run);
      this.all.push(run);
      const key = listKey(run.header);
      const ofPrompt = this.byPrompt.get(key);
      if (ofPrompt) ofPrompt.push(run);
      else this.byPrompt.set(key, [run]);
    }
    this.all.sort(newestFirst);
    for (const ofPrompt of this.byPrompt.values()) ofPrompt.sort(newestFirst);
  }

  delete(id: string): void {
    const run = this.byId.get(id);
    if (!run) return;
    this.byId.delete(id);
    const key = listKey(run.header);
    const ofPrompt = this.byPrompt.get(key)!;
    for (const list of [this.all, ofPrompt]) list.splice(placeIn(list, run), 1);
    if (ofPrompt.length === 0) this.byPrompt.delete(key);
  }
}

/**
 * Times are written so that later ones come later in the alphabet. Runs of one moment stand in the order of the file
 * that they were imported from; else ids decide.
 */
export function newestFirst(a: RecordedRun, b: RecordedRun): number {
  const [left, right] = [startedOf(a.header), startedOf(b.header)];
  if (left !== right) return left < right ? 1 : -1;
  const rows = (a.header.source?.row ?? 0) - (b.header.source?.row ?? 0);
  return rows !== 0 ? rows : a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** Where a run stands in a list, or would stand. */
const placeIn = (list: readonly RecordedRun[], run: RecordedRun): number =>
  countBefore(list.length, (index) => newestFirst(list[index]!, run) < 0);
