/** Bundles for tests, made the way the command line makes them, but from files that exist in memory alone. */
import { gather, gatherRequest, type Operands, type RequestOperands } from "../../src/gather/gather.ts";
import type { Bundle } from "../../src/bundle/bundle.ts";
import type { Context } from "../../src/rule.ts";
import type { FolderEntry } from "../../src/system/descriptors.ts";
import type { NewFile } from "../../src/system/new-files.ts";
import { probe, type ProbeOperands } from "../../src/gather/probe.ts";
import type { System } from "../../src/system/system.ts";
import { parseTarget } from "../../src/gather/target.ts";
import type { TlsAnswer } from "../../src/bundle/tls.ts";
import { UsageError, NetworkError } from "../../src/errors.ts";
import { createPrivateKey } from "node:crypto";
import { Readable } from "node:stream";
import { type ApplianceSpec, keyPem, mintAppliance, pem } from "./mint.ts";

/** The day on which all tests take place. */
export const NOW = Date.parse("2026-11-21T00:00:00Z");

/** Files by their names; `undefined` takes one of the default files away. */
export type Files = Readonly<Record<string, string | Uint8Array | undefined>>;

/** What a bundle is to be other than the default: sensor.crt, sensor.key and ca.pem that meet every rule. */
export interface BundleSpec extends ApplianceSpec {
  readonly files?: Files;
  /** What stands at URLs: a body, or a status; elsewhere nobody answers. */
  readonly pages?: Readonly<Record<string, Uint8Array | string | number | { readonly location: string }>>;
  readonly operands?: Partial<Operands>;
  /** That sensor.csr is to be judged with sensor.key, with what is named besides. */
  readonly request?: Partial<RequestOperands>;
  /** Connects instead: what the server sends, and what else came of it. */
  readonly endpoint?: EndpointSpec;
  readonly context?: Partial<Context>;
}

/** A live endpoint; by default sensor.contoso.com, which sends its certificate and the issuing CA, and is compared with sensor.crt and root.pem. */
export interface EndpointSpec {
  readonly target?: string;
  readonly sends?: (leaf: Buffer, ...cas: readonly Buffer[]) => readonly Buffer[];
  readonly answer?: Partial<TlsAnswer>;
  /** All that came of it. */
  readonly only?: TlsAnswer;
  /** What came of offering what browsers do, if that is something else. */
  readonly modern?: Partial<TlsAnswer>;
  readonly operands?: Partial<ProbeOperands>;
}

/** A connection that went well. */
export const goodAnswer = {
  address: "10.1.0.7",
  protocol: "TLSv1.3",
  cipher: "TLS_AES_256_GCM_SHA384",
  certificates: [],
} as const satisfies TlsAnswer;

const derOf = (text = ""): Buffer[] =>
  text.split(/-----[^-]+-----/).flatMap((part) => (part.trim() === "" ? [] : [Buffer.from(part, "base64")]));

async function liveBundle(
  {
    target = "sensor.contoso.com",
    sends = (leaf, ca = leaf) => [leaf, ca],
    answer,
    only,
    modern,
    operands,
  }: EndpointSpec,
  { leaf, cas }: ApplianceSpec,
  files: Files,
  now: number,
  more: Partial<System>,
): Promise<Bundle> {
  const minted = await applianceFiles({ ...(leaf && { leaf }), ...(cas && { cas }) });
  const own = derOf(minted["sensor.crt"])[0] ?? Buffer.of();
  const above = derOf(minted["ca.pem"]);
  const all = only ?? { ...goodAnswer, certificates: sends(own, ...above), ...answer };
  const system = memorySystem(
    { "root.pem": pem("CERTIFICATE", above.at(-1) ?? own), ...files },
    { connectTls: ({ offer }) => Promise.resolve(offer === "modern" && modern ? { ...all, ...modern } : all), ...more },
  );
  const given = { expected: "sensor.crt", chains: [], roots: ["root.pem"], timeout: 1000, ...operands };
  return probe({ target: parseTarget(target), ...given }, now, system);
}

