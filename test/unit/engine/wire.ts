/**
 * A recorded wire: what a client asked of a completion server, and what that answered, piece by piece, in JSON Lines. The
 * first line is a header, the last says what came of it, so that a replay can be held to the same.
 */

interface WireHeader {
  wire: 1;
  /** What was run, from the list of scenarios. */
  scenario: string;
  /** As the server calls itself. */
  server: string;
  recorded: string;
}

export interface Exchange {
  request: { method: string; path: string; body?: unknown };
  response: {
    status: number;
    type: string;
    /** As they came; bytes that are no text by themselves (half a character) in base64. */
    pieces: (string | { base64: string })[];
    /** False where the client left before the end. */
    ended: boolean;
  };
}

export interface Wire {
  header: WireHeader;
  exchanges: Exchange[];
  outcome: unknown;
}

/** @param secrets texts that are left out, such as where files lie on the machine that recorded */
export function writeWire({ header, exchanges, outcome }: Wire, secrets: readonly string[] = []): string {
  const lines = [header, ...exchanges.map(whole), { outcome }].map((line) => JSON.stringify(line));
  const text = `${lines.join("\n")}\n`;
  return secrets.reduce((kept, secret) => kept.replaceAll(JSON.stringify(secret).slice(1, -1), "…"), text);
}

/** What is no stream was sent in one piece, however the network cut it: so nothing hides between two. */
function whole(exchange: Exchange): Exchange {
  const { response } = exchange;
  if (response.type.includes("event-stream")) return exchange;
  return { ...exchange, response: { ...response, pieces: [pieceOf(Buffer.concat(response.pieces.map(bytesOf)))] } };
}

/** @throws Error when the text is no wire */
export function readWire(text: string): Wire {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
  const header = lines[0] as WireHeader | undefined;
  const last = lines.at(-1) as { outcome?: unknown } | undefined;
  if (header?.wire !== 1 || last === undefined || !("outcome" in last)) throw new Error("This is no recorded wire.");
  return { header, exchanges: lines.slice(1, -1) as Exchange[], outcome: last.outcome };
}

export function pieceOf(bytes: Buffer): string | { base64: string } {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : { base64: bytes.toString("base64") };
}

export const bytesOf = (piece: string | { base64: string }): Buffer =>
  typeof piece === "string" ? Buffer.from(piece, "utf8") : Buffer.from(piece.base64, "base64");
