/** Ways to damage a file: its bytes, its DER, its PEM. Each takes a file and gives another. */
import { type KeyName, pem } from "../support/mint.ts";
import { nastyTexts } from "../support/nasty.ts";
import {
  leaf,
  lengthOctets,
  type Node,
  nodeAt,
  parseTree,
  type Place,
  places,
  replaceAt,
  resign,
  writeTree,
} from "./der-tree.ts";
import type { Random } from "./random.ts";

/** Damages a file; `other` gives the bytes of another one. */
export type Mutator = (bytes: Uint8Array, random: Random, other: () => Uint8Array) => Uint8Array;

/** Bytes at which readers go wrong. */
const interesting = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xa0, 0xa3, 0xff,
] as const;

/** What is repeated very often to find what takes longer than it should. */
const monotonous = [
  "a.",
  "-----END ",
  "-----BEGIN ",
  " ",
  "\n",
  "\0",
  "0",
  "=",
  "@",
  "::",
  "A",
  "\u6771 ",
  "\u0301",
  ",",
  "/",
] as const;

/** The most that a repetition adds, in bytes, and a deep nesting, in levels. */
const MAX_GROWTH = 1_000_000;
const MAX_NESTING = 20_000;

const concat = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const replaceRange = (bytes: Uint8Array, from: number, to: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat(bytes.subarray(0, from), ...parts, bytes.subarray(to));

/** A part of some bytes: where it begins and ends. */
function rangeIn(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.size(bytes.length + 1))];
}

const repeated = (random: Random, text: string): Uint8Array => {
  const unit = Buffer.from(text);
  return Buffer.alloc(Math.ceil(random.size(MAX_GROWTH) / unit.length) * unit.length, unit);
};

