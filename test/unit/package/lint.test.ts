/** The linter finds what it is meant to find: a line of code for each of its rules. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "..", "..", "..");
const config = JSON.parse(readFileSync(path.join(root, ".oxlintrc.json"), "utf8")) as {
  jsPlugins: string[];
  rules: Record<string, unknown>;
  overrides: { rules: Record<string, unknown> }[];
};

/** What each rule finds in TypeScript, as modules of it or as scripts that are no TypeScript. */
const TYPESCRIPT: Record<string, string> = {
  "for-direction": "for (let i = 0; i < 3; i--) use(i);",
  "no-async-promise-executor": "use(new Promise(async () => undefined));",
  "no-case-declarations": "switch (use()) { case 1: let a = 2; use(a); }",
  "no-compare-neg-zero": "use(use() === -0);",
  "no-cond-assign": "let a; if (a = use()) use(a);",
  "no-constant-binary-expression": "use({} || use());",
  "no-constant-condition": "if (true) use();",
  "no-control-regex": "use(/\\x1f/);",
  "no-debugger": "debugger;",
  "no-dupe-else-if": "const a = use(); if (a) use(1); else if (a) use(2);",
  "no-duplicate-case": "switch (use()) { case 1: break; case 1: break; }",
  "no-empty": "if (use()) {}",
  "no-empty-character-class": "use(/a[]/);",
  "no-empty-pattern": "const {} = use();",
  "no-empty-static-block": "use(class { static {} });",
  "no-ex-assign": "try { use(); } catch (e) { e = 1; }",
  "no-extra-boolean-cast": "if (!!use()) use();",
  "no-fallthrough": "switch (use()) { case 1: use(1); case 2: use(2); }",
  "no-global-assign": "Object = 1;",
  "no-invalid-regexp": "use(new RegExp('['));",
  "no-irregular-whitespace": "use(\u00a0);",
  "no-loss-of-precision": "use(5123000000000000000000000000001);",
  "no-misleading-character-class": "use(/[👍🏻]/);",
  "no-prototype-builtins": "use(use().hasOwnProperty('a'));",
  "no-regex-spaces": "use(/a   b/);",
  "no-self-assign": "let a = use(); a = a;",
  "no-shadow-restricted-names": "function f(undefined: unknown) { use(undefined); } use(f);",
  "no-sparse-arrays": "use([1, , 2]);",
  "no-unassigned-vars": "let a; use(a);",
  "no-unexpected-multiline": "const a = use\n(1);\nuse(a);",
  "no-unsafe-finally": "function f() { try { return 1; } finally { return 2; } } use(f);",
  "no-unsafe-optional-chaining": "use((use()?.a).b);",
  "no-unused-labels": "A: for (;;) break;",
  "no-unused-private-class-members": "use(class { #a = 1; });",
  "no-useless-assignment": "function f() { let a = 1; a = use(); return a; } use(f);",
  "no-useless-backreference": "use(/\\1(a)/);",
  "no-useless-catch": "try { use(); } catch (e) { throw e; }",
  "no-useless-escape": "use('\\a');",
  "preserve-caught-error": "try { use(); } catch (e) { throw new Error('a'); }",
  "require-yield": "use(function* () { return 1; });",
  "use-isnan": "use(use() === NaN);",
  "valid-typeof": "use(typeof use() === 'strnig');",
  "no-var": "var a = use(); use(a);",
  "prefer-const": "let a = use(); use(a);",
  "prefer-rest-params": "use(function () { return arguments; });",
  "prefer-spread": "const a = use(); use.apply(undefined, a);",
  "no-unused-vars": "const a = use();",
  "typescript/ban-ts-comment": "// @ts-ignore\nuse();",
  "typescript/no-array-constructor": "use(new Array(1, 2));",
  "typescript/no-duplicate-enum-values": "export enum E { A = 1, B = 1 }",
  "typescript/no-dynamic-delete": "const a: Record<string, number> = {}; delete a[use() as string]; use(a);",
  "typescript/no-empty-object-type": "export type A = {};",
  "typescript/no-explicit-any": "export type A = any;",
  "typescript/no-extra-non-null-assertion": "use(use()!!);",
  "typescript/no-extraneous-class": "export class A { static a = 1; }",
  "typescript/no-misused-new": "export interface A { new (): A }",
  "typescript/no-namespace": "export namespace A { export const a = 1; }",
  "typescript/no-non-null-asserted-nullish-coalescing": "use(use()! ?? 1);",
  "typescript/no-non-null-asserted-optional-chain": "use(use()?.a!);",
  "typescript/no-require-imports": "use(require('a'));",
  "typescript/no-this-alias": "export function f(this: unknown) { const self = this; use(self); }",
  "typescript/no-unnecessary-type-constraint": "export const f = <T extends unknown>(a: T) => a;",
  "typescript/no-unsafe-declaration-merging": "export interface A { a: 1 } export class A { b = 1; }",
  "typescript/no-unsafe-function-type": "export type A = Function;",
  "typescript/no-unused-expressions": "use() + 1;",
  "typescript/no-useless-constructor": "export class A { constructor() {} b = 1; }",
  "typescript/no-wrapper-object-types": "export type A = String;",
  "typescript/prefer-as-const": "export const a: 'b' = 'b';",
  "typescript/prefer-literal-enum-member": "export enum E { A = 1, B = use() as number }",
  "typescript/prefer-namespace-keyword": "export declare module A {}",
  "typescript/triple-slash-reference": '/// <reference path="a" />\nuse();',
  "typescript/unified-signatures":
    "export function f(a: number): void; export function f(a: string): void; export function f(a: unknown) { use(a); }",
  eqeqeq: "use(use() == 1);",
  "typescript/consistent-type-imports": "import { A } from 'a'; export type B = A;",
  "ours/whole-zod": "import { z } from 'zod'; use(z);",
};

