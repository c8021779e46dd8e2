/**
 * `npm run record`: films a comparison in a real workbench, from the press on Compare to the links between steps, and writes
 * it to media/pictures/compare.gif. The frames stand in out/recording until the next one.
 */
import { mkdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { root } from "../harness/project.mjs";
import { Workbench } from "./workbench";

const FRAMES = path.join(root, "out", "recording");
const TARGET = path.join(root, "media", "pictures", "compare.gif");
const SIZE = { width: 1720, height: 900 };
/** Of the film, in CSS pixels. */
const WIDTH = 1120;
/** Milliseconds: frames that follow each other faster show nothing more, longer waits are cut. */
const [SHORTEST, LONGEST] = [120, 900];
const MOST_BYTES = 3_000_000;

interface Frame {
  file: string;
  at: number;
}

class Film {
  readonly frames: Frame[] = [];
  private rolling: Promise<void> | undefined;

  constructor(private readonly workbench: Workbench) {}

  /** One picture now. */
  async take(): Promise<void> {
    const file = path.join(FRAMES, `${String(this.frames.length).padStart(3, "0")}.png`);
    await this.workbench.page.screenshot({ path: file });
    this.frames.push({ file, at: performance.now() });
  }

  /** Takes pictures while `scene` goes on, and one when it is over. */
  async of(scene: Promise<unknown>): Promise<void> {
    let isOver = false;
    const ended = scene.finally(() => (isOver = true));
    this.rolling = (async () => {
      while (!isOver) {
        await this.take();
        await this.workbench.page.waitForTimeout(SHORTEST);
      }
    })();
    await Promise.all([ended, this.rolling]);
    await this.take();
  }
}

async function record(): Promise<readonly Frame[]> {
  rmSync(FRAMES, { recursive: true, force: true });
  mkdirSync(FRAMES, { recursive: true });
  const workbench = await Workbench.open({ size: SIZE });
  try {
    const film = new Film(workbench);
    const view = workbench.webview();
    await workbench.openFile("cups.prompty");
    await workbench.setTheme("dark");
    await workbench.codeLens("Compare").waitFor();
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
    await film.take();
    await workbench.codeLens("Compare").click();
    await workbench.quickInput("Compare Strategies").locator(".monaco-list-row").nth(3).waitFor();
    await film.take();
    await film.of(
      (async () => {
        await workbench.acceptPicks("Compare Strategies");
        await view.locator(".column-title .final-answer").nth(2).waitFor();
      })(),
    );
    for (const step of [1, 3, 5]) {
      await view.locator(".cell .block-text").nth(step).hover();
      await workbench.page.waitForTimeout(300);
      await film.take();
    }
    await view.locator(".check-chip").first().click();
    await film.take();
    return film.frames;
  } finally {
    await workbench.close();
  }
}

/** A frame stays as long as it did, within bounds; the last one longer. */
function delaysOf(frames: readonly Frame[]): number[] {
  return frames.map(({ at }, index) => {
    const next = frames[index + 1];
    return next ? Math.round(Math.min(LONGEST, Math.max(SHORTEST, next.at - at))) : 4000;
  });
}

const frames = await record();
const pictures = await Promise.all(frames.map(({ file }) => sharp(file).resize({ width: WIDTH }).png().toBuffer()));
await sharp(pictures, { join: { animated: true } })
  .gif({
    delay: delaysOf(frames),
    loop: 0,
    colours: 96,
    dither: 0,
    effort: 10,
    interFrameMaxError: 4,
    interPaletteMaxError: 8,
  })
  .toFile(TARGET);
const { size } = statSync(TARGET);
process.stdout.write(`${frames.length} frames, ${(size / 1e6).toFixed(2)} MB: ${TARGET}\n`);
if (size > MOST_BYTES) throw new Error(`The recording is larger than ${MOST_BYTES / 1e6} MB.`);
