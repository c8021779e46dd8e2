/** Asking many exit rules at one place: each gets what reads its signals, and pays for that alone. */
import type { ExitRule } from "../../core/exits/rule";
import { settingsFrom } from "../../core/exits/setting";
import type { SignalName } from "../../core/exits/signals";
import type { Recorder } from "../decoding/recorder";
import { Checker, type Reading } from "./checker";

/** What reads signals where the decoder stands. Two may read the same trial, which is paid for once. */
export interface SignalReader {
  readonly gives: readonly SignalName[];
  /** @returns undefined where there is nothing to be read */
  read(): Reading | undefined | Promise<Reading | undefined>;
}

/** A rule with the settings that stand in place of its defaults. */
export interface AskedRule {
  readonly rule: ExitRule;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * @param readers in the order in which they read
 * @returns what asks each rule all of whose signals are given, and records its check; those of others are not asked
 */
export function askingRules(
  recorder: Recorder,
  readers: readonly SignalReader[],
  rules: readonly AskedRule[],
): () => Promise<void> {
  const asked = rules
    .filter(({ rule }) => rule.reads.every((signal) => readers.some(({ gives }) => gives.includes(signal))))
    .map(({ rule, settings = {} }) => ({
      needs: readers.filter(({ gives }) => gives.some((signal) => rule.reads.includes(signal))),
      checker: new Checker(recorder, rule, settingsFrom(rule.settings, settings)),
    }));
  return async () => {
    const { at } = recorder;
    const read = new Map<SignalReader, Reading>();
    for (const reader of readers) {
      const reading = await reader.read();
      if (reading) read.set(reader, reading);
      for (const { needs, checker } of asked) {
        const readings = needs.flatMap((each) => read.get(each) ?? []);
        if (needs.at(-1) === reader && readings.length === needs.length) checker.check(at, joined(readings));
      }
    }
  };
}

/** Readings of one place as one, at the price of all; of two trials the answer is the later one's. */
export function joined(readings: readonly Reading[]): Reading {
  const trials = readings.flatMap(({ trial }) => trial ?? []);
  const paid = readings.filter(
    ({ trial }, place) => !trial || readings.findIndex((each) => each.trial?.join() === trial.join()) === place,
  );
  return {
    ...(Object.assign({}, ...readings) as Reading),
    ...(trials.length === 0 ? {} : { trial: [Math.min(...trials), Math.max(...trials)] }),
    signals: Object.assign({}, ...readings.map(({ signals }) => signals)) as Reading["signals"],
    ms: paid.reduce((sum, { ms }) => sum + ms, 0),
  };
}
