/** Private keys and passphrases as output might give them away: found in every encoding, and never repeated. */
import { createPrivateKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { decode } from "../../src/bundle/decode.ts";
import { children, content, readDer, TAG } from "../../src/pki/der.ts";

/** One thing that must not be printed, and what it is. */
export interface Secret {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Says which secret a text gives away and how it is written there, but nothing of it. */
export type Detector = (text: string) => string | undefined;

/** Consecutive bytes of a number that are a leak, as many characters as they have at least in each encoding. */
const WINDOWS = { bytes: 8, hex: 16, base64: 10, decimal: 20 } as const;
/** Consecutive characters of a passphrase that are one. */
const PASSPHRASE_WINDOW = 5;

/** A way to write bytes, and how a text is to be read to find that. */
interface Encoding {
  readonly name: string;
  readonly length: number;
  readonly write: (bytes: Uint8Array) => readonly string[];
  readonly views: readonly ((text: string) => string)[];
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** The same, which remembers its last answer: several encodings are looked for in one text. */
function remembered(action: (text: string) => string): (text: string) => string {
  let [last, answer] = ["", action("")];
  return (text) => {
    if (text !== last) [last, answer] = [text, action(text)];
    return answer;
  };
}

/** Without what may stand between the digits of a long number. */
const strip = (text: string): string => text.replace(/(?:\\[nrt]|[\s:,])+/g, "");
const compact = remembered(strip);

/** With the escapes of JSON and of the report for people undone. */
const unescaped = remembered((text) =>
  text.includes("\\u")
    ? text.replace(
        /\\u(?:\{((?:10|[0-9a-f])?[0-9a-f]{1,4})\}|([0-9a-f]{4}))/g,
        (_, braced: string | undefined, plain: string) => String.fromCodePoint(Number.parseInt(braced ?? plain, 16)),
      )
    : text,
);

/** Base64 of bytes wherever they stand among others; characters that others have a part in are left out. */
function base64Everywhere(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const all = Buffer.concat([new Uint8Array(before), bytes]);
    const whole = Math.floor((all.length * 4) / 3);
    return all.toString("base64").slice(Math.ceil((before * 4) / 3), whole);
  });
}

/** What long runs of base64 stand for, wherever they begin: a PEM file in a variable is base64 of base64. */
const decoded = (text: string): string =>
  Array.from(text.matchAll(/[A-Za-z0-9+/]{20,}/g), ([run]) =>
    [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), "base64").toString("latin1")).join(" "),
  ).join(" ");

const encodings: readonly Encoding[] = [
  { name: "bytes", length: WINDOWS.bytes, write: (bytes) => [latin1(bytes)], views: [unescaped] },
  {
    name: "hexadecimal digits",
    length: WINDOWS.hex,
    write: (bytes) => [Buffer.from(bytes).toString("hex")],
    views: [(text) => compact(text).toLowerCase()],
  },
  {
    name: "base64",
    length: WINDOWS.base64,
    write: base64Everywhere,
    views: [(text) => compact(text).replaceAll("-", "+").replaceAll("_", "/"), (text) => strip(decoded(text))],
  },
  {
    name: "decimal digits",
    length: WINDOWS.decimal,
    write: (bytes) => [BigInt(`0x0${Buffer.from(bytes).toString("hex")}`).toString()],
    views: [compact],
  },
];

const passphraseText: Encoding = {
  name: "text",
  length: PASSPHRASE_WINDOW,
  write: (bytes) => [Buffer.from(bytes).toString("utf8")],
  views: [unescaped],
};

/** What is to be found, and where it may stand all the same. */
export interface Wanted {
  /** Numbers of private keys. */
  readonly keys?: readonly Secret[];
  readonly passphrases?: readonly string[];
  /** What is public: a passphrase may have the word `sensor` in it. */
  readonly known?: string;
}