/** A bundle with the context it is judged in. */
export async function bundle({
  files,
  pages,
  operands,
  request,
  endpoint,
  context,
  ...appliance
}: BundleSpec = {}): Promise<{
  bundle: Bundle;
  context: Context;
}> {
  const all = { ...(await applianceFiles(appliance)), ...files };
  const named: Operands = { certificate: "sensor.crt", key: "sensor.key", chains: ["ca.pem"], roots: [], ...operands };
  const now = context?.now ?? NOW;
  const get = pagesOf(pages);
  const system = memorySystem(all, { get });
  const gathered = endpoint
    ? await liveBundle(endpoint, appliance, all, now, { get })
    : request
      ? await gatherRequest({ request: "sensor.csr", key: "sensor.key", ...request }, now, system)
      : await gather(named, now, system);
  return {
    bundle: gathered,
    context: {
      now,
      edition: "2023",
      validation: true,
      allowSelfSigned: false,
      warnDays: 30,
      hosts: [],
      requirements: {},
      inPipeline: false,
      files: gathered.files,
      ...context,
    },
  };
}

/** Answers with the pages: a web for tests. */
export const pagesOf =
  (pages: BundleSpec["pages"] = {}): System["get"] =>
  ({ url }) => {
    const page = pages[url.href];
    if (page === undefined) return Promise.reject(new NetworkError("name", "ENOTFOUND"));
    const isRedirect = typeof page === "object" && "location" in page;
    const body = typeof page === "number" || isRedirect ? "" : page;
    return Promise.resolve({
      status: typeof page === "number" ? page : isRedirect ? 302 : 200,
      headers: isRedirect ? { location: page.location } : {},
      body: Readable.from([Buffer.from(body)]),
      close() {},
    });
  };

const minted = new Map<string, Promise<Record<string, string>>>();

/** The three files of an appliance; made once, for the same specification gives the same bytes. */
export function applianceFiles({ leaf, cas }: ApplianceSpec = {}): Promise<Record<string, string>> {
  const spec = { ...(leaf && { leaf }), ...(cas && { cas }) };
  // Extensions given as objects have no text to tell them apart.
  if ([leaf, ...(cas ?? [])].some((one) => one?.more !== undefined)) return mintFiles(spec);
  const id = JSON.stringify(spec);
  const files = minted.get(id) ?? mintFiles(spec);
  minted.set(id, files);
  return files;
}

async function mintFiles(spec: ApplianceSpec): Promise<Record<string, string>> {
  const { leaf, cas } = await mintAppliance(spec);
  return {
    "sensor.crt": pem("CERTIFICATE", leaf),
    "sensor.key": keyPem(spec.leaf?.key ?? "leaf"),
    "ca.pem": cas.map((ca) => pem("CERTIFICATE", ca)).join(""),
  };
}

