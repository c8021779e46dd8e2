/** Surveys of several questions for tests: invented, each rule's scores rising as thinking goes on, some of them too early. */
import { seededRandom } from "../../../src/core/measure/random";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { TraceBuilder } from "./traceBuilder";

export function sampleSurveys(count: number): TraceEvent[][] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, question) => {
    const steps = 4 + Math.floor(random() * 6);
    const settled = 1 + Math.floor(random() * steps);
    const isRight = random() < 0.85;
    const messages = [{ role: "user" as const, content: `How many apples has Mara in story ${question + 1}?` }];
    const trace = new TraceBuilder(`survey-${question}`, "survey", { gold: "42", seed: question + 1, messages });
    let agreeing = 0;
    trace.span("thinking", () => {
      trace.forced("<think>\n");
      for (let step = 1; step <= steps; step++) {
        trace.step(`Step ${step} of the story adds ${question + step} apples to the basket.\n\n`);
        const isSettled = step >= settled;
        const answer = isSettled && isRight ? "42" : `${question + step}`;
        agreeing = isSettled && isRight && step > settled ? agreeing + 1 : 1;
        const tried = { answer, correct: answer === "42" };
        // The sooner, the less sure; now and then sure of what is wrong.
        const confidence = Math.min(
          1,
          0.35 + 0.6 * (step / steps) * (0.6 + 0.6 * random()) + (random() < 0.1 ? 0.4 : 0),
        );
        const at = trace.here;
        const margin = Math.max(0, 9 * (1 - step / steps) * (0.5 + random()));
        trace.push({ t: "check", at, by: "think-brake", signals: { margin }, threshold: 2, stopsBelow: true, ms: 0.1 });
        trace.tried({ ...tried, confidence, threshold: 0.95 });
        const trial: [number, number] = [at, trace.here];
        const signals = { agreeing, hesitates: 0 };
        trace.push({ t: "check", at, by: "answer-agreement", ...tried, signals, threshold: 2, trial, ms: 30 });
      }
      trace.exit("end-of-thinking");
      trace.forced("</think>\n");
    });
    const answer = isRight ? "42" : `${question}`;
    trace.span("answer", () => trace.text(`#### ${answer}`));
    return trace.end(answer, isRight);
  });
}
