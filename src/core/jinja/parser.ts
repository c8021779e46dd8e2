/** Statements of a template, as Jinja2's parser reads them. */
import { readExpression, readFilterChain, readOr, readTuple } from "./expressions";
import { TokenReader } from "./reader";
import { piecesOf, type Piece, type SourceOptions } from "./source";
import type { Expression, Parameter, Statement, Target } from "./syntax";

/** Blocks that stand in each other. */
const DEEPEST = 100;

/** @throws SyntaxError that says what is wrong */
export function parseTemplate(source: string, options: SourceOptions): Statement[] {
  return new Parser(piecesOf(source, options)).template();
}

class Parser {
  private at = 0;
  private depth = 0;
  /** Tags that end the blocks in which the parser stands, and what opened them. */
  private readonly open: string[] = [];

  constructor(private readonly pieces: readonly Piece[]) {}

  template(): Statement[] {
    const { body } = this.body();
    return body;
  }

  /**
   * Statements up to a tag of one of these names, which is read up to what follows its name.
   * @throws SyntaxError where there is none
   */
  private body(...enders: string[]): { body: Statement[]; ender: string; reader: TokenReader } {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new SyntaxError("the template is nested too deeply");
    const body: Statement[] = [];
    for (let piece = this.pieces[this.at++]; piece; piece = this.pieces[this.at++]) {
      if (piece.kind === "text") {
        body.push({ type: "text", text: piece.text });
        continue;
      }
      const reader = new TokenReader(piece.tokens);
      if (piece.kind === "output") {
        body.push({ type: "output", expression: readTuple(reader) });
        reader.expectEnd();
        continue;
      }
      const name = reader.expectName();
      if (enders.includes(name)) {
        this.depth -= 1;
        return { body, ender: name, reader };
      }
      body.push(...this.statement(name, reader));
    }
    if (enders.length > 0) throw new SyntaxError(`the ${this.open.at(-1)} block does not end`);
    return { body, ender: "", reader: new TokenReader([]) };
  }

  /** The statements of a block up to its one end. */
  private block(name: string): Statement[] {
    this.open.push(name);
    const { body, reader } = this.body(`end${name}`);
    this.open.pop();
    if (name === "block" && reader.current.type === "name") reader.next();
    reader.expectEnd();
    return body;
  }

  private statement(name: string, reader: TokenReader): Statement[] {
    switch (name) {
      case "if":
        return [this.choice(reader)];
      case "for":
        return [this.loop(reader)];
      case "set":
        return [this.set(reader)];
      case "with":
        return [this.scope(reader)];
      case "macro":
        return [this.macro(reader)];
      case "call":
        return [this.callBlock(reader)];
      case "filter": {
        const filter = readFilterChain(reader, true);
        reader.expectEnd();
        return [{ type: "filterBlock", filter, body: this.block("filter") }];
      }
      case "block": {
        const blockName = reader.expectName();
        while (reader.skipName("scoped") || reader.skipName("required"));
        reader.expectEnd();
        return [{ type: "block", name: blockName, body: this.block("block") }];
      }
      // What a model is trained on stands between them: nothing here.
      case "generation":
        reader.expectEnd();
        return [{ type: "with", values: [], body: this.block("generation") }];
      case "print": {
        const shown = [readExpression(reader)];
        while (reader.skipOperator(",")) shown.push(readExpression(reader));
        reader.expectEnd();
        return shown.map((expression) => ({ type: "output", expression }));
      }
      case "break":
      case "continue":
        reader.expectEnd();
        return [{ type: name }];
      case "include":
      case "import":
      case "from":
      case "extends":
        throw new SyntaxError(`a template reads no other template (${name})`);
      default: {
        const inner = this.open.at(-1);
        throw new SyntaxError(`unknown tag '${name}'${inner === undefined ? "" : ` in the ${inner} block`}`);
      }
    }
  }

