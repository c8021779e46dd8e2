/** How long a server is waited for: as it comes, or as the person says. */
import type { Waiting } from "../../../core/protocol/engineApi";

export interface ServerLimits {
  /** Milliseconds to the first event of an answer: long prompts take their time. */
  first: number;
  /** Milliseconds between two events of a stream. */
  next: number;
  /** Milliseconds that a server may go without an event while it shows that it is alive. */
  alive: number;
  /** Milliseconds of one request. */
  longest: number;
  /** Attempts while the server is busy or out of reach. */
  attempts: number;
  /** Milliseconds before the second attempt, doubled for each one after it, unless the server says when. */
  pause: number;
}

export const SERVER_LIMITS: ServerLimits = {
  first: 180_000,
  next: 60_000,
  alive: 900_000,
  longest: 4 * 3_600_000,
  attempts: 5,
  pause: 500,
};

/** What a person's settings make of them. */
export function limitsOf({ firstReply, silence, longest }: Waiting = {}): Partial<ServerLimits> {
  return {
    ...(firstReply === undefined ? {} : { first: firstReply * 1000 }),
    ...(silence === undefined ? {} : { next: silence * 1000 }),
    ...(longest === undefined ? {} : { longest: longest * 1000, alive: Math.min(SERVER_LIMITS.alive, longest * 1000) }),
  };
}
