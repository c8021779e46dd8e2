/**
 * For `node --require`: a disk that refuses. What is written below a folder is counted, and from the n-th such call on,
 * or that one alone, the system's error comes instead. FAILING_DISK is JSON: folder, nth, code, times; calls are counted
 * into the file `count` where it is named.
 */
const fs = require("node:fs");
const path = require("node:path");

const { folder, nth, code, times, count: counter } = JSON.parse(process.env.FAILING_DISK);
const real = { ...fs.promises };
const realWrite = fs.writeFileSync;
let calls = 0;

function refuse(call, file) {
  if (typeof file !== "string" || !path.resolve(file).startsWith(folder)) return;
  calls += 1;
  if (counter) realWrite(counter, String(calls));
  if (calls < nth || calls >= nth + times) return;
  const error = new Error(`${code}: refused by the test, ${call} '${file}'`);
  throw Object.assign(error, { code, syscall: call, path: file, errno: -1 });
}

/** Of handles, where they lead. */
const files = new WeakMap();
const writes = (flags) => /[wa+]/.test(String(flags ?? "r"));

let patched = false;
function patchHandles(handle) {
  if (patched) return;
  patched = true;
  const prototype = Object.getPrototypeOf(handle);
  for (const name of ["write", "writev", "writeFile", "appendFile", "truncate", "sync", "datasync"]) {
    const method = prototype[name];
    prototype[name] = async function (...given) {
      refuse(name, files.get(this));
      return method.apply(this, given);
    };
  }
}

fs.promises.open = async (file, flags, ...rest) => {
  if (writes(flags)) refuse("open", file);
  const handle = await real.open(file, flags, ...rest);
  if (writes(flags)) files.set(handle, String(file));
  patchHandles(handle);
  return handle;
};
for (const name of [
  "mkdir",
  "rename",
  "link",
  "symlink",
  "unlink",
  "rm",
  "writeFile",
  "appendFile",
  "copyFile",
  "chmod",
]) {
  fs.promises[name] = async (...given) => {
    // What is made or changed is the last path that is given, but for a name that goes.
    const isPair = ["rename", "link", "symlink", "copyFile"].includes(name);
    refuse(name, String(given[isPair ? 1 : 0]));
    return real[name](...given);
  };
}
