/** Variables, and the scopes that stand in each other. */
import { itemsOf, isNamespace, UNDEFINED, type Value } from "./values";
import type { Target } from "./syntax";

export class Scope {
  private readonly names = new Map<string, Value>();

  constructor(private readonly outer?: Scope) {}

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }

  get(name: string): Value {
    return this.names.get(name) ?? this.outer?.get(name) ?? UNDEFINED;
  }

  /** Gives a name, several of them, or a member of a namespace its value. */
  assign(target: Target, value: Value): void {
    switch (target.type) {
      case "name":
        this.set(target.name, value);
        return;
      case "tuple": {
        const parts = itemsOf(value);
        if (parts.length !== target.items.length)
          throw new Error(`${parts.length} values for ${target.items.length} names`);
        target.items.forEach((each, index) => this.assign(each, parts[index]!));
        return;
      }
      case "member": {
        const namespace = this.get(target.namespace);
        if (!isNamespace(namespace)) throw new Error(`cannot assign attribute on non-namespace object`);
        namespace.value.set(target.name, value);
      }
    }
  }
}
