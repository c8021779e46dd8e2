/**
 * Remote calls between two of our processes, typed by one interface on each side. A transport carries plain
 * messages; calls can be cancelled and tell how far they are, notifications go one way, and a closed transport rejects
 * what is still waiting.
 */

import { inEnglish, inWords, l10n, type Sentence } from "../text/l10n";

/** An API is an interface of methods with one parameter object. */
// oxlint-disable-next-line typescript/no-explicit-any -- the one place where every method type must fit
export type Api = Record<string, (params: any, context: CallContext) => unknown>;
export type Notifications = object;

/** What a serving method gets beside its parameters: the call that it belongs to. */
export interface CallContext {
  /** Aborted when the caller cancels. */
  readonly signal: AbortSignal;
  /**
   * Tells the caller, and nobody else, how far this call is; whoever shows it translates it.
   * @param fraction 0 to 1; left out where the end is not known
   */
  readonly progress: (message: Sentence, fraction?: number) => void;
}

/** What a caller may give with a call. */
export type CallOptions = Partial<CallContext>;

/** The caller's side of an API: the same methods, asynchronous. */
export type Remote<A> = {
  [M in keyof A]: A[M] extends (params: infer P, context: CallContext) => infer R
    ? (params: P, options?: CallOptions) => Promise<Awaited<R>>
    : never;
};

export type RpcMessage =
  | { kind: "call"; id: number; method: string; params: unknown }
  | { kind: "cancel"; id: number; why?: string }
  | { kind: "progress"; id: number; message: Sentence; fraction?: number }
  | { kind: "result"; id: number; value: unknown }
  | { kind: "failure"; id: number; error: RpcErrorShape }
  | { kind: "notify"; name: string; params: unknown };

export interface RpcErrorShape {
  message: string;
  /** Machine-readable class of the error, as in `model-missing`. */
  code: string;
  /** What the person can do about it, one sentence. */
  action: string | undefined;
  /** The message and the action before their values were put in, where they have any: who shows them translates them. */
  sentences?: { message?: Sentence; action?: Sentence };
  /** The model of the hub that a download would bring, as the setting names it. */
  model?: string | undefined;
}

/** An error that crosses processes: one sentence for the person, one action, a code for programs. Both are English in it. */
export class ActionableError extends Error {
  readonly action: string | undefined;
  /** What of it has values, see `RpcErrorShape`. */
  readonly sentences: NonNullable<RpcErrorShape["sentences"]>;
  /** See `RpcErrorShape`. */
  readonly model: string | undefined;

  constructor(
    readonly code: string,
    message: string | Sentence,
    action?: string | Sentence,
    options: ErrorOptions & { model?: string | undefined } = {},
  ) {
    super(inEnglish(message), options);
    this.name = "ActionableError";
    this.model = options.model;
    this.action = action === undefined ? undefined : inEnglish(action);
    this.sentences = {
      ...(typeof message === "string" ? {} : { message }),
      ...(typeof action === "object" ? { action } : {}),
    };
  }
}

export function toErrorShape(error: unknown): RpcErrorShape {
  if (error instanceof ActionableError) {
    const { message, code, action, sentences, model } = error;
    return {
      ...{ message, code, action },
      ...(sentences.message || sentences.action ? { sentences } : {}),
      ...(model === undefined ? {} : { model }),
    };
  }
  if (error instanceof Error) {
    return { message: error.message, code: error.name === "AbortError" ? "cancelled" : "internal", action: undefined };
  }
  return { message: String(error), code: "internal", action: undefined };
}

/** As `toErrorShape` of such an error, for who has nothing to throw. */
export const shapeOf = (...words: ConstructorParameters<typeof ActionableError>): RpcErrorShape =>
  toErrorShape(new ActionableError(...words));

/** The error that another process, or an earlier moment, told the shape of. */
export const fromErrorShape = ({ code, message, action, sentences = {}, model }: RpcErrorShape): ActionableError =>
  new ActionableError(code, sentences.message ?? message, sentences.action ?? action, { model });

/** What a person reads of an error, in their language: its sentence and, where there is one, what to do. */
export function sentenceOf({
  message,
  action,
  sentences = {},
}: Pick<RpcErrorShape, "message" | "sentences"> & { action?: string | undefined }): string {
  const sentence = inWords(sentences.message ?? message);
  return action === undefined ? sentence : `${sentence} ${inWords(sentences.action ?? action)}`;
}

