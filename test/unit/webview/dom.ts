/** A document for tests: jsdom, with what it lacks of a browser's layout replaced by the simplest that behaves. */
import { JSDOM } from "jsdom";

const GLOBALS = [
  "window",
  "document",
  "HTMLElement",
  "Element",
  "Node",
  "XMLSerializer",
  "getComputedStyle",
  "requestAnimationFrame",
  "cancelAnimationFrame",
];

/** Everything counts as on screen. */
class EverythingIntersects {
  constructor(private readonly callback: (entries: { target: Element; isIntersecting: boolean }[]) => void) {}
  observe(target: Element): void {
    this.callback([{ target, isIntersecting: true }]);
  }
  unobserve(): void {}
  disconnect(): void {}
}

class NothingResizes {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** Gives the tests of the enclosing `describe` a fresh document each. */
export function withDocument(): void {
  const target = globalThis as Record<string, unknown>;
  beforeEach(() => {
    const { window } = new JSDOM("<!DOCTYPE html><body></body>", { pretendToBeVisual: true });
    const source = window as unknown as Record<string, unknown>;
    for (const name of GLOBALS) {
      const value = source[name];
      target[name] = name.endsWith("AnimationFrame") ? (value as () => void).bind(window) : value;
    }
    target["IntersectionObserver"] = EverythingIntersects;
    target["ResizeObserver"] = NothingResizes;
    window.Element.prototype.scrollIntoView = () => undefined;
  });
  afterEach(async () => {
    // Events that the document still has in its queue need it to be there.
    await new Promise((resolve) => setTimeout(resolve));
    (target["window"] as { close(): void }).close();
    for (const name of [...GLOBALS, "IntersectionObserver", "ResizeObserver"]) Reflect.deleteProperty(target, name);
  });
}
