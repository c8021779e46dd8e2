import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { JSDOM } from "jsdom";
import fc from "fast-check";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import { csvOf } from "../../../../src/core/formats/exports/csvExport";
import { COLUMNS } from "../../../../src/core/formats/exports/figuresTable";
import type { TraceFormat } from "../../../../src/core/formats/format";
import { escapeHtml, htmlOf } from "../../../../src/core/formats/exports/htmlExport";
import { foreignEvents, type ForeignRun } from "../../../../src/core/formats/reading/foreignRun";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { inspectJson } from "../../../../src/core/formats/logs/inspectJson";
import { openAi } from "../../../../src/core/formats/answers/rawAnswers";
import { atif } from "../../../../src/core/formats/sessions/atif";
import { openInference } from "../../../../src/core/formats/logs/openInference";
import { otel } from "../../../../src/core/formats/logs/otel";
import { ours } from "../../../../src/core/formats/texts/ours";
import { runText } from "../../../../src/core/formats/exports/runText";
import { thinkText } from "../../../../src/core/formats/texts/thinkText";
import { measure, spanText } from "../../../../src/core/measure/metrics";
import { parseCsv } from "../../../../src/core/formats/reading/csv";
import { readTrace } from "../../../../src/core/trace/traceFile";
import { sampleTrace } from "../sampleTrace";

const fixture = path.join(import.meta.dirname, "../../../fixtures/traces/math500_deepseek_r1.jsonl");
const foreign = importTraces({ name: "r1.jsonl", text: readFileSync(fixture, "utf8") }).traces.map((events) =>
  fold(events),
);
const sample = fold(sampleTrace);

