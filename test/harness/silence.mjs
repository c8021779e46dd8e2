// Tests load onnxruntime themselves as an oracle: it sends and writes nothing there either. The product does this by itself.
process.env.ORT_DISABLE_TELEMETRY = "1";
