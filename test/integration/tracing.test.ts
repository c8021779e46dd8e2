import assert from "node:assert/strict";
import * as vscode from "vscode";
import { fold } from "../../src/core/trace/fold";
import {
  activeApi,
  closeEditors,
  codeLensTitles,
  inWorkspace,
  openSample,
  openText,
  traceFileOf,
  waitFor,
} from "./support";

describe("tracing a sample", function () {
  this.timeout(240_000);

  before(async () => {
    await openSample("stories.prompt.md");
  });
  after(closeEditors);

  it("offers Trace and Compare above every prompt of the file", async () => {
    const titles = await codeLensTitles(inWorkspace("stories.prompt.md"));
    assert.deepEqual(titles.slice(0, 6), Array(3).fill(["$(play) Trace", "Compare"]).flat());
  });

  it("offers them above prompts of YAML too, and nothing above other YAML", async () => {
    const prompts = await openText("promptfooconfig.yaml", "providers: [m]\nprompts:\n  - One\n  - Two\n");
    assert.deepEqual(await codeLensTitles(prompts.document.uri), Array(2).fill(["$(play) Trace", "Compare"]).flat());
    const other = await openText("compose.yaml", "services:\n  web:\n    user: root\n");
    assert.deepEqual(await codeLensTitles(other.document.uri), []);
    await openSample("stories.prompt.md");
  });

  it("runs the model and keeps the trace", async () => {
    const api = await activeApi();
    const target = { uri: inWorkspace("stories.prompt.md"), line: 4 };
    const [run] = (await vscode.commands.executeCommand<string[]>("thoughtlens.trace", target)) ?? [];
    assert.ok(run);
    const trace = await api.store.trace(run);
    assert.equal(trace.header?.strategy, "chain-of-thought");
    assert.equal(trace.header?.gold, "38");
    assert.ok(trace.positions.length > 0);
    assert.ok(trace.end);
    assert.deepEqual(fold(await traceFileOf(api, run)).positions, trace.positions);
  });

  it("says what the run came to above the prompt", async () => {
    const title = await waitFor("a CodeLens with the result", async () =>
      (await codeLensTitles(inWorkspace("stories.prompt.md"))).find((each) => /^\d+ tokens/.test(each)),
    );
    assert.match(title, /^\d+ tokens \(Chain of Thought\)$/);
  });

  it("draws samples of one prompt, in one group, with seeds of their own", async () => {
    const api = await activeApi();
    const target = { uri: inWorkspace("stories.prompt.md"), line: 4 };
    const wanted = { samples: 3, temperature: 0.8, strategy: "no-thinking" };
    const runs = (await vscode.commands.executeCommand<string[]>("thoughtlens.compareSamples", target, wanted)) ?? [];
    const headers = runs.map((run) => api.store.run(run)!.header);
    assert.deepEqual(
      headers.map(({ sample }) => sample),
      [1, 2, 3].map((n) => ({ n, of: 3 })),
    );
    assert.equal(new Set(headers.map(({ seed }) => seed)).size, 3);
    assert.equal(new Set(headers.map(({ group }) => group)).size, 1);
    assert.ok(headers.every(({ options }) => options["temperature"] === 0.8));
    const begun = headers.map(({ started }) => Date.parse(started)).sort((a, b) => a - b);
    const [first] = await Promise.all(runs.map((run) => api.store.trace(run)));
    assert.ok(begun[1]! < begun[0]! + (first!.end!.ms?.total ?? 0), "the second has begun while the first went on");
    await waitFor("a view of the samples", () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label.startsWith("3 Samples")),
    );
  });

  it("stops samples that a vote does not need, and says so in their traces", async () => {
    const api = await activeApi();
    const target = { uri: inWorkspace("stories.prompt.md"), line: 4 };
    const wanted = { samples: 4, temperature: 1.5, strategy: "chain-of-thought", vote: "short-1" };
    const runs = (await vscode.commands.executeCommand<string[]>("thoughtlens.compareSamples", target, wanted)) ?? [];
    const traces = await Promise.all(runs.map((run) => api.store.trace(run)));
    assert.equal(traces.length, 4);
    const whole = traces.filter(({ exit }) => exit?.why !== "cancelled");
    assert.ok(whole.length >= 1, "the one that ends first has nothing to be compared with");
    for (const { exit, end } of traces.filter((trace) => !whole.includes(trace))) {
      assert.equal(exit?.message, "1 sample has come to an answer with less thinking.");
      assert.ok(end!.tokens, "what it had written is counted");
    }
  });

  it("compares models on one prompt, each strategy on each of them", async () => {
    const api = await activeApi();
    const target = { uri: inWorkspace("stories.prompt.md"), line: 4 };
    const wanted = { models: ["pocket:base", "pocket:lightthinker"], strategies: ["no-thinking", "chain-of-draft"] };
    const runs = (await vscode.commands.executeCommand<string[]>("thoughtlens.compareModels", target, wanted)) ?? [];
    const headers = runs.map((run) => api.store.run(run)!.header);
    assert.deepEqual(
      headers.map(({ model, strategy }) => `${strategy} on ${model.id}`),
      ["pocket:base", "pocket:lightthinker"].flatMap((model) =>
        ["no-thinking", "chain-of-draft"].map((strategy) => `${strategy} on ${model}`),
      ),
    );
    assert.equal(new Set(headers.map(({ group }) => group)).size, 1);
  });

  it("compares strategies on one prompt, in one group", async () => {
    const api = await activeApi();
    const strategies = ["chain-of-thought", "chain-of-draft", "deer"];
    const target = { uri: inWorkspace("stories.prompt.md"), line: 4 };
    const runs = (await vscode.commands.executeCommand<string[]>("thoughtlens.compare", target, strategies)) ?? [];
    const recorded = runs.map((run) => api.store.run(run));
    assert.deepEqual(
      recorded.map((run) => run?.header.strategy),
      strategies,
    );
    assert.equal(new Set(recorded.map((run) => run?.header.group)).size, 1);
    for (const run of recorded) assert.ok(run?.end?.tokens?.total, run?.exit?.message);
  });

  it("runs a prompt with the options that were chosen for it, and no other prompt", async () => {
    const api = await activeApi();
    const uri = inWorkspace("stories.prompt.md");
    const chosen = { strategy: "budget", options: { tokens: 9 } };
    await vscode.commands.executeCommand("thoughtlens.setOptions", { uri, line: 4 }, chosen);
    const tokensOf = async (line: number) => {
      const [run] = (await vscode.commands.executeCommand<string[]>("thoughtlens.traceWith", { uri, line }, "budget"))!;
      return api.store.run(run!)?.header.options["tokens"];
    };
    assert.equal(await tokensOf(4), 9);
    assert.notEqual(await tokensOf(10), 9);
  });

  it("keeps no option that does not fit, and says why", async () => {
    const { messages } = await activeApi();
    const told: string[] = [];
    const listening = messages.onDidShow(({ code, message }) => told.push(`${code}: ${message}`));
    const target = { uri: inWorkspace("stories.prompt.md"), line: 4 };
    const tries = [
      { strategy: "deer", options: { threshold: 2 } },
      { strategy: "deer", options: { treshold: 0.9 } },
      { strategy: "dear", options: { threshold: 0.9 } },
    ];
    for (const each of tries) await vscode.commands.executeCommand("thoughtlens.setOptions", target, each);
    listening.dispose();
    assert.equal(told.length, 3);
    assert.match(told[0]!, /^option-invalid: DEER: The option threshold takes a number from 0 to 1\.$/);
    assert.match(told[1]!, /^option-invalid: DEER: There is no option “treshold”\.$/);
    assert.match(told[2]!, /^strategy-unknown: There is no strategy “dear”\.$/);
  });
});
