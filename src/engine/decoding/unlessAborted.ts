/**
 * Waits for what somebody else is about, as long as nobody cancels.
 * @throws the reason of `signal` as soon as it is aborted
 */
export async function unlessAborted(waiting: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return waiting;
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener("abort", stop);
  await Promise.race([waiting, aborted]);
  // One signal may be waited by often.
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
}
