/** Reading the rows in which a backend says what it can do. */
import type { Capability, CapabilityRow } from "../../core/protocol/engineApi";

export const hasCapability = (rows: readonly CapabilityRow[], capability: Capability): boolean =>
  rows.some((row) => row.capability === capability && row.has);
