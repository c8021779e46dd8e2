/** Traces that the webview's tests and its looking-glass page show. All of it is invented: test data, not results. */
import { seededRandom } from "../../../src/core/measure/random";
import type { EventOf, TraceEvent } from "../../../src/core/trace/trace";
import { halfPrecisionBase64 } from "../../../src/core/trace/vector";
import { TraceBuilder } from "./traceBuilder";

const STORY = [
  "Mara starts with 14 apples in her basket.",
  "She buys 3 bags with 6 apples each, which makes 3 * 6 = 18 apples. So now she has 14 + 18 = ~32 apples.",
  "Then she gives away ~half of them: 32 / 2 = 16 apples are left.",
  "Her brother brings 26 more, so 16 + 26 = ~42.",
];
const RECHECKS = [
  "Wait, let me check the bags again. 3 bags of ~6 are 18, and 14 and 18 make 32. That is right.",
  "~Alternatively, count backwards: 42 - 26 = 16, twice 16 is 32, 32 - 18 = 14. It fits.",
  "Wait, ~maybe the half is of the bought apples only? No, ~it says half of them, so all.",
];

export function chainOfThought(run = "cot"): TraceEvent[] {
  const trace = new TraceBuilder(run, "chain-of-thought", { gold: "42", seed: 3 });
  trace.span("thinking", () => {
    trace.forced("<think>\n");
    for (const step of [...STORY, ...RECHECKS]) trace.step(`${step}\n\n`);
    trace.text("</think>\n");
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("Mara has 42 apples.\n#### 42"));
  return trace.end("42", true);
}

/** A run whose steps were measured and marked, and whose answer was tested for whether it hangs on the thought. */
export function whatIf(run = "whatif"): TraceEvent[] {
  const events = chainOfThought(run);
  const steps = events.flatMap((event) => (event.t === "span" && event.kind === "step" ? [event] : []));
  const importances = steps.map(({ from, to }, index): TraceEvent => ({
    ...{ t: "importance", from, to, samples: 10, different: index % 4 === 1 ? 9 : 2, by: "meaning" },
    value: index % 4 === 1 ? 2.1 : 0.08 * index,
    interval: index % 4 === 1 ? [1.2, 2.4] : [0, 0.1 + 0.1 * index],
    before:
      index % 4 === 1
        ? [
            ["41", 7],
            ["42", 2],
          ]
        : [["42", 2]],
    after: [["42", 10]],
  }));
  const altered = (test: "early" | "mistake" | "paraphrase", share: number, same: boolean): TraceEvent => ({
    ...{
      t: "altered",
      test,
      at: steps[Math.floor(share * (steps.length - 1))]!.to,
      share,
      by: "rule",
      same,
      correct: same,
    },
    answer: same ? "42" : "40",
  });
  return [
    ...events,
    { t: "mark", kind: "watch", what: "off-topic", by: "apples", from: steps[0]!.from, to: steps[0]!.to },
    { t: "mark", kind: "loop", what: "meaning", period: 2, from: steps[2]!.from, to: steps.at(-1)!.to },
    ...importances,
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => altered("early", share, share >= 0.5)),
    ...[0, 1 / 3, 2 / 3].map((share) => altered("mistake", share, share > 0.5)),
    ...[1 / 3, 2 / 3, 1].map((share) => altered("paraphrase", share, true)),
    { t: "altered", test: "hint", at: 0, share: 1, by: "rule", same: true, said: false, correct: false, change: "45" },
  ];
}

