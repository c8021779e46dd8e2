/** What a view of the panel is, and what it gets to work with. */
import type { Host } from "./host";
import type { PanelState, Place } from "../shown/state";
import type { FigureSpec } from "../figures/figure";

export interface PanelContext {
  readonly state: PanelState;
  readonly host: Host;
  /** Writes `state.view` where the editor keeps it. */
  keep(): void;
  /** Shows a position in the comparison. */
  reveal(place: Place): void;
}

export interface View {
  readonly element: HTMLElement;
  /** Brings the view up to date with the state; called at most once a frame and only while the view is visible. */
  update(): void;
  /** Scrolls to a position and marks it. */
  reveal?(place: Place): void;
  /** Moves to the search field. */
  search?(): void;
  /** Shows all text as it was written, or rendered again. */
  toggleWritten?(): void;
  /** The pictures of the view as the state has them now, whether it is visible or not. */
  pictures?(): FigureSpec[];
}
