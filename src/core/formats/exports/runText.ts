/** A trace as other tools see a run: thinking and answer as text, trials left out but counted. */
import type { Trace } from "../../trace/fold";
import { measure, purposes } from "../../measure/metrics";
import type { TokenCounts } from "../../trace/trace";
import { foreignChecks, type ForeignCheck } from "../reading/foreignCheck";
import type { ForeignToken } from "../reading/pieces";

export interface RunText {
  /** Thinking without its tags. */
  thinking: string;
  /** Summaries of rounds, in order (InftyThink). */
  summaries: string[];
  answer: string;
  /** Tokens of thinking and answer, as exact strings that join to the texts before they are trimmed. */
  tokens: ForeignToken[];
  /** Checks, by their place in the thinking. */
  checks: ForeignCheck[];
  counts: TokenCounts;
}

const TAGS = ["think", "thinking", "summary", "history"].flatMap((name) => [`<${name}>`, `</${name}>`]);

/** A stretch without the tags around it. Those within speak of tags. */
function withoutTags(text: string): { text: string; cut: number } {
  let inside = text;
  let cut = 0;
  for (;;) {
    const head = inside.trimStart();
    const first = TAGS.find((tag) => head.startsWith(tag));
    if (first !== undefined) {
      const rest = head.slice(first.length);
      cut += inside.length - rest.length;
      inside = rest;
      continue;
    }
    const tail = inside.trimEnd();
    const last = TAGS.find((tag) => tail.endsWith(tag));
    if (last === undefined) return { text: inside, cut };
    inside = tail.slice(0, -last.length);
  }
}

/** Stretches of one purpose that follow each other, as one text. */
class Stretches {
  private readonly raw: string[] = [];
  private last = -2;

  /** @returns the place of the position: its stretch, and the characters before it there */
  add(at: number, text: string): readonly [stretch: number, characters: number] {
    if (at !== this.last + 1) this.raw.push("");
    this.last = at;
    const stretch = this.raw.length - 1;
    const characters = this.raw[stretch]!.length;
    this.raw[stretch] += text;
    return [stretch, characters];
  }

  /** The place after all that was added. */
  get end(): readonly [stretch: number, characters: number] {
    return [this.raw.length - 1, this.raw.at(-1)?.length ?? 0];
  }

  joined(): { text: string; charactersAt(place: readonly [number, number]): number } {
    const stretches = this.raw.map(withoutTags);
    const whole = stretches.map(({ text }) => text).join("");
    const text = whole.trim();
    const lead = whole.length - whole.trimStart().length;
    return {
      text,
      charactersAt: ([stretch, characters]) => {
        const before = stretches.slice(0, stretch).reduce((sum, each) => sum + each.text.length, 0);
        const here = stretches[stretch];
        const inside = here ? Math.min(here.text.length, Math.max(0, characters - here.cut)) : 0;
        return Math.min(text.length, Math.max(0, before + inside - lead));
      },
    };
  }
}

/** The text of `trace`. Latent and gist positions have none. */
export function runText(trace: Trace): RunText {
  const purpose = purposes(trace);
  const [thinking, answer] = [new Stretches(), new Stretches()];
  /** Where each position stands in the thinking. */
  const places: (readonly [number, number])[] = [];
  const summaries: string[] = [];
  const tokens: ForeignToken[] = [];
  // Two summaries may stand side by side: where one ends only its span says.
  const starts = new Set(trace.spans.flatMap(({ kind, from }) => (kind === "summary" ? [from] : [])));
  trace.positions.forEach((position, at) => {
    const kind = purpose[at]!;
    places.push(kind === "thinking" ? thinking.add(at, position.text) : thinking.end);
    if (kind === "answer") answer.add(at, position.text);
    else if (kind === "summary") {
      if (starts.has(at) || purpose[at - 1] !== "summary") summaries.push("");
      summaries[summaries.length - 1] += position.text;
    }
    if (kind === "thinking" || kind === "answer") tokens.push({ text: position.text, logprob: position.logprob });
  });
  const thought = thinking.joined();
  return {
    thinking: thought.text,
    summaries: summaries.map((summary) => withoutTags(summary).text.trim()),
    answer: answer.joined().text,
    tokens,
    checks: foreignChecks(trace.checks, (at) => thought.charactersAt(places[at] ?? thinking.end)),
    counts: measure(trace).tokens,
  };
}
