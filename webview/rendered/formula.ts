/**
 * TeX as MathML, of elements and attributes of a list: colours, addresses, classes and places on the page that a text
 * asks for are left out. What is too large, or is no TeX, gives nothing, and the text is shown as written.
 */
import temml from "temml";
import { element } from "../dom/element";
import { oneLine } from "../dom/safeText";
import { LONGEST_FORMULA } from "./texParts";

/** A definition can multiply what it is given with each call; formulas in reasoning have no need of their own. */
const DEFINES =
  /\\(?:[gex]?def|let|futurelet|(?:re)?newcommand|providecommand|global|long|chardef|mathchardef)(?![a-zA-Z])/;
/** Calls of macros that TeX itself comes with. */
const MOST_MACROS = 200;
/** Nodes of one formula, which a long one of 2,000 characters does not reach. */
const MOST_NODES = 3_000;
/** Ems and points: longer spaces and rules are cut to this. */
const LARGEST_SIZE: [number, number] = [20, 200];

const MATHML = "http://www.w3.org/1998/Math/MathML";
const ELEMENTS = new Set(
  (
    "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle mpadded mphantom menclose " +
    "msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd"
  ).split(" "),
);
const ATTRIBUTES = new Set(
  (
    "accent accentunder columnalign columnspan depth display displaystyle fence form height largeop linethickness lspace " +
    "mathvariant maxsize minsize movablelimits notation rowspacing rowspan rspace scriptlevel separator stretchy symmetric " +
    "voffset width"
  ).split(" "),
);
const STYLES = new Set(
  (
    "border borderTop borderBottom borderLeft borderRight fontStyle fontWeight mathDepth math-depth padding paddingBottom paddingLeft " +
    "paddingRight paddingTop textAlign"
  ).split(" "),
);
/** Classes that the styles of this room know. */
const CLASSES = new Set(
  "tml-cancel tml-fbox tml-left tml-overline tml-right tml-underline tml-xcancel upstrike downstrike sout".split(" "),
);
const VALUE = /^[\w.%+ -]{1,40}$/;

const LINE = /^[\d.]{1,8}(?:em|px|pt) (?:solid|dashed|double)$/;

/** What Temml makes of a formula before it becomes a page. */
interface MathTree {
  type?: string;
  text?: string;
  attributes?: Record<string, unknown>;
  classes?: readonly string[];
  style?: Record<string, unknown>;
  children?: readonly MathTree[];
}

/** Thrown where a formula is not to be shown. */
class NotShown extends Error {}

class MathPage {
  private nodes = 0;

  of(tree: MathTree): Node {
    if (++this.nodes > MOST_NODES) throw new NotShown("too large");
    const { type, text, attributes = {}, classes = [], style = {}, children = [] } = tree;
    if (type === undefined) {
      if (text !== undefined) return document.createTextNode(text);
      return this.fill(document.createDocumentFragment(), children);
    }
    if (!ELEMENTS.has(type)) throw new NotShown(type);
    const node = document.createElementNS(MATHML, type);
    for (const [name, value] of Object.entries(attributes))
      if (ATTRIBUTES.has(name) && VALUE.test(String(value))) node.setAttribute(name, String(value));
    const known = classes.filter((name) => CLASSES.has(name));
    if (known.length > 0) node.setAttribute("class", known.join(" "));
    setStyles(node, style);
    return this.fill(node, children);
  }

  private fill(node: Node, children: readonly MathTree[]): Node {
    for (const child of children) node.appendChild(this.of(child));
    return node;
  }
}

/** Through the object model, which the policy of the page allows; an attribute it would not. */
function setStyles(node: Element, style: Record<string, unknown>): void {
  const { style: target } = node as unknown as ElementCSSInlineStyle;
  for (const [name, value] of Object.entries(style))
    if (STYLES.has(name) && (name.startsWith("border") ? LINE : VALUE).test(String(value)))
      target?.setProperty(
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        String(value),
      );
}

export interface Formula {
  /** Its label is the source of the formula. */
  whole: HTMLElement;
  /** What holds the picture of it, no wider than that. */
  box: HTMLElement;
}

/**
 * A formula as an element whose label is its source.
 * @param tex without delimiters; at most 2,000 characters
 * @returns undefined where it cannot be shown as a formula
 */
export function formula(tex: string, display: boolean): Formula | undefined {
  if (tex.length > LONGEST_FORMULA || DEFINES.test(tex)) return undefined;
  let math: Node;
  try {
    // Each formula has its own macros: what one defines, no other knows.
    const options = {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxExpand: MOST_MACROS,
      maxSize: LARGEST_SIZE,
      macros: {},
    };
    math = new MathPage().of(temml.__renderToMathMLTree(tex, options) as MathTree);
  } catch {
    return undefined;
  }
  const box = element("span", { class: "formula-box", "aria-hidden": "true" });
  box.append(math);
  const label = oneLine(tex, LONGEST_FORMULA);
  return {
    box,
    whole: element("span", { class: display ? "formula display" : "formula", role: "math", "aria-label": label }, box),
  };
}