const byteMutators = {
  "flip bits"(bytes, random) {
    const copy = Uint8Array.from(bytes);
    for (let n = random.size(8); n > 0; n--) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  "set bytes"(bytes, random) {
    const copy = Uint8Array.from(bytes);
    for (let n = random.size(4); n > 0; n--) copy[random.below(copy.length)] = random.pick(interesting);
    return copy;
  },
  "insert bytes": (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return replaceRange(bytes, at, at, random.bytes(random.size(64)));
  },
  "delete bytes": (bytes, random) => replaceRange(bytes, ...rangeIn(bytes, random)),
  "duplicate bytes": (bytes, random) => {
    const [from, to] = rangeIn(bytes, random);
    return replaceRange(bytes, to, to, bytes.subarray(from, to));
  },
  truncate: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  behead: (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  splice: (bytes, random, other) => {
    const next = other();
    return concat(bytes.subarray(0, random.below(bytes.length + 1)), next.subarray(random.below(next.length + 1)));
  },
  append: (bytes, random, other) => concat(bytes, random.chance(0.5) ? other() : random.bytes(random.size(100))),
  prepend: (bytes, random, other) => concat(random.chance(0.5) ? other() : random.bytes(random.size(100)), bytes),
  "repeat very often": (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return replaceRange(bytes, at, at, repeated(random, random.pick(monotonous)));
  },
  "repeat all": (bytes, random) =>
    Buffer.concat(Array<Uint8Array>(random.size(Math.max(2, Math.floor(MAX_GROWTH / (bytes.length + 1))))).fill(bytes)),
  empty: () => new Uint8Array(),
  noise: (_, random) => random.bytes(random.size(1000)),
} as const satisfies Readonly<Record<string, Mutator>>;

/** Damages a tree at a place that was drawn. */
type TreeMutator = (tree: Node, place: Place, random: Random, other: () => Node) => Node;

/** Tags, most of them known. */
const tags = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e, 0x30, 0x31,
  0x80, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4,
] as const;

/** Values that are the smallest, the largest, or none, of INTEGER, BOOLEAN, OID, times and texts. */
const contents = [
  "",
  "00",
  "01",
  "7f",
  "80",
  "ff",
  "0080",
  "00ff",
  "ff7f",
  "8000",
  "7fffffff",
  "80000000",
  "00ffffffff",
  "7fffffffffffff",
  "00ffffffffffffffff",
  "8000000000000000",
  "0000",
  "000000",
  "ffffffffffffffff",
  "2a",
  "2a8648",
  "80ffffffffffffffff7f",
  "ffffffff",
  "5500",
  ...[
    "000000000000Z",
    "991231235959Z",
    "500101000000Z",
    "99991231235959Z",
    "00000101000000Z",
    "20261121000000Z",
    "2026112100Z",
    "20260230000000Z",
    "261121000000+0100",
    "20261121000000.5Z",
    "-",
    "*",
    "*.",
    ".",
    "192.0.2.1",
    "http://",
    "http://[",
    "http://x:99999/",
    "ldap:///",
    "https://crl.contoso.com/",
    "HTTP://CRL.CONTOSO.COM",
    "US",
    "sensor.contoso.com",
  ].map((text) => Buffer.from(text).toString("hex")),
] as const;

const wrapIn = (tag: number, ...children: readonly Node[]): Node => ({
  tag: Uint8Array.of(tag),
  bytes: new Uint8Array(),
  children,
});

/** A leaf with these bytes; bytes that stood before children stay. */
const withBytes = (node: Node, bytes: Uint8Array): Node => ({ tag: node.tag, bytes });

const lengths: readonly ((size: number, random: Random) => Uint8Array)[] = [
  (size) => lengthOctets(size + 1),
  (size) => lengthOctets(Math.max(0, size - 1)),
  (size, random) => lengthOctets(size + random.size(70_000)),
  (size, random) => lengthOctets(random.below(size + 1)),
  (size, random) => lengthOctets(size, 1 + random.below(4)),
  () => Uint8Array.of(0x80),
  () => Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff),
  () => Uint8Array.of(0x84, 0x7f, 0xff, 0xff, 0xff),
  () => Uint8Array.of(0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  () => Uint8Array.of(0xff),
  () => Uint8Array.of(0x81),
];

const sizeOf = (node: Node): number => writeTree({ ...node, length: new Uint8Array() }).length - node.tag.length;

const treeMutators = {
  "change a tag": (tree, place, random) =>
    replaceAt(tree, place, (node) => [
      { ...node, tag: Uint8Array.of(random.chance(0.7) ? random.pick(tags) : random.below(256)) },
    ]),
  "long tag": (tree, place, random) =>
    replaceAt(tree, place, (node) => [
      {
        ...node,
        tag: Buffer.from([0x1f | random.below(256), ...random.bytes(random.size(20)).map((byte) => byte | 0x80), 1]),
      },
    ]),
  "change a length": (tree, place, random) =>
    replaceAt(tree, place, (node) => [
      { ...node, length: random.pickAny(lengths)?.(sizeOf(node), random) ?? new Uint8Array() },
    ]),
  "indefinite length": (tree, place) =>
    replaceAt(tree, place, (node) => [
      { ...node, length: Uint8Array.of(0x80), children: [...(node.children ?? []), leaf(0x00, new Uint8Array())] },
    ]),
  "duplicate an element": (tree, place, random) =>
    replaceAt(tree, place, (node) => {
      const most = random.chance(0.1) ? MAX_GROWTH / (sizeOf(node) + 1) : 4;
      return Array<Node>(1 + random.size(Math.max(1, most))).fill(node);
    }),
  "delete an element": (tree, place) => replaceAt(tree, place, () => []),
  "swap elements"(tree, place, random) {
    const second = random.pickAny(places(tree)) ?? [];
    const [a, b] = [nodeAt(tree, place), nodeAt(tree, second)];
    if (a === undefined || b === undefined) return tree;
    return replaceAt(
      replaceAt(tree, place, () => [b]),
      second,
      () => [a],
    );
  },
  "reverse the children": (tree, place) =>
    replaceAt(tree, place, (node) => [{ ...node, ...(node.children && { children: node.children.toReversed() }) }]),
  "wrap an element": (tree, place, random) =>
    replaceAt(tree, place, (node) => [wrapIn(random.pick([0x30, 0x31, 0x04, 0xa0, 0xa3]), node)]),
  "unwrap an element": (tree, place) => replaceAt(tree, place, (node) => node.children ?? [node]),
  "nest deeply"(tree, place, random) {
    const levels = random.size(MAX_NESTING);
    const tag = random.pick([0x30, 0x31, 0x04, 0xa0]);
    return replaceAt(tree, place, (node) => {
      const headers: Uint8Array[] = [];
      let size = writeTree(node).length;
      for (let level = 0; level < levels; level++) {
        const header = concat(Uint8Array.of(tag), lengthOctets(size));
        headers.unshift(header);
        size += header.length;
      }
      const all = concat(...headers, writeTree(node));
      return [{ tag: all.subarray(0, 1), length: new Uint8Array(), bytes: all.subarray(1) }];
    });
  },
  "other content": (tree, place, random) =>
    replaceAt(tree, place, (node) => [
      withBytes(node, random.chance(0.7) ? Buffer.from(random.pick(contents), "hex") : random.bytes(random.size(300))),
    ]),
  "nasty text": (tree, place, random) => {
    const [, text = ""] = random.pickAny(nastyTexts) ?? [];
    const encoding = random.pick(["utf8", "latin1", "utf16le"]);
    return replaceAt(tree, place, (node) => [withBytes(node, Buffer.from(text, encoding))]);
  },
  "another string type": (tree, place, random) =>
    replaceAt(tree, place, ({ bytes }) => [leaf(random.pick([0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e]), bytes)]),
  "change bytes of an element": (tree, place, random) =>
    replaceAt(tree, place, (node) =>
      node.bytes.length === 0 ? [node] : [{ ...node, bytes: byteMutators["flip bits"](node.bytes, random) }],
    ),
  "grow an element"(tree, _, random) {
    const primitive = places(tree).filter((place) => nodeAt(tree, place)?.children === undefined);
    const bytes = random.chance(0.8)
      ? repeated(random, random.pick(monotonous))
      : Buffer.alloc(random.size(MAX_GROWTH), random.pick(interesting));
    return replaceAt(tree, random.pickAny(primitive) ?? [], (node) => [withBytes(node, bytes)]);
  },
  "an element of another": (tree, place, random, other) => {
    const donor = other();
    const given = nodeAt(donor, random.pickAny(places(donor)) ?? []) ?? donor;
    return replaceAt(tree, place, (node) => (random.chance(0.5) ? [given] : [node, given]));
  },
} as const satisfies Readonly<Record<string, TreeMutator>>;

const block = /-----BEGIN ([^\n-]*)-----\r?\n([A-Za-z0-9+/=\s]*?)-----END [^\n-]*-----\n?/g;

/** The DER in a file, with what writes the file anew when it has changed; nothing if there is none. */
function derIn(
  bytes: Uint8Array,
  random: Random,
): readonly [der: Uint8Array, write: (der: Uint8Array) => Uint8Array] | undefined {
  if (bytes[0] === 0x30) return [bytes, (der) => der];
  const text = Buffer.from(bytes).toString("latin1");
  const found = random.pickAny([...text.matchAll(block)]);
  if (found === undefined) return undefined;
  const [whole, label = "", base64 = ""] = found;
  const write = (der: Uint8Array): Uint8Array =>
    Buffer.from(text.slice(0, found.index) + pem(label, der) + text.slice(found.index + whole.length), "latin1");
  return [Buffer.from(base64, "base64"), write];
}

/** The certificates in a file that is as it was made. */
export function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === 0x30) return [bytes];
  return Array.from(Buffer.from(bytes).toString("latin1").matchAll(block), ([, label, base64 = ""]) =>
    label === "CERTIFICATE" ? [Buffer.from(base64, "base64")] : [],
  ).flat();
}

