/** What a command is busy with, beside what it prints. */
import { complain, plain } from "./terminal";

/** One line on stderr that is written over; plain lines where stderr is no terminal. */
export class StatusLine {
  private shown = "";

  show(message: string): void {
    if (!process.stderr.isTTY) {
      if (message !== this.shown) complain(message);
    } else process.stderr.write(`\r\x1b[K${plain(message).slice(0, (process.stderr.columns ?? 80) - 1)}`);
    this.shown = message;
  }

  line(message: string): void {
    this.clear();
    complain(message);
  }

  clear(): void {
    if (process.stderr.isTTY && this.shown !== "") process.stderr.write("\r\x1b[K");
    this.shown = "";
  }
}
