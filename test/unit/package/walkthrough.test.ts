/** The walkthrough: its pictures are there and small, and its links name commands that there are. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import manifest from "../../../package.json";
import words from "../../../package.nls.json";

const [walkthrough] = manifest.contributes.walkthroughs;
const said = (text: string): string => (words as Record<string, string>)[text.replaceAll("%", "")] ?? "";
const commands = manifest.contributes.commands.map(({ command }) => command);

describe("the walkthrough", () => {
  for (const { id, title, description, media, completionEvents } of walkthrough!.steps)
    describe(id, () => {
      it("has its words, and ends with a command that there is", () => {
        assert.ok(said(title) && said(description));
        for (const event of completionEvents) assert.ok(commands.includes(event.replace("onCommand:", "")), event);
        const links = [...said(description).matchAll(/\(command:([\w.]+)(?:\?([^)]*))?\)/g)];
        assert.ok(links.length > 0);
        for (const [, command, given] of links) {
          assert.ok(commands.includes(command!), command);
          if (given) assert.ok(Array.isArray(JSON.parse(decodeURIComponent(given))), given);
        }
      });

      it("has a picture for each kind of theme, or a text", () => {
        if ("markdown" in media) return assert.ok(readFileSync(media.markdown as string, "utf8").length > 100);
        const { image, altText } = media as { image: Record<string, string>; altText: string };
        assert.deepEqual(Object.keys(image).sort(), ["dark", "hc", "hcLight", "light"]);
        assert.ok(said(altText).length > 30);
        for (const file of Object.values(image)) {
          assert.ok(existsSync(file), file);
          assert.ok(statSync(file).size < 120_000, `${file}: ${statSync(file).size} bytes`);
        }
      });
    });
});