/** Steps and an answer in Markdown with mathematics. */
export function mathematics(run = "mathematics"): TraceEvent[] {
  const trace = new TraceBuilder(run, "chain-of-thought", { gold: "\\frac{1}{3}", seed: 11 });
  trace.span("thinking", () => {
    trace.step(
      "The area below **the curve** is $A = \\int_0^1 x^2\\,dx$:\n\n- a sum of `n` strips\n- and its ~limit\n\n",
    );
    trace.step("\\[\n\\int_0^1 x^2\\,dx = \\left[\\frac{x^3}{3}\\right]_0^1 = ~\\frac{1}{3}\n\\]\n\n");
    trace.step("| n | sum |\n|---|-----|\n| 1 | $1$ |\n| 2 | $\\frac{5}{8}$ |\n\n");
    trace.step("So 2*3*4 strips are enough, and that costs $5 or $6.\n\n");
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("The area is \\(\\boxed{\\frac{1}{3}}\\)."));
  return trace.end("\\frac{1}{3}", true);
}

export function chainOfDraft(run = "draft"): TraceEvent[] {
  const trace = new TraceBuilder(run, "chain-of-draft", { gold: "42", seed: 5 });
  trace.span("thinking", () => {
    for (const line of ["14 apples", "3 * 6 = 18; 14 + 18 = 32", "32 / 2 = ~16", "16 + 26 = 42"])
      trace.step(`${line}\n`, "draft");
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("#### 42"));
  return trace.end("42", true);
}

export function deer(run = "deer"): TraceEvent[] {
  const trace = new TraceBuilder(run, "deer", { gold: "42", seed: 3 });
  const tries = [
    { answer: "14", confidence: 0.31, correct: false },
    { answer: "32", confidence: 0.62, correct: false },
    { answer: "16", confidence: 0.83, correct: false },
    { answer: "42", confidence: 0.981, correct: true },
  ];
  trace.span("thinking", () => {
    trace.forced("<think>\n");
    STORY.forEach((step, index) => {
      trace.step(`${step}\n\n`);
      trace.tried({ ...tries[index]!, threshold: 0.95 });
    });
    trace.exit("confidence");
    trace.forced("</think>\n");
  });
  trace.span("answer", () => trace.text("Mara has 42 apples.\n#### 42"));
  return trace.end("42", true);
}

/** A run that was thought to its end, in which three rules asked at every line. */
export function survey(run = "survey"): TraceEvent[] {
  const trace = new TraceBuilder(run, "survey", { gold: "42", seed: 4 });
  const tries = [
    { answer: "14", confidence: 0.31, correct: false, agreeing: 1, margin: 9 },
    { answer: "32", confidence: 0.97, correct: false, agreeing: 1, margin: 7 },
    { answer: "42", confidence: 0.98, correct: true, agreeing: 1, margin: 6 },
    { answer: "42", confidence: 0.99, correct: true, agreeing: 2, margin: 0.4 },
  ];
  trace.span("thinking", () => {
    trace.forced("<think>\n");
    STORY.forEach((step, index) => {
      trace.step(`${step}\n\n`);
      const { margin, agreeing, confidence, ...tried } = tries[index]!;
      const at = trace.here;
      trace.push({ t: "check", at, by: "think-brake", signals: { margin }, threshold: 2, stopsBelow: true, ms: 0.1 });
      trace.tried({ ...tried, confidence, threshold: 0.95 });
      const trial: [number, number] = [at, trace.here];
      const signals = { agreeing, hesitates: 0 };
      trace.push({ t: "check", at, by: "answer-agreement", ...tried, signals, threshold: 2, trial, ms: 30 });
    });
    trace.exit("end-of-thinking");
    trace.forced("</think>\n");
  });
  trace.span("answer", () => trace.text("Mara has 42 apples.\n#### 42"));
  return trace.end("42", true);
}

/** A run whose budget ended before the answer was known. */
export function cutByBudget(run = "budget"): TraceEvent[] {
  const trace = new TraceBuilder(run, "budget", { gold: "42", seed: 9 });
  trace.span("thinking", () => {
    trace.forced("<think>\n");
    for (const step of STORY.slice(0, 3)) trace.step(`${step}\n\n`);
    trace.exit("budget");
    trace.forced("</think>\n");
  });
  trace.span("answer", () => trace.text("Mara has ~16 apples.\n#### ~16"));
  return trace.end("16", false);
}

export function lightThinker(run = "light"): TraceEvent[] {
  const trace = new TraceBuilder(run, "lightthinker", { gold: "42", seed: 4 });
  trace.span("thinking", () => {
    const gists: number[] = [];
    [...STORY, RECHECKS[0]!].forEach((step, index) => {
      const from = trace.here;
      trace.step(`${step}\n\n`);
      trace.push({
        t: "attention",
        at: from + 3,
        to: gists.map((gist, nth) => [gist, 0.3 / (index - nth) + (nth === 1 ? 0.25 : 0)]),
      });
      trace.evict(from, 0);
      gists.push(trace.here);
      trace.gists(3);
    });
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("#### 42"));
  return trace.end("42", true);
}

export function inftyThink(run = "infty"): TraceEvent[] {
  const trace = new TraceBuilder(run, "inftythink", { gold: "42", seed: 6 });
  const summaries = ["Mara has 32 apples after buying.", "16 are left after giving away half."];
  const rounds = [STORY.slice(0, 2), STORY.slice(2, 3), STORY.slice(3)];
  rounds.forEach((steps, index) => {
    const carried = summaries[index - 1] ?? "";
    trace.push({ t: "round", at: trace.here, n: index + 1, carried });
    if (index > 0) {
      trace.push({ t: "prefill", at: trace.here, tokens: 62, ms: 24 });
      trace.push({ t: "context", at: trace.here, cached: 62 });
    }
    trace.span("thinking", () => {
      for (const step of steps) trace.step(`${step}\n\n`);
    });
    const summary = summaries[index];
    if (summary !== undefined) trace.step(summary, "summary");
  });
  trace.exit("concluded");
  trace.span("answer", () => trace.text("#### 42"));
  return trace.end("42", true);
}

const GRAPH_QUESTION =
  "Sally is a gorpus. Sally is a yimpus. Every gorpus is a timpus. Every yimpus is a lempus. Every yimpus is a timpus. " +
  "Every timpus is a bompus. Every lempus is a vumpus. Tom is a zumpus. Every zumpus is a rempus. Is Sally a bompus or rempus?";

export function coconut(run = "coconut"): TraceEvent[] {
  const trace = new TraceBuilder(run, "coconut", {
    gold: "bompus",
    seed: 8,
    messages: [{ role: "user", content: GRAPH_QUESTION }],
  });
  trace.span("thinking", () => {
    trace.forced("<bot>");
    trace.latents(
      [
        [
          ["gorpus", 0.52],
          ["yimpus", 0.41],
          ["rempus", 0.04],
        ],
        [
          ["timpus", 0.56],
          ["lempus", 0.31],
          ["vumpus", 0.07],
          ["gorpus", 0.02],
        ],
        [
          ["bompus", 0.71],
          ["vumpus", 0.22],
          ["timpus", 0.04],
        ],
      ],
      ["rempus", "rempus", "bompus"],
    );
    trace.forced("<eot>");
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("Sally is a bompus."));
  trace.push(projection("latent", "pca"));
  return trace
    .end("bompus", true)
    .map((event) => (event.t === "latent" ? { ...event, vector: halfPrecisionBase64(new Float32Array(4)) } : event));
}

/** Three thoughts that go from word to word through a cloud of others. */
export function projection(of: "latent" | "soft", method: "pca" | "umap"): EventOf<"projection"> {
  const random = seededRandom(5);
  const scale = method === "pca" ? 0.5 : 12;
  const round = (value: number): number => Math.round(value * scale * 1000) / 1000;
  const words: [string, number, number][] = [
    ["gorpus", -0.52, 0.21],
    ["yimpus", -0.44, 0.36],
    [" timpus", 0.02, -0.33],
    ["lempus", 0.16, -0.41],
    ["bompus", 0.61, 0.28],
    ["vumpus", 0.66, 0.12],
  ];
  const points: [number, number][] = [
    [-0.4, 0.25],
    [0.06, -0.28],
    [0.55, 0.2],
  ];
  return {
    t: "projection",
    of,
    method,
    points: points.map(([x, y]) => [round(x), round(y)]),
    words: words.map(([text, x, y]) => [text, round(x), round(y)]),
    nearest: [0, 2, 4].map((word) => [
      [word, 0.81],
      [word + 1, 0.62],
    ]),
    others: halfPrecisionBase64(Float32Array.from({ length: 160 }, () => round((random() + random() - 1) * 1.4))),
    fitted: [541, 541],
    ...(method === "pca" ? { variance: [0.118, 0.074] as [number, number] } : {}),
  };
}

export function softCot(run = "soft"): TraceEvent[] {
  const trace = new TraceBuilder(run, "softcot", { gold: "42", seed: 12 });
  [["count", "apple", "sum"], ["half", "divide"], ["add", "plus", "more"], ["total"]].forEach((words, index) =>
    trace.push({
      t: "soft",
      index,
      norm: 3 + index * 0.7,
      nearest: words.map((word, rank) => [word, 0.42 - rank * 0.11]),
    }),
  );
  trace.span("thinking", () => {
    for (const step of STORY.slice(1)) trace.step(`${step}\n\n`);
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("#### 42"));
  return trace.end("42", true);
}

export function sketchOfThought(run = "sketch"): TraceEvent[] {
  const trace = new TraceBuilder(run, "sketch-of-thought", {
    gold: "42",
    seed: 14,
    messages: [
      { role: "system", content: "Think in variables, one equation a line." },
      { role: "user", content: "Mara starts with 14 apples…\n\nHow many has she?" },
    ],
  });
  trace.push({
    t: "route",
    by: "thoughtlens-router",
    pick: "chunked_symbolism",
    scores: [
      ["chunked_symbolism", 0.962],
      ["expert_lexicons", 0.031],
      ["conceptual_chaining", 0.007],
    ],
  });
  trace.push({ t: "note", level: "info", message: "The router read 48 tokens in 2.1 ms." });
  trace.push({
    t: "note",
    level: "warning",
    message: "The model was not trained on this paradigm: expect weaker answers.",
  });
  trace.span("thinking", () => {
    for (const line of ["a = 14", "b = a + 3 * 6 = 32", "c = b / 2 = 16"]) trace.step(`${line}\n`, "sketch");
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("\\boxed{16}"));
  return trace.end("16", false);
}

/** Text that tries to become markup, to reorder what is read, or to hide. */
export const HOSTILE_TEXT =
  '<img src=x onerror="window.hit=1"></script><script>window.hit=1</script> \u202Eevil\u202C \u001b[31mred\u001b[0m a\u200Bb \ud800 \u0000';

export function hostile(run = "hostile"): TraceEvent[] {
  const trace = new TraceBuilder(run, HOSTILE_TEXT, { gold: HOSTILE_TEXT });
  trace.span("thinking", () => {
    trace.step(`${HOSTILE_TEXT}\n`);
    trace.tried({ answer: HOSTILE_TEXT, confidence: 0.5, threshold: 0.9 }, HOSTILE_TEXT);
  });
  trace.push({ t: "exit", at: trace.here, why: "error", message: HOSTILE_TEXT });
  trace.push({ t: "note", level: "warning", message: HOSTILE_TEXT });
  trace.step(HOSTILE_TEXT, "answer");
  return trace.end(HOSTILE_TEXT, false);
}

/** About `count` tokens in steps of about 24. */
export function long(count: number, run = "long", strategy = "chain-of-thought"): TraceEvent[] {
  const trace = new TraceBuilder(run, strategy, { gold: "42", seed: count, msPerToken: 8 });
  trace.span("thinking", () => {
    for (let step = 0; trace.here < count; step += 1) {
      trace.step(`${[...STORY, ...RECHECKS][step % 7]!} This is step ${step}.\n\n`);
      if (strategy === "deer" && step % 40 === 39)
        trace.tried({ answer: String(step), confidence: 0.9 - 0.8 / (1 + step / 60), threshold: 0.95 });
    }
  });
  trace.exit("end-of-thinking");
  trace.span("answer", () => trace.text("#### 42"));
  return trace.end("42", true);
}

/** One trace of every strategy that has views of its own, and one whose texts are hostile. */
export const everyKind = (): TraceEvent[][] => [
  chainOfThought(),
  whatIf(),
  chainOfDraft(),
  deer(),
  survey(),
  lightThinker(),
  inftyThink(),
  coconut(),
  softCot(),
  sketchOfThought(),
  hostile(),
];
