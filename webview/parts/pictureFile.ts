/** A drawn picture as a file: SVG text with literal colours, PNG in base64, and its table as CSV. */
import { editorTheme, resolveTheme, type Theme } from "../charts/theme";
import type { Table } from "../figures/figure";

/** Width of exported pictures in pixels; PNGs have twice as many. */
export const EXPORT_WIDTH = 960;

/** The editor's theme with the values that `node` sees. */
export function themeOnScreen(node: Element): Theme {
  const style = getComputedStyle(node);
  return resolveTheme(editorTheme, (variable) => style.getPropertyValue(variable));
}

/** A complete SVG file on a ground of `background`. */
export function svgText(svg: SVGSVGElement, background: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", background);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** Twice the picture's size in pixels. @returns base64 without a prefix */
export async function pngOf(svg: SVGSVGElement, background: string): Promise<string> {
  const scale = 2;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg, background))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = svg.width.baseVal.value * scale;
  canvas.height = svg.height.baseVal.value * scale;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser gives no canvas.");
  context.scale(scale, scale);
  context.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
}

/** RFC 4180. A cell that a spreadsheet would take for a formula is set off with an apostrophe. */
export function csvOf({ head, rows }: Table): string {
  const cell = (text: string): string => {
    const plain = /^[=+@\t]|^-(?!\d)/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