/** Changes the tree of one structure of a file; a file without any is damaged otherwise. */
const inTree =
  (change: TreeMutator): Mutator =>
  (bytes, random, other) => {
    const [der, write] = derIn(bytes, random) ?? [];
    const tree = der && parseTree(der);
    if (tree === undefined || write === undefined) return byteMutators["set bytes"](bytes, random);
    const donor = (): Node => {
      const [given] = derIn(other(), random) ?? [];
      return (given && parseTree(given)) ?? tree;
    };
    return write(writeTree(change(tree, random.pickAny(places(tree)) ?? [], random, donor)));
  };

const signers = ["issuing", "root", "policy", "leaf", "other"] as const satisfies readonly KeyName[];

const signedAnew: Mutator = (bytes, random) => {
  const [der, write] = derIn(bytes, random) ?? [];
  const tree = der && parseTree(der);
  if (tree?.children?.length !== 3 || write === undefined) return byteMutators["flip bits"](bytes, random);
  return write(writeTree(resign(tree, random.pick(signers))));
};

/** Damages text; the characters of a file are its bytes. */
type TextMutator = (text: string, random: Random, other: () => string) => string;

const labels = [
  "CERTIFICATE",
  "X509 CERTIFICATE",
  "TRUSTED CERTIFICATE",
  "CERTIFICATE REQUEST",
  "PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "DSA PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
  "PUBLIC KEY",
  "RSA PUBLIC KEY",
  "EC PARAMETERS",
  "PKCS7",
  "X509 CRL",
  "CMS",
  "MY OWN",
  "",
  " ",
  "X".repeat(41),
] as const;

