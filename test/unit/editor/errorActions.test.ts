import assert from "node:assert/strict";
import { actionFor } from "../../../src/editor/host/errorActions";

describe("the button of an error", () => {
  const cases: [code: string, command: string | undefined][] = [
    ["untrusted", "manage-trust"],
    ["engine-died", "restart-engine"],
    ["engine-start", "restart-engine"],
    ["server-key", "set-server-key"],
    ["server-unreachable", "pick-model"],
    ["hub-forbidden", "set-hub-token"],
    ["hub-offline", undefined],
    ["probe-missing", "train-probe"],
    ["probe-mismatch", "train-probe"],
    ["probe-needs-local-model", "pick-model"],
    ["score-needs-local-model", "pick-model"],
    ["needs-local-model", "pick-model"],
    ["model-folder-missing", "pick-model"],
    ["model-not-downloaded", "download-model"],
    ["model-incomplete", "download-model"],
    ["graph-out-of-memory", "pick-model"],
    ["graph-open-ended", "allow-model"],
    ["out-of-memory", "pick-model"],
    ["capability-missing", "pick-model"],
    ["strategy-unsupported", "trace-with"],
    ["option-invalid", "open-options"],
    ["watch-list", "open-watch-list"],
    ["trace-enospc", "open-trace-folder"],
    ["internal", "show-log"],
    ["import-unknown", "name-fields"],
    ["import-nothing", undefined],
    ["dataset-empty", undefined],
    ["cancelled", undefined],
  ];
  for (const [code, command] of cases)
    it(`${code}: ${command ?? "none"}`, () => assert.equal(actionFor(code)?.command, command));
});
