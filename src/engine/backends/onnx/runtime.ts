/** onnxruntime-node, with its telemetry switched off first. The one place that loads it: nobody else imports its values. */
import "./silence";
// The order matters: the library reads the switch while it loads.
export { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