/** What the compiler says of TypeScript, and the linter of scripts that the compiler does not check. */
const SCRIPT: Record<string, string> = {
  "constructor-super": "use(class A extends use() { constructor() {} });",
  "getter-return": "use({ get a() {} });",
  "no-class-assign": "class A {} A = 1; use(A);",
  "no-const-assign": "const a = 1; a = 2;",
  "no-dupe-class-members": "use(class { a() {} a() {} });",
  "no-dupe-keys": "use({ a: 1, a: 2 });",
  "no-func-assign": "function f() {} f = 1; use(f);",
  "no-import-assign": "import a from 'a'; a = 1;",
  "no-new-native-nonconstructor": "use(new Symbol());",
  "no-obj-calls": "use(Math());",
  "no-redeclare": "var a = 1; var a = 2; use(a);",
  "no-setter-return": "use({ set a(b) { return b; } });",
  "no-this-before-super": "use(class A extends use() { constructor() { this.a = 1; super(); } });",
  "no-unreachable": "function f() { return 1; use(); } use(f);",
  "no-unsafe-negation": "use(!use() in use());",
};

/** What is no program in a module: the linter refuses to read it, whichever rule says the same of scripts. */
const REFUSED: Record<string, string> = {
  "no-delete-var": "var a = 1; delete a;",
  "no-nonoctal-decimal-escape": "use('\\8');",
  "no-with": "with (use()) use();",
  "no-octal": "export const a = 010;",
  "no-dupe-args": "export function f(a, a) {}",
};
/** Of those, the ones that the linter has no rule for. */
const ONLY_REFUSED = ["no-octal", "no-dupe-args"];

interface Finding {
  /** The rule; none where a file could not be read. */
  code?: string;
  filename: string;
}

describe("the linter", function () {
  this.timeout(60_000);
  let folder = "";
  let findings: Finding[] = [];

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "lint-"));
    const jsPlugins = config.jsPlugins.map((file) => path.join(root, file));
    writeFileSync(path.join(folder, "oxlintrc.json"), JSON.stringify({ ...config, jsPlugins }));
    mkdirSync(path.join(folder, "src"));
    const write = (name: string, code: string) => writeFileSync(path.join(folder, "src", name), code);
    Object.values(TYPESCRIPT).forEach((code, at) => write(`${at}.ts`, `${code}\nexport {};\n`));
    Object.values(SCRIPT).forEach((code, at) => write(`${at}.mjs`, `${code}\n`));
    Object.values(REFUSED).forEach((code, at) => write(`refused${at}.mjs`, `${code}\n`));
    findings = lint(folder);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has a case for every rule", () => {
    const enabled = [config.rules, ...config.overrides.map(({ rules }) => rules)].flatMap(Object.keys);
    const cases = [TYPESCRIPT, SCRIPT, REFUSED].flatMap(Object.keys);
    assert.deepEqual(cases.filter((rule) => !ONLY_REFUSED.includes(rule)).sort(), [...new Set(enabled)].sort());
  });

  for (const [cases, ending] of [
    [TYPESCRIPT, "ts"],
    [SCRIPT, "mjs"],
  ] as const)
    Object.entries(cases).forEach(([rule, code], at) =>
      it(`finds ${rule} in a file of ${ending}`, () => {
        const found = findings.filter(({ filename }) => path.basename(filename) === `${at}.${ending}`);
        const name = rule.slice(rule.indexOf("/") + 1);
        assert.ok(
          found.some(({ code: by }) => by?.endsWith(`(${name})`)),
          `${code}: ${JSON.stringify(found)}`,
        );
      }),
    );

  Object.entries(REFUSED).forEach(([rule, code], at) =>
    it(`refuses a module that is against ${rule}`, () => {
      const found = findings.filter(({ filename }) => path.basename(filename) === `refused${at}.mjs`);
      assert.notDeepEqual(found, [], code);
    }),
  );
});

function lint(folder: string): Finding[] {
  const program = path.join(root, "node_modules", "oxlint", "bin", "oxlint");
  try {
    execFileSync(process.execPath, [program, "-c", "oxlintrc.json", "--format", "json", "."], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    return (JSON.parse((error as { stdout: string }).stdout) as { diagnostics: Finding[] }).diagnostics;
  }
  return [];
}