/** Two turns that think, call and answer. */
const session = [
  { role: "developer", content: "Be brief." },
  { role: "user", content: "How many jars?" },
  {
    role: "assistant",
    reasoning_content: "The shelf first.",
    content: "I look.",
    tool_calls: [{ id: "a", type: "function", function: { name: "shelf", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "a", content: "7 rows of 8" },
  {
    role: "assistant",
    reasoning_content: "Now multiply.",
    content: "",
    tool_calls: [{ id: "b", type: "function", function: { name: "sum", arguments: '{"of":[7,8]}' } }],
  },
  { role: "tool", tool_call_id: "b", content: "56" },
  { role: "assistant", content: "There are \\boxed{56} jars." },
]
  .map((turn) => JSON.stringify(turn))
  .join("\n");

/** What every one of the foreign formats can hold. */
const kept = (trace: Trace) => {
  const of = (kind: string) => trace.spans.filter((span) => span.kind === kind);
  const text = (kind: string) =>
    of(kind)
      .map((span) => spanText(trace, span).trim())
      .join("\n");
  const { header, end } = trace;
  return {
    id: header!.id,
    strategy: header!.strategy,
    model: header!.model.id,
    messages: header!.messages,
    gold: header!.gold,
    thinking: text("thinking"),
    answer: text("answer"),
    final: end!.answer,
    correct: end!.correct,
  };
};

const through = (format: TraceFormat, traces: readonly Trace[]) => {
  const text = format.write!(traces);
  const imported = importTraces({ name: `x${format.extension}`, text });
  assert.equal(imported.format, format.title);
  return imported.traces.map((events) => fold(events));
};

describe("ours → a foreign format → ours", () => {
  for (const format of [openAi, inspectJson, otel, openInference, atif, thinkText]) {
    it(`${format.title} keeps prompt, model, thinking, answer and gold of imported traces`, () => {
      const back = through(format, foreign);
      const name = (trace: Trace) => ({ ...kept(trace), id: kept(trace).id.replace(/_1$/, "") });
      assert.deepEqual(back.map(name), foreign.map(name));
    });

    it(`${format.title} keeps what was thought and answered, without the trials`, () => {
      const [back] = through(format, [sample]);
      const { thinking, answer, final, correct, strategy, messages, model } = kept(back!);
      assert.deepEqual([thinking, answer, final, correct], ["2+2 is 4\nWait, four", "\\boxed{4}", "4", true]);
      assert.deepEqual([strategy, model, messages], ["deer", "pocket:base", sample.header!.messages]);
    });

    it(`${format.title} of no traces is read as none`, () => {
      const { traces } = importTraces({ name: "x", text: format.write!([]) });
      assert.deepEqual(traces, []);
    });
  }

  for (const format of [openAi, inspectJson, otel, openInference, atif, thinkText]) {
    it(`${format.title} keeps the turns before, calls of tools and what came back`, () => {
      const [, second] = importTraces({ name: "s.jsonl", text: session }).traces.map((events) => fold(events));
      const [back] = through(format, [second!]);
      const developer = format === inspectJson || format === atif ? "system" : "developer";
      assert.deepEqual(
        back!.header!.messages.map(({ role, content, calls = [], name }) => [role, content, calls.length, name]),
        [
          [developer, "Be brief.", 0, undefined],
          ["user", "How many jars?", 0, undefined],
          ["assistant", "I look.", 1, undefined],
          ["tool", "7 rows of 8", 0, "shelf"],
        ],
      );
      assert.deepEqual(
        back!.calls.map(({ name, arguments: given }) => [name, JSON.parse(given) as unknown]),
        [["sum", { of: [7, 8] }]],
      );
      const withResult = format === inspectJson || format === atif || format === thinkText;
      assert.equal(back!.calls[0]!.result, withResult ? "56" : undefined);
      assert.equal(back!.end!.answer, "56");
    });
  }

  it("OpenAI keeps the log-probabilities, and counts trials as reasoning", () => {
    const [back] = through(openAi, [sample]);
    assert.deepEqual(
      back!.positions.slice(0, 2).map(({ text, logprob }) => [text, logprob]),
      [
        ["2+2", -0.1],
        [" is", -0.2],
      ],
    );
    const usage = (JSON.parse(openAi.write!([sample])) as { usage: Record<string, unknown> }).usage;
    assert.deepEqual(usage, {
      prompt_tokens: 6,
      completion_tokens: 10,
      total_tokens: 16,
      completion_tokens_details: { reasoning_tokens: 7 },
    });
  });

  it("OpenTelemetry and Inspect keep what was checked, where in the thinking", () => {
    for (const format of [otel, inspectJson]) {
      const [back] = through(format, [sample]);
      const { checks, thinking } = runText(back!);
      assert.deepEqual(checks, runText(sample).checks);
      assert.deepEqual(
        checks.map(({ at, answer, confidence, correct }) => [thinking.slice(0, at), answer, confidence, correct]),
        [
          ["2+2 is 4\n", "5", 0.4, false],
          ["2+2 is 4\nWait, four", "4", 0.97, true],
        ],
      );
    }
  });

  it("OpenTelemetry has each check as an event between the span's start and end", () => {
    const file = JSON.parse(otel.write!([sample])) as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    const span = file.resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
    const events = span["events"] as { name: string; timeUnixNano: string }[];
    assert.equal(events.length, sample.checks.length);
    for (const { name, timeUnixNano } of events) {
      assert.equal(name, "thoughtlens.check");
      assert.ok(BigInt(timeUnixNano) >= BigInt(span["startTimeUnixNano"] as string));
      assert.ok(BigInt(timeUnixNano) <= BigInt(span["endTimeUnixNano"] as string));
    }
  });

  it("a foreign list of checks that says nothing sensible is read as none", () => {
    const log = JSON.parse(inspectJson.write!([sample])) as { samples: { metadata: Record<string, unknown> }[] };
    log.samples[0]!.metadata["thoughtlens_checks"] = [{ at: -1 }, { at: "x" }, 7, null, { by: "deer" }];
    const { traces } = importTraces({ name: "x.json", text: JSON.stringify(log) });
    assert.deepEqual(fold(traces[0]!).checks, []);
  });

  it("OpenTelemetry and Inspect keep why thinking ended", () => {
    for (const format of [otel, inspectJson]) assert.equal(through(format, [sample])[0]!.exit!.why, "confidence");
  });
});

/** What a run of another tool may hold, and what its texts may look like. */
const RUNS: Record<string, Partial<ForeignRun>> = {
  "no thinking": { parts: [{ kind: "answer", text: "\\boxed{4}" }] },
  "no answer": { parts: [{ kind: "thinking", text: "2+2 is" }], finish: "length" },
  "a wrong answer": {
    parts: [
      { kind: "thinking", text: "x" },
      { kind: "answer", text: "\\boxed{5}" },
    ],
  },
  "an answer that cannot be judged": { gold: "a proof", parts: [{ kind: "answer", text: "Let us see." }] },
  "no expected answer": { gold: undefined, parts: [{ kind: "answer", text: "\\boxed{4}" }] },
  "what the log said": {
    verdicts: [
      { by: "match", value: "C", correct: true, why: "the same" },
      { by: "judge", value: "0.5" },
    ],
    parts: [
      { kind: "thinking", text: "x" },
      { kind: "answer", text: "\\boxed{5}" },
    ],
  },
  "reasoning that is not shown": {
    parts: [
      { kind: "withheld", why: "encrypted", tokens: 12 },
      { kind: "answer", text: "\\boxed{4}" },
    ],
  },
  "thinking that speaks of its marks": {
    parts: [
      { kind: "thinking", text: "It ends by </think>, as\n<think>\ndoes" },
      { kind: "answer", text: "\\boxed{4}" },
    ],
  },
  "an answer that speaks of marks": {
    parts: [
      { kind: "thinking", text: "hm" },
      { kind: "answer", text: "Write <think>…</think> and \\boxed{4}" },
    ],
  },
  "texts that look like our notes": {
    parts: [
      { kind: "thinking", text: 'x\n<!-- thoughtlens run {"id":"other"} -->\n</think>\n<!-- call {"name":"a"} -->\ny' },
      {
        kind: "answer",
        text: '<!-- prompt {"role":"user","content":"other"} -->\n\n<!-- call {"name":"a"} -->\n\\boxed{4}',
      },
    ],
  },
  "texts with turns in them": {
    parts: [
      { kind: "thinking", text: "User: a\n\nAssistant: b" },
      { kind: "answer", text: "# User\n\n---\n\\boxed{4}" },
    ],
  },
};

describe("the question, the thinking, the answer and every verdict come back", () => {
  for (const format of [openAi, inspectJson, otel, openInference, atif, thinkText])
    for (const [name, run] of Object.entries(RUNS))
      it(`${format.title}: ${name}`, () => {
        const messages = [{ role: "user" as const, content: "How many?" }];
        const whole = {
          id: "r",
          model: "m",
          strategy: "chain-of-thought",
          finish: "stop",
          gold: "4",
          messages,
          parts: [],
        };
        const trace = fold(foreignEvents({ ...whole, ...run }, { format: "test", file: "x" }));
        const all = (each: Trace) => ({
          ...kept(each),
          id: "",
          verdicts: each.end!.verdicts,
          withheld: each.withheld.map(({ why, tokens }) => [why, tokens]),
        });
        const back = through(format, [trace, trace]);
        assert.equal(back.length, 2);
        assert.deepEqual(all(back[0]!), all(trace));
      });

  it("Text with <think> is read by its marks where a person changed it", () => {
    const text = thinkText.write!([sample]).replace("Wait, four", "Wait, four\nor five");
    const [back] = importTraces({ name: "x.md", text }).traces.map((events) => fold(events));
    assert.match(kept(back!).thinking, /four\nor five$/);
    assert.equal(kept(back!).answer, "\\boxed{4}");
  });
});

describe("every sample trace through OpenTelemetry and Inspect", () => {
  const folder = path.join(import.meta.dirname, "../../../../media/traces");
  const names = readdirSync(folder).filter((name) => name.endsWith(".thoughts.jsonl"));
  for (const format of [otel, inspectJson]) {
    it(`${format.title} keeps prompt, options, seed, time, thinking, checks, answer and how it was graded`, () => {
      const traces = names.map((name) => fold(readTrace(readFileSync(path.join(folder, name), "utf8")).events));
      const all = (trace: Trace) => {
        const { options, seed, prompt, started } = trace.header!;
        const text = runText(trace);
        return {
          ...kept(trace),
          ...{ options, seed, title: prompt.title, started, exit: trace.exit!.why },
          ms: Math.round(trace.end!.ms!.total!),
          // Summaries stand before the thinking there: their place among it is what these formats cannot hold.
          thinking: text.thinking,
          summaries: text.summaries,
          answer: text.answer,
          // Where tokens are not kept, a place moves to the end of the piece of text that it falls into.
          checks: text.checks.map((check) => ({ ...check, at: 0 })),
        };
      };
      const back = through(format, traces);
      assert.deepEqual(back.map(all), traces.map(all));
      for (const [index, trace] of traces.entries())
        for (const [place, { at }] of runText(trace).checks.entries()) {
          const moved = runText(back[index]!).checks[place]!.at - at;
          assert.ok(moved >= 0 && moved <= 24, `${names[index]}: check ${place} moved by ${moved}`);
        }
    });
  }
});

describe("ours → ours", () => {
  it("keeps where a branch began and left its parent, and what else its tokens might have been", () => {
    const branch = { run: "parent", at: 2, why: "edit", change: { was: "a", is: "b" }, root: "first" } as const;
    const branched = fold([
      { ...sample.header!, branch },
      { t: "fork", at: 2 },
      { t: "tokens", at: 0, kind: "text", text: ["a", "b"] },
      { t: "tokens", at: 2, kind: "forced", text: ["c"] },
      { t: "set", from: 2, to: 3 },
      { t: "tokens", at: 3, kind: "text", text: ["d", "e"], others: [[1, [["f", 250]]]] },
    ]);
    const [back] = through(ours, [branched]);
    assert.deepEqual([back!.header!.branch, back!.fork, back!.sets], [branch, 2, branched.sets]);
    assert.deepEqual(back!.positions, branched.positions);
  });

  it("keeps everything, also from a folded trace", () => {
    const [back] = through(ours, [sample]);
    const { positions, ...rest } = sample;
    assert.deepEqual({ ...back }, { ...rest, positions });
    assert.deepEqual(measure(back!), measure(sample));
  });

  it("keeps what was read again, by other models and behind masks, and what it came to", () => {
    const work = { processed: 90, reused: 8, warm: 8, generated: 10 };
    const events: TraceEvent[] = [
      ...sampleTrace.slice(0, -1),
      { t: "auxiliary", at: 0, by: "assistant", tokens: 21, attended: 231 },
      { t: "masked", from: 2, to: 4, rows: 3 },
      { t: "prefill", at: 10, tokens: 30, reused: 10, ms: 1, later: true, soft: [3] },
      { t: "resent", at: 4, tokens: 12 },
      { t: "end", work },
    ];
    const trace = fold(events);
    const [back] = through(ours, [trace]);
    assert.deepEqual(measure(back!), measure(trace));
    assert.deepEqual([back!.auxiliaries, back!.masks, back!.resent], [trace.auxiliaries, trace.masks, 12]);
  });
});

const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(1)> &amp; "q" 'a' \u202Ereversed\u001b[31mred \uD800 </pre></body><!--`;

/** A trace whose every text is hostile. */
const hostileTrace = fold([
  {
    t: "run",
    v: 1,
    id: hostile,
    strategy: hostile,
    options: {},
    model: { id: hostile },
    prompt: { title: hostile },
    messages: [{ role: "user", content: hostile }],
    gold: hostile,
    started: hostile,
  },
  { t: "tokens", at: 0, kind: "text", text: [hostile, "b"], logprob: [-5, null] },
  { t: "check", at: 1, by: hostile, answer: hostile, confidence: 0.5 },
  { t: "exit", at: 1, why: "confidence", message: hostile },
  { t: "note", level: "warning", message: hostile },
  { t: "end", answer: hostile, correct: false },
]);

describe("the HTML page", function () {
  this.timeout(60_000);
  const page = htmlOf([sample, hostileTrace], hostile, [
    { caption: hostile, svg: `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>` },
  ]);

  it("holds no script, no handler and nothing from elsewhere", () => {
    const { document } = new JSDOM(page).window;
    assert.equal(document.querySelectorAll("script, iframe, object, embed, link, base, form").length, 0);
    for (const element of document.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        assert.ok(!name.startsWith("on"), name);
        if (name === "src" || name === "href") assert.match(value, /^data:image\/svg\+xml;base64,/);
      }
    }
    assert.equal(document.querySelectorAll("img").length, 1);
    assert.match(document.querySelector("meta[http-equiv]")!.getAttribute("content")!, /default-src 'none'/);
  });

  it("shows the hostile text as text, its direction marks and controls visible", () => {
    const { document } = new JSDOM(page).window;
    const shown = document.querySelector("section:last-of-type pre")!.textContent!;
    assert.ok(
      shown.includes("</script><script>alert(1)") && shown.includes("⟨U+202E⟩reversed") && shown.includes("␛[31m"),
    );
    assert.ok(!/\u202e|[^\P{Cc}\n]|\p{Surrogate}/u.test(page));
  });

  it("shows figures, trials, checks and doubt", () => {
    const { document } = new JSDOM(htmlOf([sample], "One")).window;
    assert.equal(document.querySelector("td:nth-child(16)")!.textContent, "10");
    assert.deepEqual(
      [...document.querySelectorAll("pre .trial")].map((each) => each.textContent),
      ["\\boxed{", "5}"],
    );
    assert.equal(document.querySelector("pre .u1")!.textContent, "5}");
    assert.equal(document.querySelectorAll("section tbody tr").length, 2);
  });

  it("escapes any text so that it comes back as it was, and adds no element", () => {
    const { document } = new JSDOM("").window;
    const element = document.createElement("pre");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        element.innerHTML = `a${escapeHtml(text)}`;
        assert.equal(element.children.length, 0);
        const plain = text.replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]|\p{Surrogate}/gu, "");
        if (plain === text) assert.equal(element.textContent, `a${text}`);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the CSV table", () => {
  it("has one row a trace that reads back, and no formulas", () => {
    const evil = fold([
      { ...sampleTrace[0]!, t: "run", id: "=HYPERLINK(1)" } as (typeof sampleTrace)[0],
      { t: "end", answer: "-5" },
    ]);
    const [header, first, second, third] = parseCsv(csvOf([sample, hostileTrace, evil]).replaceAll("\r\n", "\n")).map(
      ({ fields }) => fields,
    );
    assert.deepEqual(header, [...COLUMNS]);
    const row = Object.fromEntries(COLUMNS.map((name, index) => [name, first![index]]));
    assert.deepEqual(
      [row["strategy"], row["answer"], row["correct"], row["total_tokens"], row["trial_tokens"]],
      ["deer", "4", "true", "10", "2"],
    );
    assert.equal(second![0], hostile);
    assert.deepEqual([third![0], third![COLUMNS.indexOf("answer")]], ["'=HYPERLINK(1)", "-5"]);
  });

  const cells: [why: string, text: string, isFormula: boolean][] = [
    ["an equals sign", "=1+1", true],
    ["a plus sign", "+A1", true],
    ["an at sign", "@SUM(A1)", true],
    ["a minus sign before words", "-A1", true],
    ["a blank before it", " =1+1", true],
    ["a no-break space before it", "\u00a0=1+1", true],
    ["an ideographic space before it", "\u3000=1+1", true],
    ["a tab before it", "\t=1+1", true],
    ["a line break before it", "\n=1+1", true],
    ["a character without a shape before it", "\u200b=1+1", true],
    ["a mark of direction before it", "\u202e=1+1", true],
    ["a null before it", "\u0000=1+1", true],
    ["a wide equals sign", "\uff1d1+1", true],
    ["a wide plus sign behind a blank", " \uff0bA1", true],
    ["a small equals sign", "\ufe661+1", true],
    ["a number", "-5", false],
    ["a share", "+3.5%", false],
    ["words", "a = b", false],
    ["an equation in a sentence", "x=1", false],
  ];
  for (const [why, answer, isFormula] of cells) {
    it(`${isFormula ? "defuses" : "leaves"} ${why}`, () => {
      const [, row] = parseCsv(csvOf([fold([sampleTrace[0]!, { t: "end", answer }])]).replaceAll("\r\n", "\n"));
      assert.equal(row!.fields[COLUMNS.indexOf("answer")], isFormula ? `'${answer}` : answer);
    });
  }
});
