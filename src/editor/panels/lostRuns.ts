/** Runs that a panel was to show and that came to no end: what is said of them after a reload, and what would run again. */
import { strategyTitle } from "../../core/catalogue";
import type { ToPanel } from "../../core/protocol/panelApi";
import { stateOf } from "../../core/measure/runSummary";
import { shorten } from "../../core/text/shorten";
import type { RecordedRun } from "../store/recordedRun";
import { l10n } from "../../core/text/l10n";

type Notice = Extract<ToPanel, { type: "notice" }>;

/** Where a prompt stands: its file and line. */
export interface PromptPlace {
  readonly uri: string;
  readonly line: number;
}

/** What is to run again, and for which panel. */
export interface RunAgain extends LostRuns {
  /** All runs of the panel. */
  readonly runs: readonly string[];
  readonly place: PromptPlace | undefined;
}

export interface LostRuns {
  /** Their strategies, in the order in which they were asked for. */
  readonly strategies: readonly string[];
  /** The runs of the panel that came to their end. */
  readonly kept: readonly string[];
}

interface Shown {
  readonly runs: readonly string[];
  /** The strategy that each run was asked for. */
  readonly asked?: Readonly<Record<string, string>>;
}

/** What is known of a run. */
type Known = (run: string) => { readonly recorded: RecordedRun | undefined; readonly isWaiting: boolean };

function fateOf(run: string, known: Known): "kept" | "cut" | "missing" {
  const { recorded, isWaiting } = known(run);
  if (!recorded) return isWaiting ? "kept" : "missing";
  const state = stateOf(recorded);
  // A window that closes cancels what runs, where it gets the time to: nothing tells that from a person's cancel.
  return state === "interrupted" || state === "cancelled" ? "cut" : "kept";
}

export function lostRuns({ runs, asked = {} }: Shown, known: Known): LostRuns {
  const lost = runs.filter((run) => fateOf(run, known) !== "kept");
  return {
    strategies: lost.flatMap((run) => asked[run] ?? known(run).recorded?.header.strategy ?? []),
    kept: runs.filter((run) => !lost.includes(run)),
  };
}

/** A sentence for what was cut, and one for what is not there, with a button that runs them again. */
export function lostNotices({ runs, asked = {} }: Shown, known: Known): Notice[] {
  const namesOf = (fate: "cut" | "missing"): string[] =>
    runs
      .filter((run) => fateOf(run, known) === fate)
      .flatMap((run) => asked[run] ?? known(run).recorded?.header.strategy ?? [])
      .map((strategy) => strategyTitle(shorten(strategy, 40)));
  const [cut, missing] = [namesOf("cut"), namesOf("missing")];
  const action = { title: l10n.t("Run Again"), command: "run-again" } as const;
  const notices: Notice[] = [];
  const say = (message: string): void => void notices.push({ type: "notice", level: "warning", message, action });
  if (cut.length === 1)
    say(
      l10n.t("{0} was cut short, by Cancel or since the window closed: the trace shows how far it came.", listed(cut)),
    );
  else if (cut.length > 1)
    say(
      l10n.t("{0} were cut short, by Cancel or since the window closed: the trace shows how far it came.", listed(cut)),
    );
  if (missing.length === 1)
    say(l10n.t("{0} never began, by Cancel or since the window closed, or was deleted.", listed(missing)));
  else if (missing.length > 1)
    say(l10n.t("{0} never began, by Cancel or since the window closed, or were deleted.", listed(missing)));
  const unnamed = runs.filter((run) => fateOf(run, known) === "missing" && asked[run] === undefined);
  if (unnamed.length > 0) {
    notices.push({
      type: "notice",
      level: "warning",
      message: l10n.t("A trace of this view was deleted."),
      action: { title: l10n.t("Trace Again"), command: "trace" },
    });
  }
  return notices;
}

/** As in `DEER, Budget and No Thinking`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : l10n.t("{0} and {1}", names.slice(0, -1).join(", "), names.at(-1)!);
