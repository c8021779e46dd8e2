/** One self-contained HTML page of one or several traces: no script, no network, everything from models escaped. */
import type { Check, Trace } from "../../trace/fold";
import { purposes } from "../../measure/metrics";
import { strategyTitle } from "../../catalogue";
import { callText } from "../../trace/spokenTurns";
import type { Message } from "../../trace/trace";
import { scoreOf } from "../../exits/rules";
import { COLUMNS, figureRow } from "./figuresTable";

/** A picture that is shown above the traces. */
export interface ExportedPicture {
  caption: string;
  /** SVG markup. It is shown as an image, in which nothing runs. */
  svg: string;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Text for HTML: markup escaped, control characters and those that turn the direction of text made visible, lone
 * surrogates replaced.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replace(/[^\P{Cc}\n\t]/gu, (control) => {
      const code = control.codePointAt(0)!;
      return String.fromCodePoint(code < 0x20 ? 0x2400 + code : code === 0x7f ? 0x2421 : 0xfffd);
    })
    .replace(
      /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g,
      (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    )
    .replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 96rem; padding: 0 1rem; color: #1f1f1f; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin-bottom: .3rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .85rem; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left; white-space: nowrap; max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f5f5; padding: .8rem; border-radius: 4px; font: 13px/1.5 ui-monospace, monospace; }
.trial { color: #7a5b00; border-bottom: 1px dashed; } .summary { color: #0b5394; } .gist, .latent { color: #6a1b9a; } .answer { font-weight: 600; }
.u1 { background: #ffe9c7; } .u2 { background: #ffd08a; } .u3 { background: #ffb04d; }
.traces { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 2rem; align-items: start; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 0 2rem; align-items: end; } section { min-width: 0; }
img { max-width: 100%; } figure { margin: 1rem 0; } figcaption { font-size: .85rem; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1e1e1e; } pre { background: #2a2a2a; } th, td { border-color: #444; }
  .trial { color: #e0b84c; } .summary { color: #7ab8f5; } .gist, .latent { color: #ce93d8; }
  .u1 { background: #4a3a1c; } .u2 { background: #6b4d16; } .u3 { background: #8f5f0d; }
}`;

/** Shades of doubt: probability below ½, ¼ and ⅛. */
function doubt(logprob: number | undefined): string {
  if (logprob === undefined || logprob > Math.log(0.5)) return "";
  if (logprob > Math.log(0.25)) return "u1";
  return logprob > Math.log(0.125) ? "u2" : "u3";
}

function positionsHtml(trace: Trace): string {
  const purpose = purposes(trace);
  let html = "";
  let open = "";
  /** What stands in the open span and is not escaped yet: token by token that would take as long as all else. */
  let inside = "";
  trace.positions.forEach((position, at) => {
    const kind = purpose[at]!;
    const classes = [kind === "thinking" ? "" : kind, doubt(position.logprob)].filter(Boolean).join(" ");
    if (classes !== open) {
      html += `${escapeHtml(inside)}${open === "" ? "" : "</span>"}${classes === "" ? "" : `<span class="${classes}">`}`;
      [open, inside] = [classes, ""];
    }
    const shown =
      position.text === "" && (position.kind === "latent" || position.kind === "pause") ? "◦" : position.text;
    inside += shown;
  });
  return html + escapeHtml(inside) + (open === "" ? "" : "</span>");
}

function tableHtml(head: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const cells = (tag: string, row: readonly (string | number | undefined)[]) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell === undefined ? "" : String(cell))}</${tag}>`).join("");
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n");
  return `<table>\n<thead><tr>${cells("th", head)}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function checkRow(check: Check, expected: boolean): (string | number | undefined)[] {
  const { at, by, answer, threshold, correct } = check;
  const unknown = expected && answer !== undefined ? "unknown" : "";
  const verdict = correct === undefined ? unknown : correct ? "right" : "wrong";
  return [at, by, answer, scoreOf(check)?.value.toFixed(3), threshold, verdict];
}

const titleOf = (trace: Trace) => strategyTitle(trace.header?.strategy ?? "trace");

function promptHtml(messages: readonly Message[]): string {
  return messages
    .map(({ role, content, calls = [] }) => {
      const said = [content, ...calls.map(callText)].filter((each) => each !== "").join("\n\n");
      return `<h3>${role}</h3>\n<pre>${escapeHtml(said)}</pre>`;
    })
    .join("\n");
}

/** Tool calls, folded, and reasoning that was withheld. */
function callsHtml({ calls, withheld }: Trace): string[] {
  const hidden = withheld.map(({ why, tokens }) => {
    const size = tokens === undefined ? "" : `, ${tokens} tokens`;
    return `<p>Reasoning withheld (${why}${size})</p>`;
  });
  if (calls.length === 0) return hidden;
  const folded = calls.map((call) => {
    const result = call.result === undefined ? "" : `\n<pre>${escapeHtml(call.result)}</pre>`;
    return `<details><summary>${escapeHtml(callText(call))}</summary>${result}</details>`;
  });
  return [...hidden, "<h3>Tool calls</h3>", ...folded];
}

/** The prompt that several traces have in common. */
function sharedPrompt(traces: readonly Trace[]): readonly Message[] | undefined {
  const [first, ...others] = traces.map(({ header }) => header?.messages ?? []);
  const written = JSON.stringify(first);
  return others.length > 0 && others.every((each) => JSON.stringify(each) === written) ? first : undefined;
}

function traceHtml(trace: Trace, withPrompt: boolean): string {
  const { header, exit, end, checks, notes } = trace;
  const facts: [string, string | undefined][] = [
    ["Model", header?.model.id],
    ["Started", header?.started || undefined],
    ["Answer", end?.answer],
    ["Expected", header?.gold],
    ["The log says", end?.verdicts?.map(({ by, value }) => `${by}: ${value}`).join("; ")],
    ["Thinking ended", exit && `${exit.why} at position ${exit.at}`],
  ];
  return [
    `<section>\n<h2>${escapeHtml(titleOf(trace))}</h2>`,
    `<p>${facts.flatMap(([name, value]) => (value === undefined ? [] : `${name}: <b>${escapeHtml(value)}</b>`)).join(" · ")}</p>`,
    withPrompt ? promptHtml(header?.messages ?? []) : "",
    `<h3>What the model wrote</h3>\n<pre>${positionsHtml(trace)}</pre>`,
    ...callsHtml(trace),
    ...(checks.length === 0
      ? []
      : [
          "<h3>Checks</h3>",
          tableHtml(
            ["at", "by", "answer", "score", "threshold", "verdict"],
            checks.map((check) => checkRow(check, header?.gold !== undefined)),
          ),
        ]),
    ...notes.map(({ message }) => `<p>${escapeHtml(message)}</p>`),
    "</section>",
  ].join("\n");
}

const base64 = (text: string) => {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
};

function pictureHtml({ caption, svg }: ExportedPicture): string {
  const alt = escapeHtml(caption);
  return `<figure><img alt="${alt}" src="data:image/svg+xml;base64,${base64(svg)}"><figcaption>${alt}</figcaption></figure>`;
}

/**
 * The page: figures of all traces, pictures, then each trace with its prompt, its text and its checks. Traces of one
 * prompt stand side by side below it.
 */
export function htmlOf(traces: readonly Trace[], title: string, pictures: readonly ExportedPicture[] = []): string {
  const shared = sharedPrompt(traces);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${tableHtml(
  COLUMNS.map((name) => name.replaceAll("_", " ")),
  traces.map((trace) => figureRow(trace)),
)}
<div class="pictures">
${pictures.map(pictureHtml).join("\n")}
</div>
<p>Tinted words: the model was unsure (probability below 1/2, 1/4, 1/8). Dashed: trial answers, which were taken back.</p>
${promptHtml(shared ?? [])}
<div class="traces">
${traces.map((trace) => traceHtml(trace, shared === undefined)).join("\n")}
</div>
</body>
</html>
`;
}
