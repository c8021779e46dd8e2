/** The files of a model's variants, named as transformers.js names them. */
import type { Dtype } from "../../core/protocol/modelName";

/** The ends of model file names by dtype. */
const FILE_ENDS: Readonly<Record<Dtype, string>> = {
  q4: "_q4",
  q8: "_quantized",
  int8: "_int8",
  uint8: "_uint8",
  fp32: "",
  q4f16: "_q4f16",
  bnb4: "_bnb4",
  fp16: "_fp16",
};

/** Where the graph of a variant may be in its folder, the usual place first. */
export function graphNames(dtype: Dtype): string[] {
  const end = FILE_ENDS[dtype];
  return [`onnx/model${end}.onnx`, `model${end}.onnx`, `onnx/decoder_model_merged${end}.onnx`];
}
