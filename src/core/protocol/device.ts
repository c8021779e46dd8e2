/** Where a local model computes, as settings and the command line name it. */
export const DEVICES = ["cpu", "gpu", "cuda", "dml", "coreml", "webgpu"] as const;

/** `gpu` is the first of the others that this machine has; the others are execution providers of ONNX Runtime. */
export type Device = (typeof DEVICES)[number];

export const isDevice = (value: unknown): value is Device => DEVICES.some((device) => device === value);
