import assert from "node:assert/strict";
import fc from "fast-check";
import { IMPORTERS, importTraces } from "../../../src/core/formats/importTraces";
import type { Host } from "../../../webview/parts/host";
import { Panel } from "../../../webview/shell/panel";
import { VIEWS } from "../../../webview/shown/state";
import { change, changed, fileOf, filesOf } from "../core/formats/mutations";
import { fuzzRuns } from "../core/fuzzRuns";
import { withDocument } from "./dom";
import { frame } from "./panelState";

const host: Host = { post: () => undefined, readState: () => undefined, writeState: () => undefined };
/** What rendered Markdown and mathematics are built of besides; neither do these. */
const RENDERED =
  /^(blockquote|code|em|hr|s|math|menclose|mfrac|mi|mmultiscripts|mn|mo|mover|mpadded|mphantom|mprescripts|mroot|mrow|ms|mspace|msqrt|mstyle|msub|msubsup|msup|mtable|mtd|mtext|mtr|munder|munderover|none)$/;
/** What the panel is built of; none of these loads or runs anything. */
const HARMLESS =
  /^(a|b|article|aside|bdi|button|br|canvas|caption|circle|dd|defs|desc|details|div|dl|dt|figcaption|figure|g|h[1-6]|header|input|kbd|label|legend|li|line|main|marker|mark|meter|nav|ol|optgroup|option|output|p|path|pattern|polygon|polyline|pre|progress|rect|search|section|select|small|span|strong|sub|summary|sup|svg|table|tbody|td|text|textpath|tfoot|th|thead|time|title|tr|tspan|ul)$/;

/** Nodes and attributes in which something could run or be loaded. */
function injected(): string[] {
  return [...document.body.querySelectorAll("*")].flatMap((node) => [
    ...(HARMLESS.test(node.localName) || RENDERED.test(node.localName) ? [] : [node.localName]),
    ...[...node.attributes]
      .filter(({ name }) => /^on|^(src|srcdoc|href|xlink:href|action|formaction)$/.test(name))
      .map(({ name }) => `${node.localName}[${name}]`),
  ]);
}

describe("mutated files in the panel", () => {
  withDocument();
  const runs = fuzzRuns(2);

  for (const format of IMPORTERS) {
    it(`${format.id}: nothing of them becomes a node that could run or load, in any view`, async function () {
      this.timeout(Math.max(60_000, runs.numRuns * 3000));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
          const [original] = filesOf(format);
          const file = fileOf(changed(original, changes), original);
          const { traces } = importTraces(file);
          const panel = new Panel(host);
          document.body.replaceChildren(panel.element);
          const shown = traces.slice(0, 2).map((events, index) => ({ run: `${index}`, events, live: false }));
          panel.receive({ type: "show", title: file.text.slice(0, 80), traces: shown });
          for (const view of VIEWS) {
            document.querySelector<HTMLElement>(`#tab-${view}`)!.click();
            await frame();
            assert.deepEqual(injected(), [], view);
          }
        }),
        runs,
      );
    });
  }
});
