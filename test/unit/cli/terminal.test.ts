/** What models and files say may not steer the terminal it is printed on. */
import assert from "node:assert/strict";
import { plain, print, printJson } from "../../../src/cli/terminal";
import { table } from "../../../src/cli/table";

const HOSTILE = "red \u001b[31m\u009b2J\u202e7\u0007\ttab\nnext \u{e0041}";

/** What is written to standard output meanwhile. */
function written(act: () => void): string {
  const { write } = process.stdout;
  let out = "";
  process.stdout.write = (text) => {
    out += String(text);
    return true;
  };
  try {
    act();
  } finally {
    process.stdout.write = write;
  }
  return out;
}

describe("a terminal", () => {
  it("gets no characters that it would obey", () => {
    assert.equal(plain(HOSTILE), "red [31m2J7tab\nnext ");
    assert.equal(
      written(() => print(HOSTILE)),
      "red [31m2J7tab\nnext \n",
    );
  });

  it("gets JSON from which a program reads every character", () => {
    const out = written(() => printJson({ answer: HOSTILE }));
    assert.doesNotMatch(out, /(?!\n)[\p{Cc}\p{Cf}]/u);
    assert.deepEqual(JSON.parse(out), { answer: HOSTILE });
  });

  it("gets a table with one line a row, whatever is in its cells", () => {
    const lines = table(["strategy", "answer"], [["deer", `${HOSTILE}${"x".repeat(500)}`]]).split("\n");
    assert.equal(lines.length, 3);
    assert.ok(lines[2]!.length < 90 && lines[2]!.endsWith("…"));
  });
});
