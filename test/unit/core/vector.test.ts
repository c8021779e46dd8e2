import assert from "node:assert/strict";
import fc from "fast-check";
import { halfPrecisionBase64, vectorFromBase64 } from "../../../src/core/trace/vector";

const through = (...values: number[]) => [...vectorFromBase64(halfPrecisionBase64(Float32Array.from(values)))];

describe("vectors of a trace", () => {
  it("keep every float16 as it is", () => {
    const bytes = Buffer.alloc(2 * 0x10000);
    for (let bits = 0; bits < 0x10000; bits++) bytes.writeUInt16LE(bits, 2 * bits);
    const values = vectorFromBase64(bytes.toString("base64"));
    const back = Buffer.from(halfPrecisionBase64(values), "base64");
    for (let bits = 0; bits < 0x10000; bits++) {
      if (Number.isNaN(values[bits]))
        assert.ok(Number.isNaN(vectorFromBase64(back.subarray(2 * bits, 2 * bits + 2).toString("base64"))[0]));
      else assert.equal(back.readUInt16LE(2 * bits), bits);
    }
  });

  it("have the known values at the edges (IEEE 754)", () => {
    assert.deepEqual(through(1, -2, 0.5, 65504, 65536, -Infinity, 2 ** -24, 2 ** -26, 0.1), [
      1,
      -2,
      0.5,
      65504,
      Infinity,
      -Infinity,
      2 ** -24,
      0,
      0.0999755859375,
    ]);
    assert.equal(halfPrecisionBase64(Float32Array.of(1)), "ADw=");
  });

  it("round to the nearest, within half a unit of the eleventh bit", () => {
    fc.assert(
      fc.property(fc.float({ min: -60000, max: 60000, noNaN: true }), (value) => {
        const [back] = through(value);
        assert.ok(Math.abs(back! - value) <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11));
      }),
    );
  });

  it("of what is no base64 are empty", () => {
    for (const text of ["", "*", "ADw", "\uD800"]) assert.ok(vectorFromBase64(text).length <= 1);
  });
});
