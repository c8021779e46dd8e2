/** thoughtlens on the command line: figures on stdout, progress on stderr, an exit code. */
import { version } from "../../package.json";
import { offeredIn } from "../core/catalogue";
import { ActionableError, sentenceOf, toErrorShape } from "../core/protocol/rpc";
import { withInstructionText } from "../disk/instructionFile";
import { parseArguments, type Arguments } from "./arguments";
import { USAGE } from "./usage";
import { takeServerKey } from "./serverKey";
import { complain, print, printed } from "./terminal";

type Command = (args: Arguments) => Promise<number>;

/** Each is loaded when it is asked for: most of them bring the engine along, and some need none. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  run: async () => {
    const { compare } = await import("./comparing");
    return (args) => compare(args, [args.strategy]);
  },
  compare: async () => {
    const { compare } = await import("./comparing");
    return (args) => compare(args, args.strategies ?? offeredIn("comparison"));
  },
  bench: async () => (await import("./benching")).bench,
  branch: async () => (await import("./branching")).branch,
  check: async () => (await import("./checking")).check,
  faithfulness: async () => (await import("./faithfulness")).faithfulness,
  grade: async () => (await import("./grading")).grade,
  importance: async () => (await import("./importance")).importance,
  import: async () => (await import("./importing")).importFiles,
  models: async () => (await import("./models")).models,
  probe: async () => (await import("./probing")).trainProbe,
  rules: async () => (await import("./rules")).rules,
  score: async () => (await import("./scoring")).score,
  votes: async () => (await import("./votes")).votes,
};

/** The others have one. */
const OF_SEVERAL_MODELS = new Set(["run", "compare", "bench", "models"]);

async function main(): Promise<number> {
  const args = parseArguments(process.argv.slice(2));
  if (args.version) {
    print(version);
    return 0;
  }
  if (args.help || args.command === undefined) {
    (args.help ? process.stdout : process.stderr).write(USAGE);
    return args.help ? 0 : 2;
  }
  if (!Object.hasOwn(COMMANDS, args.command))
    throw new ActionableError("usage", `There is no command “${args.command}”.`, "Run thoughtlens --help.");
  if (args.models.length > 1 && !OF_SEVERAL_MODELS.has(args.command))
    throw new ActionableError("usage", `${args.command} takes one model.`, "Name one by --model.");
  const serverKey = takeServerKey(process.env, args.models);
  const options = await withInstructionText(args.options, { folder: process.cwd(), isBound: false });
  const command = await COMMANDS[args.command]!();
  return command({ ...args, options, serverKey });
}

void main()
  .catch((error: unknown) => {
    const shape = toErrorShape(error);
    complain(`thoughtlens: ${sentenceOf(shape)}`);
    return shape.code === "usage" ? 2 : 1;
  })
  .then(async (code) => {
    await printed();
    process.exit(code);
  });
