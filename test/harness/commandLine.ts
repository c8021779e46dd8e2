/** The commands and options of the command line, as its own help says them. */
import { OPTIONS } from "../../src/cli/arguments";
import { USAGE } from "../../src/cli/usage";

export interface CommandWords {
  /** As in `bench --data FILE`. */
  readonly call: string;
  readonly name: string;
  readonly says: string;
}

export interface OptionWords {
  readonly name: string;
  /** What follows it, as in `FILE`; "" for a switch. */
  readonly takes: string;
  readonly says: string;
}

const COMMAND = /^ {2}thoughtlens (\S+)(.*?) {2,}(\S.*)$/;
const OPTION = /^ {2}--([\w-]+)(?: ([A-Z][\w=,…]*))? {2,}(\S.*)$/;

/** Flags without a line of their own: what another's says of them, and a name that is never written. */
const SAID_WITH = ["help", "version", "edit", "stop-and-answer"];

/** @returns the words; `differing` names flags that the help does not say, or that are none */
export function commandLineWords(): {
  commands: CommandWords[];
  options: OptionWords[];
  rest: string;
  differing: string[];
} {
  const commands: CommandWords[] = [];
  const options: { name: string; takes: string; says: string }[] = [];
  const rest: string[] = [];
  const [, ...lines] = USAGE.split("\n");
  for (const line of lines) {
    const command = COMMAND.exec(line);
    const option = OPTION.exec(line);
    const last = options.at(-1);
    if (command) commands.push({ call: `${command[1]!}${command[2]!}`, name: command[1]!, says: command[3]! });
    else if (option) options.push({ name: option[1]!, takes: option[2] ?? "", says: option[3]! });
    else if (last && /^ {10,}\S/.test(line)) last.says += ` ${line.trim()}`;
    else if (line.trim() !== "") rest.push(line.trim());
  }
  const parsed = Object.keys(OPTIONS).filter((name) => !SAID_WITH.includes(name));
  const said = options.map(({ name }) => name);
  const differing = [
    ...parsed.filter((name) => !said.includes(name)),
    ...said.filter((name) => !parsed.includes(name)),
  ];
  return {
    commands,
    options: options.map((each) => ({ ...each, says: each.says.replace(/\s{2,}/g, " ") })),
    rest: rest.join(" "),
    differing,
  };
}