const headers = [
  "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
  "Proc-Type: 4,ENCRYPTED\n\n",
  "Proc-Type: 4,ENCRYPTED\nDEK-Info: \n\n",
  "DEK-Info: DES-EDE3-CBC,0123456789ABCDEF\n\n",
  "X: y\n",
  ":\n\n",
  "a:b\n\n",
  "localKeyID: 01\n\n",
  "Proc-Type: 4,ENCRYPTED\nDEK-Info: NONE,0123456789ABCDEF0123456789ABCDEF\n\n",
] as const;

const prefixes = [
  "Bag Attributes\n    friendlyName: x\n",
  "\ufeff",
  "\u00ef\u00bb\u00bf",
  "# comment\n",
  "\n\n\n",
  "-----BEGIN ",
  "-----\n",
  "<html>",
  "Certificate:\n    Data:\n",
] as const;

const lineEnds = ["\r\n", "\r", "", " ", "\\n", "\n\n", " \n", "\n ", "\t\n", "\v", "\f", "\u0085", "\0\n"] as const;

/** Changes lines, as a list. */
const inLines =
  (change: (lines: readonly string[], random: Random) => readonly string[]): TextMutator =>
  (text, random) =>
    change(text.split("\n"), random).join("\n");

/** Longest text in which blocks are looked for, one after the other. */
const MAX_TEXT = 100_000;

const inBase64 =
  (change: (base64: string, random: Random) => string): TextMutator =>
  (text, random) =>
    text.length > MAX_TEXT
      ? text
      : text.replace(
          /(-----BEGIN [^\n]*-----\n)([\s\S]*?)(-----END )/g,
          (_, begin: string, body: string, end: string) => `${begin}${change(body, random)}${end}`,
        );

