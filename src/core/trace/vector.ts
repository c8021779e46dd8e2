/** Vectors as traces carry them: base64 of float16, little-endian. */

const scratch = new DataView(new ArrayBuffer(4));

/** float32 to the bits of the nearest float16; ties to even. Values beyond its range become infinite. */
function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | (exponent === 143 && mantissa !== 0 ? 0x7e00 : 0x7c00);
  // Below the normal range the implicit one becomes explicit and shifts out.
  const shift = exponent <= 0 ? 14 - exponent : 13;
  if (shift > 24) return sign;
  const significand = exponent <= 0 ? mantissa | 0x800000 : mantissa;
  const half = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  const rounded = half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0);
  // A carry out of the mantissa runs into the exponent, which is what rounding up means.
  return sign | (exponent <= 0 ? rounded : (exponent << 10) + rounded);
}

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** @param values [width] */
export function halfPrecisionBase64(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint16(index * 2, toHalf(value), true));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * @returns [width]; empty where `text` is no base64, since a trace from elsewhere may say anything
 */
export function vectorFromBase64(text: string): Float32Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return new Float32Array(0);
  }
  const values = new Float32Array(binary.length >> 1);
  for (let index = 0; index < values.length; index++) {
    values[index] = fromHalf(binary.charCodeAt(index * 2) | (binary.charCodeAt(index * 2 + 1) << 8));
  }
  return values;
}
