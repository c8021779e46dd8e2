/** Inspect's `.eval` logs: a ZIP with `header.json` and one JSON file a sample, deflated or packed with zstd. */
import { MOST_TRACES, type Imported, type TraceFormat } from "./format";
import { object, parseJson } from "./jsonValue";
import { logModel, readSample } from "./inspectJson";
import { unzip, zipEntries, type ZipEntry } from "./zip";

/** Bytes of one unpacked entry, and of all together. */
const LARGEST_ENTRY = 96_000_000;
const LARGEST_TOTAL = 512_000_000;

export const inspectEval: TraceFormat = {
  id: "inspect-eval",
  title: "Inspect log (.eval)",
  detect: ({ bytes }) => bytes !== undefined && bytes[0] === 0x50 && bytes[1] === 0x4b,
  read({ bytes = new Uint8Array(), name }) {
    const imported: Imported = { traces: [], problems: [] };
    const entries = zipEntries(bytes);
    let left = LARGEST_TOTAL;
    const json = (entry: ZipEntry): unknown => {
      const unpacked = unzip(bytes, entry, Math.min(LARGEST_ENTRY, left));
      left -= unpacked.length;
      return parseJson(new TextDecoder().decode(unpacked));
    };
    const header = entries.find((entry) => entry.name === "header.json" || entry.name === "_journal/start.json");
    const model = header && logModel(object(json(header)));
    const samples = entries.filter((entry) => /^samples\/[^/]+\.json$/.test(entry.name)).slice(0, MOST_TRACES);
    const failed = new Map<string, number>();
    for (const entry of samples) {
      try {
        const sample = json(entry);
        if (sample === undefined) throw new Error("an entry is not JSON");
        imported.traces.push(...readSample(sample, name, model));
      } catch (error) {
        const reason = (error as Error).message;
        failed.set(reason, (failed.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of failed) {
      imported.problems.push(`${count} of ${samples.length} samples could not be read: ${reason}.`);
    }
    if (samples.length === 0) imported.problems.push("The archive holds no samples of Inspect.");
    return imported;
  },
};
