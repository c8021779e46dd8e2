import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { jinjaTemplate } from "../../../../src/core/jinja/jinja";

interface Reference {
  values: Record<string, unknown>;
  cases: Record<string, { template: string; text: string }[]>;
}

const reference = JSON.parse(readFileSync("test/fixtures/jinja/jinja2.json", "utf8")) as Reference;
const CHAT = { trimBlocks: true, lstripBlocks: true };
const render = (source: string, values: Record<string, unknown> = {}) => jinjaTemplate(source, CHAT).render(values);
const blanks = " ".repeat(50_000);

describe("Jinja", () => {
  for (const [group, cases] of Object.entries(reference.cases)) {
    describe(`${group}, as Jinja2 renders them`, () => {
      for (const { template, text } of cases)
        it(template.slice(0, 90), () => assert.equal(render(template, reference.values), text));
    });
  }

  describe("says what is wrong", () => {
    for (const [template, says] of [
      ["{{ missing + 'a' }}", /'missing' is undefined/],
      ["{{ 'a' + 1 }}", /str \+ int/],
      ["{{ 1 | nofilter }}", /No filter named 'nofilter'/],
      ["{{ 1 is notest }}", /No test named 'notest'/],
      ["{{ nofunction() }}", /'nofunction' is undefined/],
      ["{{ 'a'.nomethod() }}", /no method nomethod/],
      ["{{ '%s %s' % ('a',) }}", /not enough arguments/],
      ["{{ '%d' % 'a' }}", /number is required/],
      ["{{ raise_exception('No system turn, please') }}", /^No system turn, please$/],
      ["{{ [].append(1) }}", /may not change/],
      ["{% if %}", /./],
      ["{{ 'a }}", /a string does not end/],
      ["{{ a ", /a tag does not end/],
      ["{# a", /a comment does not end/],
      ["{% raw %}a", /a raw block does not end/],
      ["{{ 1 / 0 }}", /division by zero/],
    ] as const)
      it(template, () => assert.throws(() => render(template), { message: says }));
  });

  describe("ends", () => {
    const turns = Array.from({ length: 30 }, () => ({ role: "user", content: "x".repeat(100) }));
    for (const [why, template] of [
      [
        "loops within loops",
        "{% for a in range(9000) %}{% for b in range(9000) %}{% for c in range(9000) %}x{% endfor %}{% endfor %}{% endfor %}",
      ],
      [
        "loops over turns within loops",
        "{% for a in m %}{% for b in m %}{% for c in m %}{% for d in m %}{% for e in m %}{{ e }}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
      ],
      [
        "a text that doubles",
        "{% set ns = namespace(t='x') %}{% for a in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t|length }}",
      ],
      [
        "a list that doubles",
        "{% set ns = namespace(t=[1]) %}{% for a in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
      ],
      ["a range", "{{ range(2000000000)|length }}"],
      ["a range backwards", "{{ range(0, -2000000000, -1)|length }}"],
      ["a text times a number", "{{ ('x' * 100000) * 100000 }}"],
      ["a replacement of everything", "{% set t = 'a' * 100000 %}{{ t|replace('a', t) }}"],
      ["a join", "{% set t = 'a' * 100000 %}{{ t|list|join(t) }}"],
      ["a width", "{{ '%2000000000d' % 1 }}"],
      ["a width of format", "{{ '{:2000000000}'.format(1) }}"],
      ["a width of center", "{{ 'a'.center(2000000000) }}"],
      ["an indent", "{{ ('a\n' * 100000)|indent(100000) }}"],
      ["an indent of JSON", "{{ [1]|tojson(indent=2000000000) }}"],
      ["a batch", "{{ [1]|batch(2000000000, 'x')|list }}"],
      ["a macro that calls itself", "{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}"],
      [
        "two that call each other twice",
        "{% macro m(a) %}{{ n(a) }}{{ n(a) }}{% endmacro %}{% macro n(a) %}{{ m(a) }}{{ m(a) }}{% endmacro %}{{ m(1) }}",
      ],
      [
        "a list in itself",
        "{% set ns = namespace(t=[1]) %}{% for a in range(90000) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}",
      ],
      ["brackets", `{{ ${"(".repeat(100_000)}1${")".repeat(100_000)} }}`],
      ["a template of megabytes", "a{{ 1 }}".repeat(1_000_000)],
    ] as const) {
      it(why, function () {
        this.timeout(60_000);
        const started = performance.now();
        assert.throws(() => render(template, { m: turns }), Error);
        assert.ok(performance.now() - started < 15_000);
      });
    }

    it("reads long blanks in a moment", function () {
      this.timeout(5000);
      assert.equal(
        render(`a${blanks}{{${blanks}1${blanks}}}${blanks}{%- if true -%}${blanks}b${blanks}{%- endif %}`),
        `a${blanks}1b`,
      );
    });

    it("renders a long conversation", () => {
      const messages = Array.from({ length: 500 }, (_, index) => ({
        role: index % 2 ? "assistant" : "user",
        content: "word ".repeat(2000),
      }));
      const template =
        "{% for m in messages %}{% if m.role == 'user' or m.content is string %}<{{ m.role }}>{{ m.content|trim }}{% endif %}{% endfor %}";
      assert.ok(render(template, { messages }).length > 4_000_000);
    });
  });
});
