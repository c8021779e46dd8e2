/** A disk on which nothing can be removed, for as long as something is done. */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

export async function whileNothingGoes<T>(act: () => Promise<T>): Promise<T> {
  const { rm } = fs;
  fs.rm = () => Promise.reject(Object.assign(new Error("EIO: i/o error, rm"), { code: "EIO" }));
  syncBuiltinESMExports();
  try {
    return await act();
  } finally {
    fs.rm = rm;
    syncBuiltinESMExports();
  }
}
