/** Where a file lies, as CI systems want to have it: a path from the working directory on, and a URI (RFC 3986). */
import { posix, win32 } from "node:path";

/** Where a file lies. */
export interface Place {
  /** From the working directory on, with slashes; of a file elsewhere, as the user wrote it. */
  readonly path: string;
  /** Relative to the working directory; of a file elsewhere, absolute. */
  readonly uri: string;
  readonly isInside: boolean;
}

/** The place of an operand, as the user wrote it. Which paths are those of Windows is told by the working directory. */
export function placeOf(operand: string, folder: string): Place {
  const file = nameOfNoFile(operand);
  if (file !== undefined) return { path: file, uri: encode(file), isInside: true };
  const isWindows = /^(?:[a-z]:[\\/]|\\\\)/i.test(folder);
  const paths = isWindows ? win32 : posix;
  const slashed = (path: string): string => (isWindows ? path.replaceAll("\\", "/") : path);
  const rooted = isWindows && /^[\\/](?![\\/])/.test(operand) ? folder.slice(0, "C:".length) + operand : operand;
  const whole = slashed(paths.isAbsolute(rooted) ? paths.normalize(rooted) : paths.join(folder, rooted));
  const base = slashed(paths.normalize(folder)).replace(/\/?$/, "/");
  const comparable = (path: string): string => (isWindows ? path.toLowerCase() : path);
  if (comparable(whole).startsWith(comparable(base)) && whole.length > base.length) {
    const path = whole.slice(base.length);
    return { path, uri: encode(path), isInside: true };
  }
  return { path: slashed(paths.normalize(operand)), uri: fileUri(whole), isInside: false };
}

/** What is read from elsewhere gets a name that no program takes for an option or a scheme. */
function nameOfNoFile(operand: string): string | undefined {
  if (operand === "-") return "standard-input";
  return operand.startsWith("env:") ? `variable-${operand.slice("env:".length).replace(/\W/g, "_")}` : undefined;
}

/** An absolute path with slashes as a URI (RFC 8089): the drive's colon stays, and the server of a UNC path is the host. */
function fileUri(path: string): string {
  const [, drive = "", rest = path] = /^([a-z]:)?(.*)$/is.exec(path) ?? [];
  if (drive === "" && rest.startsWith("//")) return `file:${encode(rest)}`;
  return `file://${drive === "" ? "" : `/${drive}`}${encode(rest)}`;
}

/** Percent-encoded, segment by segment. Half a surrogate pair has no UTF-8. */
const encode = (path: string): string =>
  path
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
