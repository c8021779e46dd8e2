/** Files that are dropped on the panel: their addresses where the editor tells them, else their contents. */
import type { DroppedFile } from "../../src/core/protocol/panelApi";
import { element } from "../dom/element";

/** Under which the editor, and other programs, name dragged files. */
const ADDRESSES = ["application/vnd.code.uri-list", "text/uri-list"];
/** A larger one would have to be copied through the page's memory. Bytes. */
export const LARGEST_DROP = 128 * 1024 * 1024;

const hasFiles = (types: readonly string[]): boolean =>
  types.includes("Files") || ADDRESSES.some((type) => types.includes(type));

/** Files in a list of addresses; what is dragged out of a web page is none. */
function fileAddresses(list: string): string[] {
  return list
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !/^(https?|data|blob|javascript):/i.test(line));
}

/** What was dropped. @returns the files, and the names of those that are too large */
async function droppedFiles(data: DataTransfer): Promise<{ files: DroppedFile[]; tooLarge: string[] }> {
  const addresses = ADDRESSES.flatMap((type) => fileAddresses(data.getData(type)));
  if (addresses.length > 0) return { files: [...new Set(addresses)].map((uri) => ({ uri })), tooLarge: [] };
  const dropped = [...data.files];
  const files = dropped
    .filter(({ size }) => size <= LARGEST_DROP)
    .map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }));
  return {
    files: await Promise.all(files),
    tooLarge: dropped.filter(({ size }) => size > LARGEST_DROP).map(({ name }) => name),
  };
}

interface DropListener {
  dropped(files: DroppedFile[]): void;
  refused(names: string[]): void;
}

/** Lets files be dropped anywhere on `target`, and says what becomes of them while they hover. */
export function acceptFiles(target: HTMLElement, becomes: string, listener: DropListener): void {
  const sign = element("div", { class: "drop-sign", "aria-hidden": "true" }, becomes);
  target.append(sign);
  // Moving over a child leaves its parent: what counts is how many were entered.
  let inside = 0;
  const show = (by: number): void => {
    inside = by === 0 ? 0 : Math.max(0, inside + by);
    target.classList.toggle("dropping", inside > 0);
  };
  const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", react: (data: DataTransfer) => void): void =>
    target.addEventListener(type, (event) => {
      const data = event.dataTransfer;
      if (!data || !hasFiles([...data.types])) return;
      event.preventDefault();
      react(data);
    });
  listen("dragenter", () => show(1));
  listen("dragleave", () => show(-1));
  listen("dragover", (data) => (data.dropEffect = "copy"));
  listen("drop", (data) => {
    show(0);
    void droppedFiles(data).then(({ files, tooLarge }) => {
      if (files.length > 0) listener.dropped(files);
      if (tooLarge.length > 0) listener.refused(tooLarge);
    });
  });
}
