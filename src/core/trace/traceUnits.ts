/** Figures that every part of a trace is made of. */
import * as z from "zod";

/** No run is longer; a file that says so would only fill memory. */
const LONGEST_AXIS = 2 ** 24;
/** An index on the token axis. */
export const offset = z.number().int().min(0).max(LONGEST_AXIS);
export const milliseconds = z.number().min(0);