  private choice(first: TokenReader): Statement {
    this.open.push("if");
    const branches: { test: Expression; body: Statement[] }[] = [];
    let otherwise: Statement[] = [];
    for (let reader = first, ender = "elif"; ender !== "endif";) {
      const test = ender === "elif" ? readTuple(reader, readOr) : undefined;
      reader.expectEnd();
      const read = this.body(...(test ? ["elif", "else", "endif"] : ["endif"]));
      if (test) branches.push({ test, body: read.body });
      else otherwise = read.body;
      ({ reader, ender } = read);
      if (ender === "endif") reader.expectEnd();
    }
    this.open.pop();
    return { type: "if", branches, otherwise };
  }

  private loop(reader: TokenReader): Statement {
    const target = readTarget(reader, "in");
    if (!reader.skipName("in")) reader.fail("'in'");
    const items = readTuple(reader, readOr, "recursive");
    const condition = reader.skipName("if") ? readExpression(reader) : undefined;
    const recursive = reader.skipName("recursive");
    reader.expectEnd();
    this.open.push("for");
    const read = this.body("endfor", "else");
    read.reader.expectEnd();
    let otherwise: Statement[] = [];
    if (read.ender === "else") {
      const rest = this.body("endfor");
      rest.reader.expectEnd();
      otherwise = rest.body;
    }
    this.open.pop();
    return { type: "for", target, items, condition, recursive, body: read.body, otherwise };
  }

  private set(reader: TokenReader): Statement {
    const target = readTarget(reader);
    if (reader.skipOperator("=")) {
      const value = readTuple(reader);
      reader.expectEnd();
      return { type: "set", target, value };
    }
    const filter = reader.isOperator("|") ? readFilterChain(reader, false) : undefined;
    reader.expectEnd();
    return { type: "setBlock", target, filter, body: this.block("set") };
  }

  private scope(reader: TokenReader): Statement {
    const values: [Target, Expression][] = [];
    while (reader.current.type !== "end") {
      if (values.length > 0) reader.expectOperator(",");
      const target = readPart(reader);
      reader.expectOperator("=");
      values.push([target, readExpression(reader)]);
    }
    return { type: "with", values, body: this.block("with") };
  }

  private macro(reader: TokenReader): Statement {
    const name = reader.expectName();
    const parameters = readParameters(reader);
    reader.expectEnd();
    return { type: "macro", name, parameters, body: this.block("macro") };
  }

  private callBlock(reader: TokenReader): Statement {
    const parameters = reader.isOperator("(") ? readParameters(reader) : [];
    const call = readExpression(reader);
    if (call.type !== "call") throw new SyntaxError("a call block needs a call");
    reader.expectEnd();
    return { type: "callBlock", call, parameters, body: this.block("call") };
  }
}

/** Names that are given values, up to the end of the tag or to a word. */
function readTarget(reader: TokenReader, ...enders: string[]): Target {
  const items: Target[] = [];
  let isTuple = false;
  do {
    if (reader.current.type === "end" || reader.isOperator("=") || reader.isName(...enders)) break;
    items.push(readPart(reader));
    if (reader.isOperator(",")) isTuple = true;
  } while (reader.skipOperator(","));
  if (items.length === 0) reader.fail("a name");
  return isTuple ? { type: "tuple", items } : items[0]!;
}

function readPart(reader: TokenReader): Target {
  if (reader.skipOperator("(")) {
    const items: Target[] = [];
    while (!reader.skipOperator(")")) {
      if (items.length > 0) reader.expectOperator(",");
      if (reader.skipOperator(")")) break;
      items.push(reader.deeper(() => readPart(reader)));
    }
    return items.length === 1 ? items[0]! : { type: "tuple", items };
  }
  const name = reader.expectName();
  return reader.skipOperator(".")
    ? { type: "member", namespace: name, name: reader.expectName() }
    : { type: "name", name };
}

function readParameters(reader: TokenReader): Parameter[] {
  const parameters: Parameter[] = [];
  reader.expectOperator("(");
  while (!reader.skipOperator(")")) {
    if (parameters.length > 0) {
      reader.expectOperator(",");
      if (reader.skipOperator(")")) break;
    }
    const name = reader.expectName();
    parameters.push({ name, fallback: reader.skipOperator("=") ? readExpression(reader) : undefined });
  }
  return parameters;
}
