/** How many runs at once: found by trying. */
import assert from "node:assert/strict";
import { FoundPace } from "../../../src/core/measure/pace";

/**
 * Plays a server on a clock: each run takes `latency`, or longer where more than `slots` are under way at once.
 * @returns the pace after so many runs
 */
function play(slots: number, { runs = 400, most = 256, refusesAt = Infinity } = {}): FoundPace {
  const pace = new FoundPace(most);
  const latency = 200;
  let now = 0;
  let begun = 0;
  let underWay: number[] = [];
  while (begun < runs || underWay.length > 0) {
    while (begun < runs && underWay.length < pace.limit) {
      if (underWay.length >= refusesAt) {
        pace.refused();
        break;
      }
      // What finds no slot waits for one.
      const queue = Math.floor(underWay.length / slots);
      underWay.push(now + latency * (1 + queue));
      begun += 1;
    }
    now = Math.min(...underWay);
    const ended = underWay.filter((at) => at <= now).length;
    underWay = underWay.filter((at) => at > now);
    for (let each = 0; each < ended; each++) pace.done(now);
  }
  return pace;
}

describe("a pace that is found", () => {
  const cases: [why: string, slots: number, options: Parameters<typeof play>[1], least: number, most: number][] = [
    ["grows as far as it may where more is always faster", 1000, { most: 32 }, 32, 32],
    ["stays about where the server has no more slots", 4, {}, 4, 16],
    ["stays at few where one at a time is as fast", 1, {}, 1, 4],
    ["goes back to where it is not refused", 1000, { refusesAt: 8 }, 4, 8],
  ];
  for (const [why, slots, options, least, most] of cases)
    it(why, () => {
      const { limit } = play(slots, options);
      assert.ok(least <= limit && limit <= most, `${limit}`);
    });

  it("is halved once for many that are refused together, and never falls to nothing", () => {
    const pace = new FoundPace(8);
    for (let run = 0; run < 40; run++) pace.done(run * (pace.limit < 8 ? 10 : 1));
    const before = pace.limit;
    for (let refusal = 0; refusal < 5; refusal++) pace.refused();
    assert.equal(pace.limit, before / 2);
    for (let refusal = 0; refusal < 100; refusal++) {
      pace.refused();
      pace.done(1000 + refusal);
    }
    assert.equal(pace.limit, 1);
  });
});
