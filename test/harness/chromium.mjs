import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { HarnessError, progress, runCommand, runOrFail } from "./childProcesses.mjs";
import { findOnPath, isExecutable } from "./executables.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];

const APPLICATIONS = {
  linux: [],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

const PLAYWRIGHT_CACHES = {
  linux: path.join(homedir(), ".cache", "ms-playwright"),
  darwin: path.join(homedir(), "Library", "Caches", "ms-playwright"),
  win32: path.join(process.env.LOCALAPPDATA ?? homedir(), "ms-playwright"),
};

const PLAYWRIGHT_BINARIES = [
  "chrome-linux/chrome",
  "chrome-linux64/chrome",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
  "chrome-win/chrome.exe",
  "chrome-win64/chrome.exe",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of a Chromium, Chrome or Edge on this machine, or undefined. */
export function findChromium() {
  const own = process.env.CHROMIUM_PATH;
  if (own && !isExecutable(own))
    throw new HarnessError(`CHROMIUM_PATH names no program (${own}): correct it or unset it.`);
  return [own, ...onPath(), ...(APPLICATIONS[process.platform] ?? []), ...fromPlaywright()].find(
    (file) => file && isExecutable(file),
  );
}

/** Path of a browser, installing Debian's `chromium` when this is possible without asking. */
export async function installChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.platform === "linux" && process.getuid() === 0 && existsSync("/usr/bin/apt-get")) await installFromApt();
  const installed = findChromium();
  if (installed) return installed;
  throw new HarnessError(
    "No Chromium was found: install Chromium or Google Chrome, or set CHROMIUM_PATH to its program.",
  );
}

/** A headless browser, as a Playwright `Browser`. */
export async function launchChromium() {
  const executablePath = await installChromium();
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath, headless: true, args: FLAGS, timeout: 300_000 });
}

async function installFromApt() {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  progress("Installing Chromium with apt-get (about a minute, once)");
  await runCommand("apt-get", ["update", "-q"], { env });
  await runOrFail(
    "Chromium could not be installed with apt-get: install Chromium or Google Chrome, or set CHROMIUM_PATH to its program.",
    "apt-get",
    ["install", "-y", "-q", "--no-install-recommends", "chromium"],
    { env, timeoutMs: 15 * 60_000 },
  );
}

function onPath() {
  return findOnPath(process.platform === "win32" ? NAMES.map((name) => `${name}.exe`) : NAMES);
}

function fromPlaywright() {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? PLAYWRIGHT_CACHES[process.platform];
  if (!cache || !existsSync(cache)) return [];
  const builds = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name));
  return builds
    .sort()
    .reverse()
    .flatMap((name) => PLAYWRIGHT_BINARIES.map((binary) => path.join(cache, name, binary)));
}
