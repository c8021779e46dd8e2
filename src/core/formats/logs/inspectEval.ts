/** Inspect's `.eval` logs: a ZIP with `header.json` and one JSON file a sample, deflated or packed with zstd. */
import type { TraceFormat } from "../format";
import { parseJson } from "../reading/jsonDocument";
import { object } from "../reading/jsonValue";
import { EntryTooLarge, unzip, zipEntries, type ZipEntry } from "../reading/zip";
import { logModel, sampleRuns } from "./inspectJson";
import { l10n } from "../../text/l10n";

/** Bytes of one unpacked entry, and of all together. */
const LARGEST_ENTRY = 96_000_000;
const LARGEST_TOTAL = 300_000_000;

export const inspectEval: TraceFormat = {
  id: "inspect-eval",
  title: "Inspect log (.eval)",
  detect: ({ archive }) => archive !== undefined,
  *read({ archive = new Uint8Array() }, problems) {
    const { entries, overlapping } = zipEntries(archive);
    if (overlapping > 0)
      problems.push(l10n.later`${overlapping} entries of the archive lie over others and were left out.`);
    let left = LARGEST_TOTAL;
    const json = (entry: ZipEntry): unknown => {
      const unpacked = unzip(archive, entry, Math.min(LARGEST_ENTRY, left));
      left -= unpacked.length;
      return parseJson(new TextDecoder().decode(unpacked));
    };
    const header = entries.find((entry) => entry.name === "header.json" || entry.name === "_journal/start.json");
    const model = header && logModel(object(json(header)));
    // An id may hold slashes.
    const samples = entries.filter((entry) => /^samples\/.+\.json$/.test(entry.name));
    const failed = new Map<string, number>();
    for (const [index, entry] of samples.entries()) {
      if (left <= 0) {
        problems.push(l10n.later`The archive unpacks to more than can be read: its first ${index} samples were read.`);
        break;
      }
      try {
        const sample = json(entry);
        if (sample === undefined) throw new Error("an entry is not JSON");
        yield* sampleRuns(sample, model);
      } catch (error) {
        // What was unpacked in vain counts as well.
        if (error instanceof EntryTooLarge) left -= error.unpacked;
        const reason = error instanceof RangeError ? "an entry is nested too deeply" : (error as Error).message;
        failed.set(reason, (failed.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of failed) {
      problems.push(l10n.later`${count} of ${samples.length} samples could not be read: ${reason.slice(0, 160)}.`);
    }
    if (samples.length === 0) problems.push(l10n.later`The archive holds no samples of Inspect.`);
  },
};
