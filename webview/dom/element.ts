/** Builds DOM nodes. Text always goes through text nodes: what a model wrote can never become markup. */

export type Child = Node | string | undefined | false;

/** Attributes by their HTML names; `undefined` and `false` leave one out, `true` writes it empty. */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** An HTML element with attributes and children, in the order given. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

/** A button that runs `onPress`; its type keeps it from ever submitting a form. */
export function button(label: string, attributes: Attributes, onPress: (event: MouseEvent) => void): HTMLButtonElement {
  const node = element("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", onPress);
  return node;
}

export function append(node: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
}
