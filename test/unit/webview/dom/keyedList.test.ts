import assert from "node:assert/strict";
import { element } from "../../../../webview/dom/element";
import { KeyedList, setChildren } from "../../../../webview/dom/keyedList";
import { withDocument } from "../dom";

interface Item {
  key: string;
  text: string;
}

describe("a keyed list", () => {
  withDocument();

  const listOf = () => {
    const node = element("ul");
    document.body.append(node);
    const [made, dropped]: [string[], string[]] = [[], []];
    const list = new KeyedList<Item, { element: HTMLElement; key: string }>(node, {
      key: ({ key }) => key,
      make: ({ key, text }) => {
        made.push(key);
        return { key, element: element("li", { tabindex: "0" }, text) };
      },
      update: (part, { text }) => (part.element.textContent = text),
      dropped: ({ key }) => dropped.push(key),
    });
    const show = (...items: string[]): string => {
      list.update(items.map((item) => ({ key: item[0]!, text: item })));
      return [...node.children].map(({ textContent }) => textContent).join(" ");
    };
    return { node, made, dropped, show };
  };

  it("stands in the order of its items, whatever they were before", () => {
    const { show, made } = listOf();
    for (const [items, shown] of [
      [["a1", "b1", "c1"], "a1 b1 c1"],
      [["c1", "a1", "b1"], "c1 a1 b1"],
      [["d1", "b2"], "d1 b2"],
      [[], ""],
      [["b3", "e1"], "b3 e1"],
    ] as const)
      assert.equal(show(...items), shown);
    assert.deepEqual(made, ["a", "b", "c", "d", "b", "e"]);
  });

  it("says which parts left", () => {
    const { show, dropped } = listOf();
    show("a1", "b1", "c1");
    show("b2");
    assert.deepEqual(dropped, ["a", "c"]);
  });

  it("lets a part that stays keep the focus while others come, go and change", () => {
    const { node, show } = listOf();
    show("a1", "b1", "c1");
    (node.children[1] as HTMLElement).focus();
    show("x1", "b2", "c2", "y1");
    assert.equal(document.activeElement?.textContent, "b2");
    show("c2", "b3");
    assert.equal(document.activeElement?.textContent, "b3");
    show("b3", "c2");
    assert.equal(document.activeElement?.textContent, "b3");
  });

  it("does not touch what stands in its place already", async () => {
    const node = element("ul");
    const children = ["a", "b", "c"].map((text) => element("li", {}, text));
    setChildren(node, children);
    const changes: MutationRecord[] = [];
    const observer = new window.MutationObserver((records) => changes.push(...records));
    observer.observe(node, { childList: true });
    setChildren(node, children);
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(changes.length, 0);
    observer.disconnect();
  });
});
