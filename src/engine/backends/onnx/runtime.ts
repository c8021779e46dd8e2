/**
 * onnxruntime-node, with its telemetry switched off first. The one place that loads it: nobody else imports its values.
 * A package for every platform brings none, and then what needs it says so; servers are asked all the same.
 */
import "./silence";
import { createRequire } from "node:module";
import type * as Native from "onnxruntime-node";
import { ActionableError } from "../../../core/protocol/rpc";
import { l10n } from "../../../core/text/l10n";

type Runtime = Pick<typeof Native, "env" | "InferenceSession" | "listSupportedBackends" | "Tensor">;

/** @throws ActionableError `engine-no-runtime` */
function refuse(cause: unknown): never {
  throw new ActionableError(
    "engine-no-runtime",
    l10n.later`This package of Thoughtlens brings no engine for ${process.platform}-${process.arch}: local models cannot run.`,
    "Choose a server as the model, or install the package that is made for this platform.",
    { cause },
  );
}

function load(): Runtime {
  try {
    // The order matters: the library reads the switch while it loads.
    return createRequire(import.meta.url)("onnxruntime-node") as Runtime;
  } catch (error) {
    return {
      env: { versions: {} },
      InferenceSession: { create: async () => refuse(error) },
      listSupportedBackends: () => [],
      // Some are made while modules load; no session will take them.
      Tensor: function Tensor() {
        return undefined;
      },
    } as unknown as Runtime;
  }
}

export const { env, InferenceSession, listSupportedBackends, Tensor } = load();
export type InferenceSession = Native.InferenceSession;
export type Tensor = Native.Tensor;
