import assert from "node:assert/strict";
import { promptFileKind, promptFileName, type PromptFileKind } from "../../../src/editor/prompts/promptFiles";

describe("documents that hold prompts", () => {
  const cases: [path: string, language: string, kind: PromptFileKind | undefined][] = [
    ["/a.prompt.md", "markdown", "prompt"],
    ["/a.prompty", "plaintext", "prompt"],
    ["/a.prompt", "plaintext", "prompt"],
    ["/a.prompt.yml", "yaml", "prompt"],
    ["/a.PROMPT.YAML", "yaml", "prompt"],
    ["/a.prompt.json", "json", "prompt"],
    ["/anything", "prompt", "prompt"],
    ["/promptfooconfig.yaml", "yaml", "data"],
    ["/.github/workflows/a.yml", "github-actions-workflow", "data"],
    ["/settings.json", "jsonc", "data"],
    ["Untitled-1", "yaml", "data"],
    ["/a.thoughts.jsonl", "jsonl", undefined],
    ["/a.md", "markdown", "text"],
    ["/a.txt", "plaintext", "text"],
    ["/a.ts", "typescript", undefined],
  ];
  for (const [path, language, kind] of cases)
    it(`${path} in ${language}: ${kind ?? "none"}`, () => assert.equal(promptFileKind(path, language, false), kind));

  it("are those that instruct, wherever tools look for them", () => {
    assert.equal(promptFileKind("/AGENTS.md", "markdown", true), "prompt");
  });

  it("have a name by which their format is known, before they are saved too", () => {
    assert.equal(promptFileName("Untitled-1", "yaml"), "Untitled-1.yaml");
    assert.equal(promptFileName("Untitled-1", "jsonc"), "Untitled-1.json");
    assert.equal(promptFileName("/b/a.prompt.yml", "yaml"), "a.prompt.yml");
    assert.equal(promptFileName("Untitled-1", "markdown"), "Untitled-1");
  });
});
