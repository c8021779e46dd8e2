/** Dates as Python writes them. */

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const SECONDS_OF_DAY = 86_400_000;

/** Python's `strftime` in its C locale; `%-d` and its like write no leading zero. */
export function strftime(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = date.getHours() % 12 || 12;
  const start = Date.UTC(date.getFullYear(), 0, 1);
  const day = Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / SECONDS_OF_DAY);
  const codes: Record<string, () => string> = {
    Y: () => String(date.getFullYear()),
    y: () => two(date.getFullYear() % 100),
    m: () => two(date.getMonth() + 1),
    d: () => two(date.getDate()),
    e: () => String(date.getDate()).padStart(2),
    B: () => MONTHS[date.getMonth()]!,
    b: () => MONTHS[date.getMonth()]!.slice(0, 3),
    h: () => MONTHS[date.getMonth()]!.slice(0, 3),
    A: () => DAYS[date.getDay()]!,
    a: () => DAYS[date.getDay()]!.slice(0, 3),
    w: () => String(date.getDay()),
    u: () => String(date.getDay() || 7),
    H: () => two(date.getHours()),
    I: () => two(hour),
    M: () => two(date.getMinutes()),
    S: () => two(date.getSeconds()),
    f: () => String(date.getMilliseconds() * 1000).padStart(6, "0"),
    p: () => (date.getHours() < 12 ? "AM" : "PM"),
    j: () => String(day + 1).padStart(3, "0"),
    U: () => two(Math.floor((day + 7 - date.getDay()) / 7)),
    G: () => String(isoWeek(date).year),
    V: () => two(isoWeek(date).week),
    C: () => two(Math.floor(date.getFullYear() / 100)),
    g: () => two(isoWeek(date).year % 100),
    k: () => String(date.getHours()).padStart(2),
    l: () => String(hour).padStart(2),
    P: () => (date.getHours() < 12 ? "am" : "pm"),
    r: () => strftime(date, "%I:%M:%S %p"),
    W: () => two(Math.floor((day + 7 - ((date.getDay() + 6) % 7)) / 7)),
    s: () => String(Math.floor(date.getTime() / 1000)),
    // `strftime_now` asks for a time without a zone.
    z: () => "",
    Z: () => "",
    F: () => strftime(date, "%Y-%m-%d"),
    D: () => strftime(date, "%m/%d/%y"),
    x: () => strftime(date, "%m/%d/%y"),
    T: () => strftime(date, "%H:%M:%S"),
    X: () => strftime(date, "%H:%M:%S"),
    R: () => strftime(date, "%H:%M"),
    c: () => strftime(date, "%a %b %e %H:%M:%S %Y"),
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
  };
  return format.replace(/%([-_^#0]?)([a-zA-Z%])/g, (all, mark: string, code: string) => {
    if (!Object.hasOwn(codes, code)) return all;
    const written = codes[code]!();
    switch (mark) {
      case "-":
        return written.replace(/^[0 ]{1,5}(?=.)/, "");
      case "_":
        return written.replace(/^0{1,5}(?=\d)/, (zeros) => " ".repeat(zeros.length));
      case "0":
        return written.replace(/^ {1,5}(?=\d)/, (blanks) => "0".repeat(blanks.length));
      case "^":
        return written.toUpperCase();
      case "#":
        return code === "p" ? written.toLowerCase() : written.toUpperCase();
      default:
        return written;
    }
  });
}

/** The week of ISO 8601 and its year: that of its Thursday. */
function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate() + 4 - (date.getDay() || 7)));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * SECONDS_OF_DAY)) + 1 };
}
