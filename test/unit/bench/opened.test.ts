/** The bundled models under a chat template that opens thinking: what they come to is what they come to without. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { markdownTable } from "../../../bench/markdownTable";
import { cellsOf, COMPARED, HEAD, openedRow } from "../../../bench/openedFigures";
import { Runner } from "../../../bench/runner";

const TUNED = COMPARED.find(({ member }) => member !== undefined)!;

/** Problems of each row here; `npm run bench:opened` asks two hundred. */
const FEW = 1;

describe("a template that opens thinking", function () {
  this.timeout(120_000);
  const runner = new Runner();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-opened-"));
  });
  after(() => rm(folder, { recursive: true }));

  for (const compared of COMPARED) {
    it(`leaves ${compared.strategy} as it is`, async () => {
      const { plain, opened } = await openedRow(runner, compared, folder, FEW);
      assert.equal(opened.length, FEW);
      assert.deepEqual(
        opened.map(({ answer, figures }) => [answer, figures.exit, figures.checks]),
        plain.map(({ answer, figures }) => [answer, figures.exit, figures.checks]),
      );
      // The mark that the template has written, and the line break behind it, are no tokens of the model's.
      for (const [index, { figures }] of opened.entries()) {
        const fewer = plain[index]!.figures.tokens.total - figures.tokens.total;
        const rounds = compared.strategy === "inftythink" ? 16 : 4;
        assert.ok(Math.abs(fewer) <= rounds || compared.strategy === "budget", `${fewer} tokens fewer`);
      }
    });
  }

  it("is told as a row that says whether the difference is within a point", () => {
    const run = (correct: boolean) => ({ correct, figures: { tokens: { total: 10 } } }) as never;
    const row = (plain: boolean[], opened: boolean[]) =>
      cellsOf({ ...COMPARED[0]!, plain: plain.map(run), opened: opened.map(run) });
    const many = Array.from({ length: 200 }, (_, index) => index > 20);
    const two = many.map((right, index) => right && index > 22);
    const three = many.map((right, index) => right && index > 23);
    assert.deepEqual(
      [many, two, three].map((opened) => row(many, opened).at(-1)),
      ["yes", "yes", "no"],
    );
    assert.match(markdownTable(HEAD, [row(many, two)]), /−1\.0 points \[−2\.5, 0\.0\]/);
    const model = HEAD.indexOf("model");
    assert.equal(row(many, two).length, HEAD.length);
    assert.deepEqual(
      [row(many, two)[model], cellsOf({ ...TUNED, plain: [], opened: [] })[model]],
      ["base", "lightthinker"],
    );
  });
});
