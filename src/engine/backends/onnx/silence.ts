/**
 * onnxruntime 1.30 writes a device id into the user's cache folder and sends what models run to its maker, unless this
 * variable is set before its library loads. Nothing may leave the machine unasked, so it is set by whoever loads it.
 */
process.env["ORT_DISABLE_TELEMETRY"] = "1";
