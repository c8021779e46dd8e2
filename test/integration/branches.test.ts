/** Going on from inside a run by the editor's commands: what is refused in one sentence, and what is not lost. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { stepsOf } from "../../src/core/measure/branchPlaces";
import { textBefore } from "../../src/core/measure/branchText";
import { activeApi, assertSentence, closeEditors, inWorkspace, openSample, openText, runsOf, toldBy } from "./support";

type Kind = "text" | "latent" | "gist";

/** A run of a model that nobody has, with these tokens. */
const traceOf = (id: string, texts: readonly string[], kinds: Record<number, Kind> = {}): string =>
  [
    {
      ...{ t: "run", v: 1, id, strategy: "chain-of-thought", options: {}, model: { id: "elsewhere" }, prompt: {} },
      ...{ messages: [{ role: "user", content: "How many are 12 - 3?" }], started: "2026-01-01T00:00:00.000Z" },
    },
    ...texts.map((text, at) => ({ t: "tokens", at, kind: kinds[at] ?? "text", text: [text] })),
    { t: "end", answer: "9" },
  ]
    .map((event) => JSON.stringify(event))
    .join("\n");

describe("branches in the editor", function () {
  this.timeout(120_000);
  before(() => openSample("stories.prompt.md"));
  after(closeEditors);

  async function imported(...trace: Parameters<typeof traceOf>): Promise<string> {
    const { document } = await openText(`${trace[0]}.thoughts.jsonl`, traceOf(...trace));
    const [run] = await runsOf("thoughtlens.importTraces", document.uri);
    return run!;
  }

  const PLAIN = ["<think>", "First", " 12", " then", " 9", "."];
  const REFUSED: [
    what: string,
    texts: string[],
    kinds: Record<number, Kind>,
    at: number,
    code: RegExp,
    more?: unknown,
  ][] = [
    ["in a latent", ["<bot>", "", "", "9"], { 1: "latent", 2: "latent" }, 2, /^branch-place$/],
    [
      "behind latents, on a model that cannot read them",
      ["<bot>", "", "<eot>", "It", " is"],
      { 1: "latent" },
      5,
      /^branch-latents$/,
      "It is",
    ],
    ["among gist tokens", ["So", "<w>", "<c1>", "<o>"], { 2: "gist", 3: "gist" }, 3, /^branch-place$/],
    ["inside a mark of thinking", ["<think>", "So", "</", "think", ">", "9"], {}, 3, /^branch-place$/],
    ["inside a character", ["a", "🍎", "", "b"], {}, 2, /^branch-place$/],
    ["behind its end", PLAIN, {}, 99, /^branch-place$/],
    ["with a text that ends the turn", PLAIN, {}, 6, /^branch-ends$/, "<think>First 12.<|im_end|>"],
  ];
  for (const [index, [what, texts, kinds, at, code, text]] of REFUSED.entries())
    it(`are refused ${what}`, async () => {
      const run = await imported(`branch-${index}`, texts, kinds);
      const [error, ...more] = await toldBy("thoughtlens.continueHere", { run, at, isPlace: true }, text);
      assertSentence(error, code);
      assert.deepEqual(more, []);
    });

  it("go on with the answer where the edited text closes thinking, and say so", async () => {
    const { store } = await activeApi();
    const run = await imported("branch-closes", PLAIN);
    const [branch] = await runsOf(
      "thoughtlens.continueHere",
      { run, at: 6, isPlace: true },
      "<think>First 12.\n</think>\n\n",
    );
    const { notes } = await store.trace(branch!);
    assert.ok(notes.some(({ message }) => message.includes("closes thinking: what follows is the answer")));
    assert.ok(notes.some(({ message }) => message.includes("elsewhere wrote the text before this place")));
  });

  it("go on inside a branch whose parent was deleted", async () => {
    const { store } = await activeApi();
    const [parent] = await runsOf("thoughtlens.trace", { uri: inWorkspace("stories.prompt.md"), line: 4 });
    const step = stepsOf(await store.trace(parent!))[1]!;
    const [branch] = await runsOf("thoughtlens.stopHere", { run: parent, at: step.from });
    await vscode.commands.executeCommand("thoughtlens.deleteRun", { run: parent });
    assert.equal(store.run(parent!), undefined);
    const trace = await store.trace(branch!);
    const at = trace.positions.length - 1;
    const text = textBefore(trace, at);
    const [child] = await runsOf("thoughtlens.continueHere", { run: branch, at, isPlace: true }, text);
    const { header, end } = await store.trace(child!);
    assert.deepEqual([header!.branch!.run, header!.branch!.root, end!.answer], [branch, parent, trace.end!.answer]);
  });
});