/** Makes a detector; a text costs it a few nanoseconds a character, however many secrets there are. */
export function detector({ keys = [], passphrases = [], known = "" }: Wanted): Detector {
  const phrases = passphrases.map((phrase) => ({ what: "a passphrase", bytes: Buffer.from(phrase) }));
  // The same key may be in many files.
  const secrets = [...new Map([...keys, ...phrases].map((secret) => [latin1(secret.bytes), secret])).values()];
  const finders = encodings.map((encoding) => finder(encoding, secrets, known));
  finders.push(finder(passphraseText, phrases, known));
  return (text) => {
    for (const find of finders) {
      const found = find(text);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Runs of one character, and what ends in them, are found in anything. */
const isTelling = (window: string): boolean => !/^(.)\1{5}|(.)\2{5}$/s.test(window);

function finder({ name, length, write, views }: Encoding, secrets: readonly Secret[], known: string): Detector {
  const written = secrets.flatMap(({ what, bytes }) =>
    write(bytes).map((text) => ({ text, label: `${what}, as ${name}` })),
  );
  if (written.length === 0) return () => undefined;
  const maybe = filterOf(
    written.map(({ text }) => text),
    length,
  );
  const common = views.map((view) => view(known));
  return (text) => {
    for (const seen of views.map((view) => view(text)))
      for (const at of maybe(seen)) {
        const window = seen.slice(at, at + length);
        const found = written.find((secret) => secret.text.includes(window));
        if (found !== undefined && isTelling(window) && !common.some((view) => view.includes(window)))
          return found.label;
      }
    return undefined;
  };
}

/** A rolling hash: its base, and two ways to make a place in a table of it. */
const BASE = 0x01000193;
const MIXES = [0x9e3779b1, 0x85ebca6b] as const;
/** Bits of the table for each window: of sixteen thousand other places in a text, one is taken for a window. */
const BITS_PER_WINDOW = 128;

/** Finds the places in a text where a part of some others may begin, of so many characters. */
function filterOf(parts: readonly string[], length: number): (text: string) => readonly number[] {
  const count = parts.reduce((sum, { length: size }) => sum + size, 0);
  const shift = 32 - Math.max(10, Math.ceil(Math.log2(count * BITS_PER_WINDOW)));
  const table = new Uint8Array(2 ** (29 - shift));
  let oldest = 1;
  for (let i = 0; i < length; i++) oldest = Math.imul(oldest, BASE);

  function roll(text: string, visit: (start: number, first: number, second: number) => void): void {
    let hash = 0;
    for (let i = 0; i < text.length; i++) {
      hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0;
      if (i >= length) hash = (hash - Math.imul(text.charCodeAt(i - length), oldest)) | 0;
      if (i >= length - 1)
        visit(i - length + 1, Math.imul(hash, MIXES[0]) >>> shift, Math.imul(hash, MIXES[1]) >>> shift);
    }
  }
  const set = (bit: number): void => void (table[bit >> 3] = (table[bit >> 3] ?? 0) | (1 << (bit & 7)));
  const has = (bit: number): boolean => (((table[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;

  for (const part of parts)
    roll(part, (_, first, second) => {
      set(first);
      set(second);
    });
  return (text) => {
    const found: number[] = [];
    roll(text, (start, first, second) => {
      if (has(first) && has(second)) found.push(start);
    });
    return found;
  };
}

/** The private members of a JSON Web Key, RFC 7518 and RFC 8037. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi"] as const;

/** The private numbers of a key file; none if it holds no key that opens with one of the passphrases. */
export function privateNumbers(
  what: string,
  content: string | Uint8Array,
  passphrases: readonly string[] = [],
): readonly Secret[] {
  const key = openKey(Buffer.from(content), passphrases);
  if (key === undefined) return [];
  const numbers = attempt(() => fromJwk(key.export({ format: "jwk" }))) ?? attempt(() => fromDer(key)) ?? [];
  return numbers.map(([name, bytes]) => ({ what: `${what}: ${name}`, bytes }));
}

const fromJwk = (jwk: JsonWebKey): (readonly [string, Uint8Array])[] =>
  privateMembers.flatMap((member) => {
    const value = jwk[member];
    return value === undefined ? [] : [[member, Buffer.from(value, "base64url")] as const];
  });

/** For what has no JSON Web Key: the INTEGER of a DSA key, the OCTET STRING of an EC key on a rare curve. */
function fromDer(key: KeyObject): (readonly [string, Uint8Array])[] {
  const octets = children(readDer(key.export({ format: "der", type: "pkcs8" })))[2];
  const [inner] = octets === undefined ? [] : children(octets);
  if (inner === undefined) return [];
  const number = inner.tag === TAG.sequence ? children(inner)[1] : inner;
  return number === undefined ? [] : [["d", content(number)]];
}

function openKey(bytes: Buffer, passphrases: readonly string[]): KeyObject | undefined {
  // Its passphrase would take minutes to try.
  const isCostly = decode("", bytes).artifacts.some(
    (a) => a.kind === "key" && a.encryption?.obstacle?.kind === "limit",
  );
  if (isCostly) return undefined;
  for (const passphrase of ["", ...passphrases])
    for (const input of [
      { key: bytes, format: "pem", passphrase },
      { key: bytes, format: "der", type: "pkcs8", passphrase },
      { key: bytes, format: "der", type: "pkcs1" },
      { key: bytes, format: "der", type: "sec1" },
    ] as const) {
      const key = attempt(() => createPrivateKey(input));
      if (key !== undefined) return key;
    }
  return undefined;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
