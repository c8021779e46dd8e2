import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { licenceIn } from "../../../src/engine/files/modelCard";

describe("licence in a model's card", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-card-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const CASES: [what: string, card: string, licence: string | undefined][] = [
    ["as it is written", "---\nlicense: apache-2.0\nlanguage: en\n---\n# Model\n", "apache-2.0"],
    ["with Windows line ends", "---\r\nlicense: mit\r\n---\r\n", "mit"],
    ["by its name where it is another", "---\nlicense: other\nlicense_name: gemma\n---\n", "gemma"],
    ["several", "---\nlicense:\n- mit\n- cc0-1.0\n---\n", "mit, cc0-1.0"],
    ["none in the text below", "# Model\n\nlicense: mit\n", undefined],
    ["none where it is no text", "---\nlicense: { a: 1 }\n---\n", undefined],
    ["none in a card that is no YAML", "---\nlicense: [\n---\n", undefined],
    ["none in a card that is never closed", `---\nlicense: mit\n${"x: 1\n".repeat(20_000)}`, undefined],
  ];
  for (const [what, card, licence] of CASES) {
    it(`reads ${what}`, async () => {
      await writeFile(path.join(folder, "README.md"), card);
      assert.equal(await licenceIn(folder), licence);
    });
  }

  it("reads none where there is no card", async () => {
    assert.equal(await licenceIn(folder), undefined);
    assert.equal(await licenceIn(path.join(folder, "nowhere")), undefined);
  });
});
