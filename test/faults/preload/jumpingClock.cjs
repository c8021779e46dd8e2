/** For `node --require`: a clock that is set an hour forward and back, again and again, while the process runs. */
const RealDate = Date;
const HOUR = 3_600_000;
const EVERY = 150;

const now = () => RealDate.now() + HOUR * ((Math.floor(performance.now() / EVERY) % 3) - 1);

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }

  static now() {
    return now();
  }
};
