import assert from "node:assert/strict";
import { spokenTurns } from "../../../src/core/trace/spokenTurns";
import type { Message } from "../../../src/core/trace/trace";

describe("spokenTurns", () => {
  const cases: [why: string, message: Message, role: string, content: string][] = [
    ["a developer speaks as the system", { role: "developer", content: "Be brief." }, "system", "Be brief."],
    [
      "a tool speaks as the user, by its name",
      { role: "tool", content: "7 rows", name: "shelf", callId: "c1" },
      "user",
      "Result of shelf:\n7 rows",
    ],
    ["a tool without a name", { role: "tool", content: "7 rows" }, "user", "Result of the tool:\n7 rows"],
    [
      "calls stand below what the assistant said",
      { role: "assistant", content: "I look.", calls: [{ name: "shelf", arguments: '{"id":3}' }] },
      "assistant",
      'I look.\n\nshelf({"id":3})',
    ],
    [
      "calls alone",
      { role: "assistant", content: "", calls: [{ name: "shelf", arguments: "{}" }] },
      "assistant",
      "shelf({})",
    ],
    ["others stay", { role: "user", content: "How many?" }, "user", "How many?"],
  ];
  for (const [why, message, role, content] of cases) {
    it(why, () => assert.deepEqual(spokenTurns([message]), [{ role, content }]));
  }
});
