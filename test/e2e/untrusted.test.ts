import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Workbench } from "./workbench";

const TRACE = [
  {
    t: "run",
    v: 1,
    id: "r",
    strategy: "deer",
    options: {},
    model: { id: "m" },
    messages: [],
    started: "2026-05-04T10:00:00Z",
  },
  { t: "tokens", at: 0, kind: "text", text: ["So", " it", " is", " 42", "."] },
  { t: "span", kind: "thinking", from: 0, to: 5 },
  { t: "exit", at: 5, why: "end-of-thinking" },
  { t: "end", answer: "42" },
];

describe("a workspace that is not trusted", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ trustAll: false });
    await workbench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
    const trace = TRACE.map((event) => JSON.stringify(event)).join("\n");
    writeFileSync(path.join(workbench.folder, "found.thoughts.jsonl"), trace);
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-untrusted");
  });
  after(() => workbench?.close());

  it("shows a trace that lies in it", async () => {
    await workbench.openFile("found.thoughts.jsonl");
    await workbench.webview().getByText("42").first().waitFor();
  });

  it("refuses to run a model, with one sentence and a way out", async () => {
    await workbench.openFile("stories.prompt.md");
    await workbench.codeLens("Trace").click();
    await workbench.page.locator(".notification-list-item-message").first().waitFor();
    const [message] = await workbench.notifications();
    assert.match(message ?? "", /^Models run only in a workspace that you trust\. /);
    assert.ok(await workbench.page.getByRole("button", { name: "Manage Workspace Trust" }).last().isVisible());
  });
});
