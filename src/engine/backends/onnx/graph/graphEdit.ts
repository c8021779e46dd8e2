/**
 * Edits an ONNX graph as a list of nodes and writes it back.
 *
 * What was not touched is written as the very bytes it was read from, in its old place; a node whose inputs or outputs
 * changed keeps the bytes of everything else.
 */
import type { AttributeView, GraphView, NodeView, ValueView } from "./graphView";
import type { AttributeValue } from "./graphWrite";
import { attributeField, floatTensor, int64Tensor, opsetField, valueField } from "./graphWrite";
import type { ByteRange, Pieces } from "./protobuf";
import { body, fields, intField, join, messageField, textField } from "./protobuf";

/** A node under edit: one of the file (`source`) or a new one. */
export interface EditNode {
  name: string;
  opType: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: AttributeView[];
  source?: NodeView;
  /** Inputs, outputs or attributes differ from the source's. */
  changed: boolean;
  /** Attributes of a new node, or those that stand in place of the source's. */
  fresh?: Record<string, AttributeValue>;
}

/** What to make a node of. */
export interface NewNode {
  opType: string;
  domain?: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, AttributeValue>;
}

export class GraphEditor {
  readonly nodes: EditNode[];
  readonly inputs: ValueView[];
  readonly outputs: ValueView[];
  private readonly producers = new Map<string, EditNode>();
  private readonly consumers = new Map<string, Set<EditNode>>();
  private readonly newInitializers = new Map<string, Uint8Array>();
  private readonly newValues = new Map<ValueView, Uint8Array>();
  private readonly untyped = new Set<string>();
  private readonly newOpsets = new Map<string, number>();

  constructor(readonly view: GraphView) {
    this.inputs = [...view.inputs];
    this.outputs = [...view.outputs];
    this.nodes = view.nodes.map((source) => ({
      name: source.name,
      opType: source.opType,
      domain: source.domain,
      inputs: [...source.inputs],
      outputs: [...source.outputs],
      attributes: source.attributes,
      source,
      changed: false,
    }));
    for (const node of this.nodes) this.link(node);
  }

  /** Version of the standard operator set. */
  get opset(): number {
    return this.view.opsets.get("") ?? 1;
  }

  producer(tensor: string): EditNode | undefined {
    return this.producers.get(tensor);
  }

  consumersOf(tensor: string): EditNode[] {
    return [...(this.consumers.get(tensor) ?? [])];
  }

  input(name: string): ValueView | undefined {
    return this.inputs.find((value) => value.name === name);
  }

  output(name: string): ValueView | undefined {
    return this.outputs.find((value) => value.name === name);
  }

  /** Puts new nodes right after `anchor`, or first when there is none, in the order given. */
  insertAfter(anchor: EditNode | undefined, made: NewNode[]): EditNode[] {
    return this.insertAt(anchor ? this.nodes.indexOf(anchor) + 1 : 0, made);
  }

  insertBefore(anchor: EditNode, made: NewNode[]): EditNode[] {
    return this.insertAt(this.nodes.indexOf(anchor), made);
  }

  append(made: NewNode[]): EditNode[] {
    return this.insertAt(this.nodes.length, made);
  }

  private insertAt(index: number, made: NewNode[]): EditNode[] {
    const nodes = made.map((node): EditNode => ({
      name: `${node.outputs[0]}/node`,
      opType: node.opType,
      domain: node.domain ?? "",
      inputs: node.inputs,
      outputs: node.outputs,
      attributes: [],
      changed: true,
      fresh: node.attributes ?? {},
    }));
    this.nodes.splice(index, 0, ...nodes);
    for (const node of nodes) this.link(node);
    return nodes;
  }

  /** Makes `node` read and write other tensors. */
  rewire(node: EditNode, change: { inputs?: string[]; outputs?: string[] }): void {
    this.unlink(node);
    if (change.inputs) node.inputs = change.inputs;
    if (change.outputs) node.outputs = change.outputs;
    node.changed = true;
    this.link(node);
  }

  setAttribute(node: EditNode, name: string, value: AttributeValue): void {
    node.fresh = { ...node.fresh, [name]: value };
    node.changed = true;
  }

  /** Makes `node` read `to` wherever it read `from`. */
  redirect(node: EditNode, from: string, to: string): void {
    this.rewire(node, { inputs: node.inputs.map((name) => (name === from ? to : name)) });
  }

  /** Makes the producer of `from` write `to` instead; readers go on reading `from`. */
  renameOutput(from: string, to: string): EditNode {
    const node = this.producers.get(from);
    if (!node) throw new Error(`no node writes ${from}`);
    this.rewire(node, { outputs: node.outputs.map((name) => (name === from ? to : name)) });
    return node;
  }

  /** Gives an inner tensor another name everywhere. */
  renameTensor(from: string, to: string): void {
    this.renameOutput(from, to);
    for (const reader of this.consumersOf(from)) this.redirect(reader, from, to);
    this.forgetType(from);
  }

  remove(node: EditNode): void {
    this.unlink(node);
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  /** Removes nodes that nothing reads any more, beginning at `tensors` and going back. */
  sweep(tensors: string[]): void {
    // Graphs inside nodes read tensors that are not among the node's inputs.
    if (this.nodes.some((node) => ["If", "Loop", "Scan"].includes(node.opType))) return;
    const queue = [...tensors];
    for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop()) {
      const node = this.producers.get(tensor);
      if (!node || node.outputs.some((output) => this.isRead(output))) continue;
      this.remove(node);
      queue.push(...node.inputs);
    }
  }