/** A system whose files, environment and standard input exist in memory; what is written is kept. */
export function memorySystem(
  files: Files,
  more: Partial<System> & { readonly stdin?: string | Uint8Array } = {},
): System & {
  /** Reports. */
  readonly written: Map<string, string>;
  /** Files that were made. */
  readonly made: Map<string, NewFile>;
  out: string;
  err: string;
} {
  const bytes = (content: string | Uint8Array, limit: number): Uint8Array => Buffer.from(content).subarray(0, limit);
  const written = new Map<string, string>();
  const made = new Map<string, NewFile>();
  const system: ReturnType<typeof memorySystem> = {
    env: {},
    now: () => NOW,
    folder: "/certificates",
    isFile: (path) => (files[plain(path)] !== undefined ? true : hasBelow(files, plain(path)) ? false : undefined),
    isSomebodyElses: () => false,
    readFile(path, limit) {
      const content = files[plain(path)];
      if (content === undefined) throw new UsageError(`${path}: no such file`);
      return bytes(content, limit);
    },
    readDescriptor: (_, limit) => bytes(more.stdin ?? "", limit),
    readFolder(path) {
      if (!hasBelow(files, plain(path))) throw new UsageError(`${path}: no such file`);
      return entriesOf(files, plain(path));
    },
    replaceFile: (path, text) => void written.set(path, text),
    openReport: (path) => {
      const texts: string[] = [];
      return {
        write: (text) => void texts.push(text),
        keep: () => void written.set(path, texts.join("")),
        discard() {},
      };
    },
    onInterrupt: () => () => {},
    preferMemory() {},
    parallelism: () => 1,
    isSameFile: (a, b) => a === b,
    fileNumber: (path) => (files[plain(path)] === undefined ? undefined : plain(path)),
    writeFiles(wanted, { force }) {
      const taken = wanted.find(({ path }) => !force && (made.has(path) || system.isFile(path) !== undefined));
      if (taken !== undefined)
        return Promise.reject(
          new UsageError(`${taken.path}: is there already`, "--force replaces it, --out names another folder"),
        );
      for (const file of wanted) made.set(file.path, file);
      return Promise.resolve();
    },
    modeOf: (path) => (files[path] === undefined ? undefined : 0o600),
    readPieces: (source) =>
      pieces(typeof source === "number" ? system.readDescriptor(source, Infinity) : system.readFile(source, Infinity)),
    draftFile: () => ({ write() {}, keep() {}, discard() {} }),
    get: ({ url }) => Promise.reject(new Error(`no network in this test: ${url.href}`)),
    connectTls: ({ host }) => Promise.reject(new Error(`no TLS in this test: ${host}`)),
    showProgress() {},
    askPassphrase: () => Promise.resolve(undefined),
    ask: () => Promise.resolve(undefined),
    // The same one each time, and soon.
    makeKey: (bits) => Promise.resolve(createPrivateKey(keyPem(bits === 4096 ? "leaf-4096" : "leaf"))),
    print: (text) => void (system.out += text),
    complain: (text) => void (system.err += text),
    terminal: { isTerminal: false, columns: 80 },
    written,
    made,
    out: "",
    err: "",
    ...more,
  };
  return system;
}

/** A path without what does nothing in it. */
const plain = (path: string): string => path.replace(/^(?:\.\/+)+/, "").replace(/\/+$/, "") || ".";

/** What stands before the names in a folder. */
const prefixOf = (folder: string): string => (folder === "." ? "" : `${folder}/`);

const hasBelow = (files: Files, folder: string): boolean =>
  Object.keys(files).some((file) => files[file] !== undefined && file.startsWith(prefixOf(folder)));

/** What stands in a folder of these files. */
function entriesOf(files: Files, folder: string): FolderEntry[] {
  const below = Object.keys(files).filter((file) => files[file] !== undefined && file.startsWith(prefixOf(folder)));
  const names = below.map((file) => file.slice(prefixOf(folder).length).split("/"));
  const kinds = new Map(names.map(([name = "", ...rest]) => [name, rest.length > 0 ? "folder" : "file"] as const));
  return [...kinds].map(([name, kind]) => ({ name, kind })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Small pieces, so that what is read so comes in several. */
function* pieces(content: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
}

const PIECE = 512;

/** The default bundle with another certificate, key or chain file. */
export const crtIs = (content: string | Uint8Array): BundleSpec => ({ files: { "sensor.crt": content } });
export const keyIs = (content: string | Uint8Array): BundleSpec => ({ files: { "sensor.key": content } });
export const caIs = (content: string | Uint8Array): BundleSpec => ({ files: { "ca.pem": content } });

/** A text with one of its lines, counted from 1, changed. */
export const changeLine = (text: string, number: number, change: (line: string) => string): string =>
  text
    .split("\n")
    .map((line, index) => (index + 1 === number ? change(line) : line))
    .join("\n");
