/** thoughtlens on the command line: figures on stdout, progress on stderr, an exit code. */
import { version } from "../../package.json";
import { offeredIn } from "../core/catalogue";
import { ActionableError, sentenceOf, toErrorShape } from "../core/protocol/rpc";
import { withInstructionText } from "../disk/instructionFile";
import { parseArguments, type Arguments } from "./arguments";
import { USAGE } from "./usage";
import { bench } from "./benching";
import { branch } from "./branching";
import { check } from "./checking";
import { compare } from "./comparing";
import { faithfulness } from "./faithfulness";
import { grade } from "./grading";
import { importance } from "./importance";
import { importFiles } from "./importing";
import { models } from "./models";
import { trainProbe } from "./probing";
import { rules } from "./rules";
import { score } from "./scoring";
import { takeServerKey } from "./serverKey";
import { complain, print, printed } from "./terminal";
import { votes } from "./votes";

const COMMANDS: Record<string, (args: Arguments) => Promise<number>> = {
  run: (args) => compare(args, [args.strategy]),
  compare: (args) => compare(args, args.strategies ?? offeredIn("comparison")),
  bench,
  branch,
  check,
  faithfulness,
  grade,
  importance,
  import: importFiles,
  models,
  probe: trainProbe,
  rules,
  score,
  votes,
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
  return COMMANDS[args.command]!({ ...args, options, serverKey });
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
