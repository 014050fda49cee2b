/** What a fix is made of: a sentence, and commands with the real file names, quoted for a POSIX shell. */
import { isUnnamed } from "./bundle/bundle.ts";
import type { Origin } from "./bundle/artifact.ts";
import type { Context, Remedy } from "./rule.ts";

/** Characters that a terminal acts on, or that hide or reorder what stands beside them. */
const invisible = /[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/**
 * Quotes a word for a POSIX shell, if it needs that. What could act on a terminal or a CI system is left to printf, for
 * `$'…'` is not known to every shell; line feeds at the end of a word do not survive that.
 */
export function quote(word: string): string {
  const text = word.startsWith("-") ? `./${word}` : word;
  const isCalm = !invisible.test(text) && !/::|##/.test(text);
  if (isCalm && /^[\w@%+=:,./-]+$/.test(text)) return text;
  if (isCalm) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = Array.from(text, (c) => (/[%\\'!:#]/.test(c) || invisible.test(c) ? octal(c) : c)).join("");
  return `"$(printf '${escaped}')"`;
}

const octal = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");

/** A command line; what is interpolated is quoted. What has no file name is to be piped in. */
export const command = (parts: TemplateStringsArray, ...words: readonly string[]): string =>
  parts.reduce((line, part, index) => {
    const word = words[index - 1] ?? "";
    return line + (isUnnamed(word) ? "/dev/stdin" : quote(word)) + part;
  });

/** An operand of certcheck; standard input is one as it is, and no file of that name. */
export const operand = (name: string): string => (name === "-" ? name : quote(name));

/** The command that tells whether URLs can be fetched, to be run where the appliance is. */
export const fetchCommand = (urls: readonly string[]): string =>
  `curl ${curlOptions(urls)} -w '%{http_code} %{url_effective}\\n' ${urls.map((url) => `-o /dev/null ${quoteUrl(url)}`).join(" ")}`;

/** The command that fetches a URL to standard output, quiet but for errors. */
export const downloadCommand = (url: string, isRedirected: boolean): string =>
  `curl ${curlOptions([url])}${isRedirected ? "L" : ""} ${quoteUrl(url)}`;

/** To curl, brackets and braces stand for many URLs unless it is told otherwise. */
const curlOptions = (urls: readonly string[]): string => (/[[\]{}]/.test(urls.join("")) ? "-gfsS" : "-fsS");

/** The URL as it is asked for: curl takes no blanks. */
const quoteUrl = (url: string): string => quote(URL.canParse(url) ? new URL(url).href : url);

/** The command that encrypts a key anew, asking for the old passphrase if there is one; `more` are its further options. */
export const encryptKey = (file: string, output: string, more = ""): string =>
  `openssl pkcs8 -topk8${more} -v2 aes-256-cbc ${command`-in ${file} -out ${output}`}`;

/** A fix: what to do, then the commands that do it. */
export const fix = (advice: string, ...commands: readonly string[]): Remedy => ({ advice, commands });

/** Stands between two ways to do the same; a comment, so that all lines may be copied. */
export const OTHERWISE = "# or without certcheck";

/** A fix that `certcheck convert` does: its command, if there is one, then those that do the same without it. */
export const convertFix = (advice: string, convert: string | undefined, ...others: readonly string[]): Remedy =>
  fix(advice, ...(convert === undefined ? [] : [convert, ...(others.length > 0 ? [OTHERWISE] : [])]), ...others);

/**
 * The command that makes of all that was given what the upload dialog takes, whatever is wrong with the files: one for
 * all such faults. Nothing, if a file cannot be read a second time; standard input is to be piped in again.
 */
export function uploadCommand({ files }: Pick<Context, "files">, more = ""): string | undefined {
  if (files.purpose !== undefined || files.hasUnreadable) return undefined;
  const names = [...new Set(files.all)];
  if (names.some((name) => /^\/(?:dev|proc)\//.test(name))) return undefined;
  return `certcheck convert ${names.map(operand).join(" ")} --to upload${more} --out new`;
}

/** The same, with a new passphrase for the key; it asks for the old one, if there is one, and for the new. */
export const encryptCommand = (context: Pick<Context, "files">): string | undefined =>
  uploadCommand(context, " --passout prompt");

/**
 * `sensor.crt` with another ending: `sensor.csr`. Nothing that can be typed (standard input, a variable) becomes
 * `sensor`. The name is never that of the file itself, nor one of those taken: no command writes over what was given.
 */
export function sibling(file: string, ending: string, { files }: Pick<Context, "files">): string {
  const stem = isUnnamed(file) ? "sensor" : file.replace(/\.[^./\\]*$/, "");
  return free(stem, ending, [file, ...files.all]);
}

/** A name made of stem and ending that is none of those taken, however they are written. */
export function free(stem: string, ending: string, taken: readonly string[]): string {
  const name = `${stem}${ending}`;
  return taken.some((other) => canonical(other) === canonical(name)) ? free(`${stem}-new`, ending, taken) : name;
}

/** A path in the form in which `./ca.pem`, `CA.pem` and `ca.pem` are one. */
const canonical = (path: string): string => path.toLowerCase().replace(/(^|[\\/])(?:\.?[\\/])+/g, "$1");

/** The command that writes these blocks, in this order, into a new file; nothing if they do not all stand in lines. */
export function joinCommand(origins: readonly Origin[], output: string): string | undefined {
  const parts = origins.map(({ file, lines }) =>
    lines === undefined || isUnnamed(file) ? undefined : extract(file, lines),
  );
  if (parts.length === 0 || parts.includes(undefined)) return undefined;
  return parts.length === 1 ? `${parts[0]} > ${quote(output)}` : `{ ${parts.join("; ")}; } > ${quote(output)}`;
}

/** Lines of a file. Other than sed, awk ends the last one even if the file does not. */
const extract = (file: string, [first, last]: readonly [first: number, last: number]): string =>
  `awk 'NR>=${first} && NR<=${last}' < ${quote(file)}`;

/** The commands that make a computer trust a root, by its system. */
export function trustCommands(
  root: Origin,
  { files }: Pick<Context, "files">,
): (readonly [system: string, command: string])[] {
  const file = free("root", ".crt", files.all);
  const first =
    root.lines === undefined && !isUnnamed(root.file)
      ? command`openssl x509 -inform DER -in ${root.file} -out ${file}`
      : joinCommand([root], file);
  return [
    ...(first === undefined ? [] : [["first", first] as const]),
    ["Windows", `certutil -addstore -f Root ${file}`],
    ["macOS", `sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain ${file}`],
    ["Linux", `sudo cp ${file} /usr/local/share/ca-certificates/ && sudo update-ca-certificates`],
  ];
}
