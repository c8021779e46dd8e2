/** Bytes of a text file as text, in the encodings that editors and shells write. */

/** Bytes that are looked at to tell UTF-16 without its mark. */
const SAMPLE = 2000;

/** UTF-8 and UTF-16, with and without their mark; what is neither is read as Windows-1252, where every byte means something. */
export function decodeText(bytes: Uint8Array): string {
  const wide = utf16(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

function utf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = [0, 0];
  sample.forEach((byte, at) => byte === 0 && (zeros[at % 2]! += 1));
  const many = sample.length / 5;
  if (zeros[1]! > many && zeros[0]! < many / 10) return "utf-16le";
  return zeros[0]! > many && zeros[1]! < many / 10 ? "utf-16be" : undefined;
}

/** A text of UTF-8 that was cut or damaged in places, else one of another encoding. */
function decodeBroken(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  let [damaged, other] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) damaged += 1;
    else if (code > 0x7f) other += 1;
  }
  // A character that the end of the file cut says nothing.
  const isCut = damaged === 1 && text.endsWith("\uFFFD");
  if (isCut || damaged < other) return text.replace(/\uFFFD$/, "");
  return new TextDecoder("windows-1252").decode(bytes);
}
