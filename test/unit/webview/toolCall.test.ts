import assert from "node:assert/strict";
import type { EventOf, Message } from "../../../src/core/trace/trace";
import { toolCall, turnContent, withheldNote } from "../../../webview/compare/toolCall";
import { append, element } from "../../../webview/dom/element";
import { withDocument } from "./dom";

describe("tool calls", () => {
  withDocument();

  const call: EventOf<"call"> = { t: "call", at: 3, name: "shelf", arguments: '{"id":3}', result: "7 rows\n8 jars" };

  it("are folded: the tool and its arguments in one line, the result below", () => {
    const shown = toolCall(call) as HTMLDetailsElement;
    assert.equal(shown.open, false);
    assert.equal(shown.querySelector("summary")!.textContent, 'shelf {"id":3}');
    assert.deepEqual(
      [...shown.querySelectorAll(".role, .tool-text")].map(({ textContent }) => textContent),
      ["arguments", '{"id":3}', "result", "7 rows\n8 jars"],
    );
  });

  it("say that they failed", () => {
    assert.equal(toolCall({ ...call, failed: true }).querySelectorAll(".role")[1]!.textContent, "failed");
  });

  it("show the beginning of a result that is a whole file, and how much more there is", () => {
    const text = toolCall({ ...call, result: "x".repeat(25_000) }).querySelectorAll(".tool-text")[1]!.textContent;
    assert.match(text, /^x{20000}\n… 5,000 characters more$/);
  });

  it("show what a tool wrote as text and never as markup", () => {
    const shown = toolCall({ ...call, name: "<img src=x>", result: "<script>alert(1)</script>" });
    assert.equal(shown.querySelectorAll("img, script").length, 0);
    assert.match(shown.textContent, /<script>alert/);
  });
});

describe("turns of a prompt", () => {
  withDocument();

  const shown = (message: Message): HTMLElement => {
    const place = element("div", {});
    append(place, turnContent(message));
    return place;
  };

  it("of a tool are folded, of an assistant hold its calls", () => {
    const tool = shown({ role: "tool", name: "shelf", content: "7 rows" });
    assert.equal(tool.querySelector("summary")!.textContent, "shelf 7 rows");
    const assistant = shown({ role: "assistant", content: "I look.", calls: [{ name: "shelf", arguments: "{}" }] });
    assert.match(assistant.textContent, /^I look\.shelf \{\}/);
    assert.equal(shown({ role: "user", content: "How many?" }).textContent, "How many?");
  });
});

describe("withheld reasoning", () => {
  withDocument();

  const cases: [EventOf<"withheld">, string][] = [
    [{ t: "withheld", at: 0, why: "encrypted", tokens: 1234 }, "encrypted by the provider, 1,234 tokens"],
    [{ t: "withheld", at: 0, why: "redacted" }, "redacted by the provider"],
    [{ t: "withheld", at: 0, why: "signed" }, "only its signature was recorded"],
    [{ t: "withheld", at: 0, why: "hidden", tokens: 9 }, "the provider does not show it, 9 tokens"],
  ];
  for (const [event, words] of cases) {
    it(words, () => assert.equal(withheldNote(event).textContent, `Reasoning withheld: ${words}`));
  }
});