export interface Transport {
  send(message: RpcMessage): void;
}

/** A call of ours that has not been answered. */
interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  progress: CallContext["progress"] | undefined;
}

/** One end of a connection: calls the other side's `Theirs`, serves `Ours`, and exchanges notifications. */
export class RpcPeer<Theirs, Out extends Notifications = object, In extends Notifications = object> {
  private nextId = 1;
  private closedWith: RpcErrorShape | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private readonly serving = new Map<number, AbortController>();
  private readonly listeners = new Map<keyof In, Set<(params: never) => void>>();

  /** Calls of the other side's methods. */
  readonly remote: Remote<Theirs>;

  constructor(
    private readonly transport: Transport,
    private readonly ours: Api = {},
  ) {
    this.remote = new Proxy({} as Remote<Theirs>, {
      get: (_target, method) =>
        typeof method === "string" && method !== "then"
          ? (params: unknown, options?: CallOptions) => this.call(method, params, options)
          : undefined,
    });
  }

  notify<N extends keyof Out & string>(name: N, params: Out[N]): void {
    if (!this.closedWith) this.transport.send({ kind: "notify", name, params });
  }

  /** @returns a function that stops listening */
  on<N extends keyof In>(name: N, listener: (params: In[N]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener);
    return () => void set.delete(listener);
  }

  /** Feeds one message that the transport received. Unknown shapes are ignored: the other side may be newer. */
  receive(message: RpcMessage): void {
    switch (message.kind) {
      case "call":
        void this.serve(message.id, message.method, message.params);
        return;
      case "cancel":
        this.serving.get(message.id)?.abort(message.why);
        return;
      case "progress":
        this.waiting.get(message.id)?.progress?.(message.message, message.fraction);
        return;
      case "result":
        this.waiting.get(message.id)?.resolve(message.value);
        this.waiting.delete(message.id);
        return;
      case "failure": {
        this.waiting.get(message.id)?.reject(fromErrorShape(message.error));
        this.waiting.delete(message.id);
        return;
      }
      case "notify":
        for (const listener of this.listeners.get(message.name as keyof In) ?? []) listener(message.params as never);
        return;
    }
  }

  /** The transport is gone: every waiting call fails with `why`, every served call is aborted. */
  close(why: RpcErrorShape): void {
    this.closedWith ??= why;
    for (const { reject } of this.waiting.values()) reject(fromErrorShape(why));
    this.waiting.clear();
    for (const controller of this.serving.values()) controller.abort();
    this.serving.clear();
  }

  private call(method: string, params: unknown, { signal, progress }: CallOptions = {}): Promise<unknown> {
    if (this.closedWith) return Promise.reject(fromErrorShape(this.closedWith));
    if (signal?.aborted) return Promise.reject(new ActionableError("cancelled", "Cancelled."));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      // A reason in words is for whoever reads of it on the other side.
      const cancel = () =>
        this.transport.send({
          ...{ kind: "cancel", id },
          ...(typeof signal?.reason === "string" ? { why: signal.reason } : {}),
        });
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", cancel);
          then(value);
        };
      this.waiting.set(id, { resolve: settle(resolve), reject: settle(reject), progress });
      signal?.addEventListener("abort", cancel, { once: true });
      this.transport.send({ kind: "call", id, method, params });
    });
  }

  private async serve(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.serving.set(id, controller);
    try {
      const serve = Object.hasOwn(this.ours, method) ? this.ours[method] : undefined;
      if (!serve) throw new ActionableError("unknown-method", l10n.later`The other side has no method ${method}.`);
      const value = await serve(params, {
        signal: controller.signal,
        progress: (text, fraction) => {
          // What goes on after the call has ended is nobody's progress.
          if (this.serving.get(id) !== controller) return;
          this.transport.send({ kind: "progress", id, message: text, ...(fraction === undefined ? {} : { fraction }) });
        },
      });
      this.transport.send({ kind: "result", id, value });
    } catch (error) {
      this.transport.send({ kind: "failure", id, error: toErrorShape(error) });
    } finally {
      this.serving.delete(id);
    }
  }
}