const textMutators = {
  "line ends": (text, random) => text.replaceAll("\n", random.pick(lineEnds)),
  "a line end": (text, random) => {
    const at = text.indexOf("\n", random.below(text.length + 1));
    return at < 0 ? text : text.slice(0, at) + random.pick(lineEnds) + text.slice(at + 1);
  },
  "a label": (text, random) =>
    text.replace(random.pick([/(?<=-----BEGIN ).*(?=-----)/, /(?<=-----END ).*(?=-----)/]), random.pick(labels)),
  "all labels": (text, random) => {
    const label = random.pick(labels);
    return text.replace(/(?<=-----(?:BEGIN|END) )[^\n-]*(?=-----)/g, () => label);
  },
  "cut lines": inLines((lines, random) => {
    const from = random.below(lines.length);
    return lines.toSpliced(from, random.size(lines.length));
  }),
  "duplicate lines": inLines((lines, random) => {
    const from = random.below(lines.length);
    return lines.toSpliced(from, 0, ...lines.slice(from, from + random.size(lines.length)));
  }),
  "swap lines": inLines((lines, random) => {
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    return lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
  }),
  "boundaries cut": (text, random) =>
    text.replace(
      random.pick([/-----BEGIN .*\n/, /-----END .*\n/, /-----/g, /----(?=\n)/g, /(?<=-----)\n/g, /\n(?=-----)/g]),
      "",
    ),
  headers: (text, random) => text.replace(/(?<=-----BEGIN .*\n)/, random.pick(headers)),
  "other widths": inBase64((base64, random) => {
    const width = random.pick([1, 4, 16, 63, 65, 76, 128, 1000, 100_000]);
    const whole = base64.replaceAll("\n", "");
    const lines = Array.from({ length: Math.ceil(whole.length / width) }, (_, line) =>
      whole.slice(line * width, (line + 1) * width),
    );
    return `${lines.join("\n")}\n`;
  }),
  "characters that are not base64": (text, random) => {
    const at = random.below(text.length + 1);
    return (
      text.slice(0, at) +
      random.pick(["!", "\u00e9", "-", "_", "=", "==", "\0", " ", "\t", "\u00ff\u00fe", "\u001b[2J", "&amp;"]) +
      text.slice(at + random.below(2))
    );
  },
  "URL-safe base64": inBase64((base64) => base64.replaceAll("+", "-").replaceAll("/", "_")),
  padding: inBase64((base64, random) =>
    base64.replace(/=*\n$/, random.pick(["\n", "=\n", "==\n", "===\n", "A\n", "=A\n", "====\n"])),
  ),
  prefix: (text, random) => random.pick(prefixes) + text,
  indentation: (text, random) => text.replace(/^/gm, random.pick([" ", "\t", "> ", "\u00a0", "- "])),
  "UTF-16": (text, random) => {
    const wide = Buffer.from((random.chance(0.5) ? "\ufeff" : "") + text, "utf16le");
    return (random.chance(0.5) ? wide : wide.swap16()).toString("latin1");
  },
  "UTF-32": (text) => Array.from(text, (character) => `${character}\0\0\0`).join(""),
  "lower case": (text, random) =>
    random.chance(0.5) ? text.toLowerCase() : text.replace(/-----.*-----/g, (line) => line.toLowerCase()),
  "blocks shuffled": (text, random) => {
    const blocks = text.match(block) ?? [];
    return blocks.toSorted(() => random.below(3) - 1).join(random.pick(["", "\n", "-----"]));
  },
  "blocks repeated": (text, random) =>
    text.repeat(random.size(Math.max(1, random.chance(0.1) ? MAX_GROWTH / (text.length + 1) : 4))),
  "a block of another": (text, random, other) => {
    const [given = ""] = other().match(block) ?? [];
    return random.chance(0.5) ? text + given : given + text;
  },
  "nasty text": (text, random) => {
    const [, nasty = ""] = random.pickAny(nastyTexts) ?? [];
    const at = random.below(text.length + 1);
    return text.slice(0, at) + Buffer.from(nasty).toString("latin1") + text.slice(at);
  },
  "repeat very often": (text, random) => {
    const [line = "", ...more] = [...text.matchAll(/^.*$/gm)].toSorted(() => random.below(3) - 1);
    const at =
      line === "" || more.length === 0
        ? 0
        : line.index + random.pick([0, line[0].length, random.below(line[0].length + 1)]);
    return (
      text.slice(0, at) + Buffer.from(repeated(random, random.pick(monotonous))).toString("latin1") + text.slice(at)
    );
  },
  "base64 alone": (text) => text.replace(/-----.*-----\n/g, ""),
  "base64 twice": (text) => Buffer.from(text, "latin1").toString("base64"),
} as const satisfies Readonly<Record<string, TextMutator>>;

const inText =
  (change: TextMutator): Mutator =>
  (bytes, random, other) =>
    Buffer.from(
      change(Buffer.from(bytes).toString("latin1"), random, () => Buffer.from(other()).toString("latin1")),
      "latin1",
    );

/** To the other form: DER becomes PEM, of PEM the first block becomes DER. */
const otherForm: Mutator = (bytes, random) => {
  if (bytes[0] === 0x30) return Buffer.from(pem(random.pick(labels), bytes));
  return derIn(bytes, random)?.[0] ?? bytes;
};

const prefixed = <T>(
  prefix: string,
  all: Readonly<Record<string, T>>,
  lift: (one: T) => Mutator,
): (readonly [string, Mutator])[] => Object.entries(all).map(([name, one]) => [`${prefix}: ${name}`, lift(one)]);

/** All ways, by their names. */
export const mutators: ReadonlyMap<string, Mutator> = new Map<string, Mutator>([
  ...prefixed<Mutator>("bytes", byteMutators, (one) => one),
  ...prefixed("DER", treeMutators, inTree),
  ["DER: signed anew", signedAnew],
  ...prefixed("PEM", textMutators, inText),
  ["PEM or DER", otherForm],
]);
