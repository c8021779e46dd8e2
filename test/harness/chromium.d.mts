import type { Browser } from "playwright-core";

/** A headless browser; Chromium is found or installed first. */
export function launchChromium(): Promise<Browser>;
