/** What is wrong with a command line is said in one sentence, before anything runs. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

describe("the command line", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    await writeFile(path.join(folder, "prompt.md"), "What is 3 + 4?\n");
    await writeFile(path.join(folder, "data.jsonl"), '{"question": "What is 3 + 4?", "answer": "7"}\n');
    cli = await BundledCli.build(folder, {});
  });
  after(() => rm(folder, { recursive: true }));

  const cases: [args: string, says: RegExp][] = [
    ["bogus", /There is no command “bogus”\./],
    ["constructor", /There is no command “constructor”\./],
    ["run", /No prompt file was named\./],
    ["run prompt.md --bad", /There is no option --bad\./],
    ["run prompt.md --model", /--model needs a value\./],
    ["run prompt.md --json=yes", /--json takes no value\./],
    ["run prompt.md --seed x", /--seed takes a whole number, not “x”\./],
    ["run prompt.md --option x", /--option takes NAME=VALUE, not “x”\./],
    ["run prompt.md --option nope=1", /chain-of-thought has no option “nope”\. Choose one of .*maxTokens/],
    ["compare prompt.md --option nope=1", /None of these strategies has an option “nope”\./],
    ["compare prompt.md --strategies ,", /No strategy was named\./],
    ["bench", /No dataset was named\./],
    ["bench --data data.jsonl --option threshhold=1", /None of these strategies has an option “threshhold”\./],
    [
      "run prompt.md --model http://127.0.0.1:9 --dtype q4",
      /--dtype chooses a graph of a local model, and .* is a server\./,
    ],
    [
      "run prompt.md --model pocket:base:fp32 --dtype q4",
      /--model pocket:base:fp32 names another dtype than --dtype q4\./,
    ],
    ["grade --answer 5", /No expected answer was given: --gold is missing\./],
    ["grade --gold 5", /What is graded is one answer or one text: --answer or --text\./],
    ["grade --gold 5 --answer 5 --text 5", /What is graded is one answer or one text: --answer or --text\./],
    ["grade --gold", /--gold needs a value\./],
    ["models --capabilities --option nope=1", /None of these strategies has an option “nope”\./],
  ];
  for (const [args, says] of cases) {
    it(`${args}: 2, and one line that says what to do`, async () => {
      const { code, out, err } = await cli.run(...args.split(" "));
      assert.match(err, says);
      assert.match(err, /^thoughtlens: [^\n]+\.\n$/);
      assert.deepEqual([code, out], [2, ""]);
    });
  }

  it("names the strategies where one is misspelt, and runs none", async () => {
    const { code, err } = await cli.run("compare", "prompt.md", "--strategies", "no-thinking,chain-of-daft");
    assert.match(
      err,
      /^thoughtlens: There is no strategy “chain-of-daft”\. Choose one of [^\n]+chain-of-draft[^\n]+\n$/,
    );
    assert.equal(code, 1);
  });

  it("says what a bundled model lacks", async () => {
    const { code, err } = await cli.run("run", "prompt.md", "--dtype", "q4");
    assert.match(err, /has no q4 variant, only fp32\./);
    assert.equal(code, 1);
  });

  it("says of a misspelt model that it is none, and of a folder that it is not there", async () => {
    const misspelt = await cli.run("run", "prompt.md", "--model", "pokcet");
    assert.match(misspelt.err, /^thoughtlens: “pokcet” names no model\. Write pocket, [^\n]+\n$/);
    const absent = await cli.run("run", "prompt.md", "--model", "models/no/such");
    assert.match(absent.err, /There is no model folder .*models.no.such\./);
    assert.deepEqual([misspelt.code, absent.code], [1, 1]);
  });

  it("takes an option that one of several strategies has", async () => {
    const args = ["--strategies", "no-thinking,chain-of-draft", "--option", "shots=0", "--option", "maxTokens=8"];
    const { code, err } = await cli.run("compare", "prompt.md", ...args);
    assert.equal(code, 0, err);
  });

  const prompts: [why: string, file: string, text: string, args: string[], says: RegExp][] = [
    [
      "a prompt without a value is not sent with a hole in it",
      "shorten.prompty",
      "---\nname: shorten\ninputs: [{name: text}]\n---\nuser:\n{{text}}\n",
      [],
      /The prompt “shorten” has no value for text\. Give --input text=VALUE\.$/,
    ],
    [
      "instructions without a task are not run",
      "SKILL.md",
      "---\nname: tidy\n---\nBe brief.\n",
      [],
      /SKILL\.md gives instructions and no task\. Give --task TEXT/,
    ],
    [
      "a template that loops without end is given up",
      "loop.prompty",
      "---\nname: l\n---\nuser:\n{% for a in range(9000) %}{% for b in range(900) %}{% for c in [1,2,3,4,5,6,7,8,9,0,1,2,3,4] %}{% for d in [1,2,3,4,5,6,7,8,9,0,1,2,3,4] %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}\n",
      [],
      /loop\.prompty (?:took longer than|needs more than|holds no prompt)/,
    ],
  ];
  for (const [why, file, text, args, says] of prompts) {
    it(why, async () => {
      await writeFile(path.join(folder, file), text);
      const { code, out, err } = await cli.run("run", file, ...args);
      assert.match(err.trimEnd(), says);
      assert.deepEqual([code, out], [1, ""]);
    });
  }

  it("benches instructions on a dataset, and goes on with the same instructions only", async () => {
    const skill = path.join(folder, "SKILL.md");
    await writeFile(skill, "---\nname: adder\n---\nAdd what is asked for.\n");
    const settings = ["--strategies", "no-thinking", "--option", "maxTokens=8"];
    const asked = ["--data", "data.jsonl", "--instructions", "SKILL.md", "--results", "skill.bench.jsonl"];
    const { code, err } = await cli.run("bench", ...asked, ...settings);
    assert.equal(code, 0, err);
    assert.equal((await cli.run("bench", "--resume", "skill.bench.jsonl")).code, 0);
    await writeFile(skill, "---\nname: adder\n---\nAdd otherwise.\n");
    assert.match((await cli.run("bench", "--resume", "skill.bench.jsonl")).err, /are not those that .* was begun with/);
    const other = await cli.run("bench", "--data", "data.jsonl", "--instructions", "prompt.md");
    assert.match(other.err, /prompt\.md gives no instructions\. Name a SKILL\.md/);
  });

  it("prints what a run thought and wrote above its figures, or the figures alone", async () => {
    await writeFile(path.join(folder, "apples.prompt.md"), "Tom has 3 apples. He buys 4. How many has he?\n");
    const args = ["run", "apples.prompt.md", "--option", "maxTokens=48"];
    const { out } = await cli.run(...args);
    assert.match(out, /^.*apples.*\n\nThinking\n {2}\S[^]*\n\nAnswer\n {2}\S[^]*\n\nstrategy +answer /i);
    const bare = await cli.run(...args, "--figures-only");
    assert.doesNotMatch(bare.out, /^(Thinking|Answer)$/m);
    assert.match(bare.out, /^strategy +answer /m);
    const json = await cli.run(...args, "--json");
    const { runs } = JSON.parse(json.out) as { runs: { thinking: string; written: string }[] };
    assert.ok(runs[0]!.thinking.length > 0 && !runs[0]!.thinking.includes("<think>"));
  });

  it("follows instructions on the tasks that are kept beside them", async () => {
    await mkdir(path.join(folder, "adder", "evals"), { recursive: true });
    await writeFile(path.join(folder, "adder", "SKILL.md"), "---\nname: adder\n---\nAdd what is asked for.\n");
    await writeFile(
      path.join(folder, "adder", "evals", "evals.json"),
      '{"skill_name": "adder", "evals": [{"id": 1, "prompt": "What is 3 + 4?", "expected_output": "7"}, {"id": 2, "prompt": "What is 1 + 1?"}]}',
    );
    const file = path.join("adder", "SKILL.md");
    const { out } = await cli.run("run", file, "--strategy", "no-thinking", "--option", "maxTokens=8", "--json");
    const reports = JSON.parse(out) as { prompt: string; runs: { correct: boolean | null }[] }[];
    assert.deepEqual(
      reports.map(({ prompt }) => prompt),
      ["adder: What is 3 + 4?", "adder: What is 1 + 1?"],
    );
    assert.equal(reports[1]!.runs[0]!.correct, null);
  });
});
