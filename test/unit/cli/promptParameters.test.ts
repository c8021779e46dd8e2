/** What a prompt file says of decoding reaches the run: stop sequences, seed, temperature; the command line has the last word. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const TINY = path.resolve("test/fixtures/models/tiny");

describe("parameters of a prompt file", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-parameters-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
  });
  after(() => rm(folder, { recursive: true }));

  async function traced(parameters: string, ...args: string[]): Promise<Trace> {
    const file = path.join(folder, "asked.prompty");
    const out = await mkdtemp(path.join(folder, "out-"));
    const front = `---\nname: Asked\nmodel:\n  api: chat\n  parameters:\n${parameters}\n---\nuser:\nHow many apples does Mia have?\n`;
    await writeFile(file, front);
    const result = await cli.run("run", file, "--model", TINY, "--out", out, "--option", "maxTokens=24", ...args);
    assert.equal(result.err.includes("thoughtlens:"), false, result.err);
    const [name] = await readdir(out);
    return fold(readTrace(await readFile(path.join(out, name!), "utf8")).events);
  }
  const textOf = (trace: Trace) => trace.positions.map(({ text }) => text).join("");

  it("end the text before a stop sequence", async () => {
    const plain = textOf(await traced("    temperature: 0"));
    const stop = plain.slice(14, 19);
    const trace = await traced(`    stop: ${JSON.stringify([stop])}`);
    assert.equal(textOf(trace), plain.slice(0, plain.indexOf(stop)));
    assert.deepEqual([trace.exit?.why, trace.header?.options["stop"]], ["stop-sequence", [stop]]);
  });

  describe("with what the model is told", () => {
    const BOXED = "Please reason step by step, and put your final answer within \\boxed{}.";
    const CASES: [what: string, block: string, args: string[], from: string, place: string, text?: string][] = [
      ["by the file", "{instruction: none}", [], "none", "system"],
      ["by a file beside it", "{instruction: '@words.txt'}", [], "own", "system", "Think in rhymes."],
      [
        "by the command line first",
        "{instruction: none}",
        ["--instruction", "Be brief."],
        "own",
        "system",
        "Be brief.",
      ],
      [
        "in the user's turn",
        "{}",
        ["--instruction", "@words.txt", "--instruction-in", "user"],
        "own",
        "user",
        "Think in rhymes.",
      ],
      [
        "by the card of a family",
        "{}",
        ["--instruction", "model:qwq", "--sampling", "model:qwq"],
        "model",
        "user",
        BOXED,
      ],
    ];
    for (const [what, block, args, from, place, text] of CASES)
      it(what, async () => {
        await writeFile(path.join(folder, "words.txt"), "Think in rhymes.\n");
        const { header } = await traced(`    max_tokens: 8\nthoughtlens: ${block}`, ...args);
        const { instruction, options } = header!;
        assert.deepEqual([instruction?.from, instruction?.in, instruction?.text], [from, place, text]);
        if (args.includes("--sampling")) assert.deepEqual([options["temperature"], options["topK"]], [0.6, 20]);
      });

    const REFUSED: [args: string[], sentence: RegExp, code: number][] = [
      [["--instruction", "@nowhere.txt"], /instruction .*nowhere\.txt is not there\. Name a text file/, 1],
      [["--instruction", "non"], /“non” is no instruction\. Choose house, none or model/, 1],
      [["--instruction-in", "both"], /takes system or user, not “both”/, 2],
      [["--instruction", "model"], /of no family whose card is known/, 1],
      [["--prices", "nowhere.json"], /nowhere\.json cannot be read/, 1],
    ];
    for (const [args, sentence, code] of REFUSED)
      it(`${args.join(" ")} is refused`, async () => {
        await writeFile(path.join(folder, "plain.txt"), "How many?");
        const result = await cli.run("run", path.join(folder, "plain.txt"), "--model", TINY, ...args);
        assert.match(result.err, sentence);
        assert.equal(result.code, code);
        assert.equal(result.out, "");
      });
  });

  it("say on what terms a run begins, and what it costs by a person's own prices", async () => {
    await writeFile(path.join(folder, "plain.txt"), "How many?");
    const prices = path.join(folder, "prices.json");
    await writeFile(prices, JSON.stringify({ tiny: { input: 1, output: 1_000_000, currency: "EUR" } }));
    const args = [
      "run",
      path.join(folder, "plain.txt"),
      "--model",
      TINY,
      "--option",
      "maxTokens=5",
      "--prices",
      prices,
    ];
    const { out, err } = await cli.run(...args);
    assert.match(err, /^tiny: instruction: the house's, in the system turn; sampling: greedy; think format: /m);
    assert.match(out, /^strategy .* cost /m);
    assert.match(out, /5\.00 EUR/);
    const { runs } = JSON.parse((await cli.run(...args, "--json")).out) as { runs: { cost: object; billed: object }[] };
    assert.deepEqual(Object.keys(runs[0]!.cost), ["amount", "currency"]);
    const plain = await cli.run(...args.slice(0, -2));
    assert.equal(plain.out.includes("cost"), false);
  });

  it("seed the sampling, unless the command line does", async () => {
    const seed = async (...args: string[]) => (await traced("    seed: 7\n    temperature: 0.7", ...args)).header!.seed;
    assert.equal(await seed(), 7);
    assert.equal(await seed("--seed", "0"), 0);
    assert.equal((await traced("    temperature: 0.7")).header!.seed, 0);
  });
});
