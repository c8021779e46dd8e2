/** How many runs of one command are under way at once. */
import { FoundPace, steady, type Pace } from "../core/measure/pace";
import { MOST_AT_ONCE } from "./arguments";
import type { Session } from "./session";

/** At the pace that the command line asks for; one that is to be found hears of every refusal. */
export async function paceOf(session: Session): Promise<Pace> {
  const wanted = await session.atOnce();
  if (wanted !== "auto") return steady(wanted);
  const pace = new FoundPace(MOST_AT_ONCE);
  session.onBusy = () => pace.refused();
  return pace;
}
