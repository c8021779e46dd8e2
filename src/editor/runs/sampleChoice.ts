/** How many samples of a prompt, how much chance is in them, and whether a vote stops some: asked before they are drawn. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import { l10n } from "../../core/text/l10n";
import { shorten } from "../../core/text/shorten";
import { liveVoteNamed } from "../../core/votes/liveVoteName";
import { pickOne } from "../host/listPick";

const USUAL_SAMPLES = 8;
const MOST_SAMPLES = 1000;
const USUAL_TEMPERATURE = 0.7;
const HOTTEST = 5;

export interface SampleChoice {
  readonly samples: number;
  /** Undefined where the prompt or the settings say it. */
  readonly temperature: number | undefined;
  /** The live vote that stops samples it does not need; undefined where all are to be written whole. */
  readonly vote: string | undefined;
}

/**
 * @param known the temperature that the prompt's file says
 * @returns undefined where the person stopped
 */
export async function chooseSamples(known: unknown): Promise<SampleChoice | undefined> {
  const count = await vscode.window.showInputBox({
    title: vscode.l10n.t("Compare with N Samples (1/3)"),
    prompt: vscode.l10n.t("How many answers to draw, 2 to {0}; each has a seed of its own", MOST_SAMPLES),
    value: String(USUAL_SAMPLES),
    ignoreFocusOut: true,
    validateInput: (text) => (isCount(text) ? undefined : vscode.l10n.t("A whole number from 2 to {0}", MOST_SAMPLES)),
  });
  if (count === undefined || !isCount(count)) return undefined;
  const samples = Number(count);
  const temperature = isHot(known) ? undefined : await askTemperature();
  if (temperature === undefined && !isHot(known)) return undefined;
  const vote = await chooseVote(samples);
  return vote && { samples, temperature, vote: vote.name };
}

const isHot = (known: unknown): boolean => typeof known === "number" && known > 0;

async function askTemperature(): Promise<number | undefined> {
  const temperature = await vscode.window.showInputBox({
    title: vscode.l10n.t("Compare with N Samples (2/3)"),
    prompt: vscode.l10n.t("Temperature: at 0 all samples would be alike"),
    value: String(USUAL_TEMPERATURE),
    ignoreFocusOut: true,
    validateInput: (text) => (isTemperature(text) ? undefined : vscode.l10n.t("A number above 0, up to {0}", HOTTEST)),
  });
  return temperature === undefined || !isTemperature(temperature) ? undefined : Number(temperature);
}

interface VoteItem extends vscode.QuickPickItem {
  readonly name: string | undefined;
}

/** The votes that could stop some of so many samples, and none of them. */
async function chooseVote(samples: number): Promise<VoteItem | undefined> {
  const items: VoteItem[] = [
    {
      name: undefined,
      label: vscode.l10n.t("Draw all of them whole"),
      detail: vscode.l10n.t("Every vote can be asked of them afterwards"),
    },
    ...[1, 3].map((m) => ({
      name: `short-${m}`,
      label:
        m === 1
          ? vscode.l10n.t("Stop once the shortest is through")
          : vscode.l10n.t("Stop once the {0} shortest are through", m),
      detail: vscode.l10n.t("short-{0}@{1} (2505.17813): a sample that thinks longer is stopped", m, samples),
    })),
    {
      name: "deepconf",
      label: vscode.l10n.t("Stop what is less sure than the first samples"),
      detail: vscode.l10n.t("DeepConf (2508.15260): and draw no more once nearly all the weight is on one answer"),
    },
  ];
  return pickOne(
    items.filter(({ name }) => name === undefined || isVoteFor(name, samples)),
    {
      title: vscode.l10n.t("Compare with N Samples (3/3)"),
      placeHolder: vscode.l10n.t("What a vote does not need can be stopped while it is written"),
    },
  );
}

/**
 * What another extension asks for.
 * @throws ActionableError `vote-unknown` for a vote that there is not, or that would stop none of so many samples
 */
export function givenSamples(given: Partial<Record<keyof SampleChoice, unknown>>, samples: number): SampleChoice {
  const { temperature, vote } = given;
  if (vote !== undefined && !isVoteFor(vote, samples)) {
    const name = shorten(JSON.stringify(vote) ?? "", 40);
    throw new ActionableError(
      "vote-unknown",
      l10n.later`No vote called ${name} stops any of ${samples} samples.`,
      "Name short-1, short-3 or deepconf, and more samples than it needs.",
    );
  }
  return { samples, temperature: typeof temperature === "number" ? temperature : undefined, vote };
}

/** Whether a vote of this name would stop any of so many samples. */
const isVoteFor = (name: unknown, samples: number): name is string =>
  typeof name === "string" && (liveVoteNamed(name)?.least ?? Infinity) < samples;

export const isSampleCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 2 && (value as number) <= MOST_SAMPLES;
const isCount = (text: string): boolean => /^\d+$/.test(text.trim()) && isSampleCount(Number(text));
const isTemperature = (text: string): boolean => text.trim() !== "" && Number(text) > 0 && Number(text) <= HOTTEST;
