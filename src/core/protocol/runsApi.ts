/**
 * What the extension host and the page of all runs say to each other. The page asks with `ready` and gets the rows; it
 * asks for what only whole traces say when their rows come into sight.
 */
import type { RunDetails } from "../measure/runDetails";
import type { RunRow } from "../measure/runRow";
import type { DroppedFile } from "./panelApi";

/** Details of one run, or why there are none. */
export interface DetailsOf {
  readonly run: string;
  readonly details?: RunDetails;
  /** A sentence for the person. */
  readonly problem?: string;
}

/** Runs that the page is to show alone until the person wants all again. */
export interface RunsSubset {
  /** As in `rows.jsonl`. */
  readonly title: string;
  readonly runs: readonly string[];
}

export type ToRuns =
  /** Rows that are new or have changed. `first`: these come in place of all before; `more`: others are on their way. */
  | { type: "rows"; rows: RunRow[]; first: boolean; more: boolean }
  | { type: "gone"; runs: string[] }
  | { type: "details"; of: DetailsOf[] }
  | { type: "subset"; subset: RunsSubset }
  | { type: "notice"; message: string };

export type FromRuns =
  | { type: "ready" }
  | { type: "open"; run: string }
  | { type: "compare"; runs: string[] }
  /** The runs in sight, the most wanted first; those that were asked for before and have not come are wanted no more. */
  | { type: "details"; runs: string[] }
  | { type: "delete"; runs: string[] }
  | { type: "import" }
  | { type: "drop"; files: DroppedFile[] }
  | { type: "failed"; message: string };
