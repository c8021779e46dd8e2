/** Apart from the schemas, so that who only writes traces need not load them. */

/** The version of the format written by this code. A reader skips event types and fields that it does not know. */
export const TRACE_VERSION = 1;
