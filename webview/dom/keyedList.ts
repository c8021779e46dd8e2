/** Lists in the page that follow a list of data: parts that stay are left in place, so that the focus and the scroll survive. */

/** Makes `children` the children of `node`. What stands in its place is not touched, and what has the focus keeps it. */
export function setChildren(node: Element, children: readonly Element[]): void {
  const focused = document.activeElement;
  const wanted = new Set(children);
  for (const child of [...node.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    const standing = node.children[index];
    if (standing !== child) node.insertBefore(child, standing ?? null);
  });
  // The browser takes the focus from an element that is moved.
  if (focused instanceof HTMLElement && focused !== document.activeElement && node.contains(focused))
    focused.focus({ preventScroll: true });
}

type Key = string | number;

interface KeyedListOptions<Item, Part> {
  /** Unique among the items. */
  key(item: Item): Key;
  make(item: Item): Part;
  /** Brings a part up to date with its item; not called right after `make`. */
  update?(part: Part, item: Item): void;
  /** Called when a part has left the page. */
  dropped?(part: Part): void;
}

/** The children of one node, one part for each item of a list, found again by key. */
export class KeyedList<Item, Part extends { readonly element: Element }> {
  private parts: ReadonlyMap<Key, Part> = new Map();

  /** @param node holds the parts' elements and nothing else */
  constructor(
    private readonly node: Element,
    private readonly options: KeyedListOptions<Item, Part>,
  ) {}

  /** @returns the parts in the order of `items` */
  update(items: readonly Item[]): Part[] {
    const { key, make, update, dropped } = this.options;
    const before = this.parts;
    const now = new Map<Key, Part>();
    for (const item of items) {
      const known = before.get(key(item));
      if (known) update?.(known, item);
      now.set(key(item), known ?? make(item));
    }
    this.parts = now;
    const parts = [...now.values()];
    setChildren(
      this.node,
      parts.map(({ element }) => element),
    );
    for (const [gone, part] of before) if (!now.has(gone)) dropped?.(part);
    return parts;
  }
}