  private isRead(tensor: string): boolean {
    return Boolean(tensor) && (Boolean(this.consumers.get(tensor)?.size) || Boolean(this.output(tensor)));
  }

  addInput(name: string, dataType: number, dims?: (number | string)[]): void {
    this.addValue(this.inputs, 11, name, dataType, dims);
  }

  addOutput(name: string, dataType: number, dims?: (number | string)[]): void {
    this.addValue(this.outputs, 12, name, dataType, dims);
  }

  private addValue(
    list: ValueView[],
    field: 11 | 12,
    name: string,
    dataType: number,
    dims: (number | string)[] | undefined,
  ): void {
    const value: ValueView = { name, dataType, start: 0, end: 0, ...(dims ? { dims } : {}) };
    list.push(value);
    this.newValues.set(value, valueField(field, name, dataType, dims));
  }

  /** Gives an input another element type, in its old place. */
  retypeInput(name: string, dataType: number): ValueView {
    return this.retype(this.inputs, 11, name, dataType);
  }

  retypeOutput(name: string, dataType: number): ValueView {
    return this.retype(this.outputs, 12, name, dataType);
  }

  private retype(list: ValueView[], field: 11 | 12, name: string, dataType: number): ValueView {
    const index = list.findIndex((value) => value.name === name);
    const { dims } = list[index]!;
    this.addValue(list, field, name, dataType, dims);
    return (list[index] = list.pop()!);
  }

  /** Takes a tensor out of the graph's outputs. */
  removeOutput(name: string): void {
    const index = this.outputs.findIndex((value) => value.name === name);
    if (index >= 0) this.outputs.splice(index, 1);
  }

  removeInput(name: string): void {
    const index = this.inputs.findIndex((value) => value.name === name);
    if (index >= 0) this.inputs.splice(index, 1);
  }

  /** Forgets the declared type of an inner tensor whose shape has changed. */
  forgetType(tensor: string): void {
    this.untyped.add(tensor);
  }

  /** Name of an int64 constant in the graph; the same numbers share one. `dims` [] makes a scalar. */
  ints(values: number[], dims: number[] = [values.length]): string {
    const name = `patch/int64/${dims.length ? "" : "scalar/"}${values.join(",")}`;
    if (!this.newInitializers.has(name)) this.newInitializers.set(name, int64Tensor(name, values, dims));
    return name;
  }

  /** Adds an int64 constant under a name of its own. */
  addInts(name: string, values: number[], dims: number[]): void {
    this.newInitializers.set(name, int64Tensor(name, values, dims));
  }

  /** Name of a float32 scalar constant in the graph. */
  float(value: number): string {
    const name = `patch/float/${value}`;
    if (!this.newInitializers.has(name)) this.newInitializers.set(name, floatTensor(name, [value], []));
    return name;
  }

  /** Declares that the model uses operators of `domain`. */
  useOpset(domain: string, version: number): void {
    if (!this.view.opsets.has(domain)) this.newOpsets.set(domain, version);
  }

  /** The edited model file. */
  write(): Uint8Array {
    const { view } = this;
    const { bytes } = view;
    const at = (range: ByteRange): Uint8Array => bytes.subarray(range.start, range.end);
    const graph: Pieces = this.nodes.flatMap((node) => this.nodePieces(node));
    graph.push(...view.otherFields.map(at));
    for (const tensor of view.initializers.values()) graph.push(at(tensor));
    graph.push(...this.newInitializers.values());
    for (const value of [...this.inputs, ...this.outputs]) graph.push(this.newValues.get(value) ?? at(value));
    for (const value of view.values.values()) if (!this.untyped.has(value.name)) graph.push(at(value));
    // Files before version 4 list initializers among the inputs, which readGraph has taken out.
    const old = view.irVersion < 4;
    const model: Pieces = view.modelFields.filter(({ number }) => !old || number !== 1).map(at);
    if (old) model.unshift(...intField(1, 4));
    for (const [domain, version] of this.newOpsets) model.push(opsetField(domain, version));
    return join([...model, ...messageField(7, graph)]);
  }

  private nodePieces(node: EditNode): Pieces {
    const { source } = node;
    const { bytes } = this.view;
    if (source && !node.changed) return [bytes.subarray(source.start, source.end)];
    const pieces = [
      ...node.inputs.flatMap((name) => textField(1, name)),
      ...node.outputs.flatMap((name) => textField(2, name)),
    ];
    if (source) {
      const replaced = node.attributes.filter(({ name }) => node.fresh?.[name] !== undefined);
      const [whole] = fields(bytes, source);
      for (const field of fields(bytes, body(whole!)))
        if (field.number > 2 && !replaced.some(({ start }) => start === field.start))
          pieces.push(bytes.subarray(field.start, field.end));
    } else {
      pieces.push(...textField(3, node.name), ...textField(4, node.opType));
      if (node.domain) pieces.push(...textField(7, node.domain));
    }
    for (const [name, value] of Object.entries(node.fresh ?? {})) pieces.push(...attributeField(name, value));
    return messageField(1, pieces);
  }

  private link(node: EditNode): void {
    for (const output of node.outputs) if (output) this.producers.set(output, node);
    for (const input of node.inputs) {
      if (!input) continue;
      let readers = this.consumers.get(input);
      if (!readers) this.consumers.set(input, (readers = new Set()));
      readers.add(node);
    }
  }

  private unlink(node: EditNode): void {
    for (const output of node.outputs) if (this.producers.get(output) === node) this.producers.delete(output);
    for (const input of node.inputs) this.consumers.get(input)?.delete(node);
  }
}
