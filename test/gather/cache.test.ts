/** The cache: it spares the body of an answer whose server says that nothing has changed, and nothing else. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { download, type Sink } from "../../src/gather/download.ts";
import { get } from "../../src/system/network.ts";
import { realSystem, type System } from "../../src/system/system.ts";
import { memorySystem } from "../support/bundle.ts";
import { type Running, serve } from "../support/server.ts";

let folder = "";
let server: Running | undefined;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "certcheck-"))));
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.close();
  server = undefined;
});

/** A system whose files are real, and whose cache is the folder. */
function system(cacheFolder: string = folder): System {
  const { readFile, readPieces, draftFile } = realSystem();
  return memorySystem({}, { cacheFolder, readFile, readPieces, draftFile, get: (request) => get(request, {}) });
}

/** A server that sends a body with an ETag, and says 304 to who has it. */
const tagged =
  (body: () => string): RequestListener =>
  (request, response) => {
    const etag = `"${body()}"`;
    if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(body());
  };

async function start(handler: RequestListener): Promise<string> {
  server = await serve(handler);
  return `http://127.0.0.1:${server.port}/ca.crl`;
}

async function fetchText(url: string, on = system(), isSound = true, useCache = true): Promise<string> {
  let text = "";
  const sink: Sink = {
    push(piece) {
      text += Buffer.from(piece).toString();
      return true;
    },
    restart: () => void (text = ""),
    isSound: () => isSound,
  };
  const outcome = await download(url, sink, { timeout: 2000, useCache }, on);
  return outcome.fetched ? text : outcome.kind;
}

/** What the server was asked, by its condition. */
const conditions = (): unknown[] => server?.requests.map(({ headers }) => headers["if-none-match"]) ?? [];

test("the body is sent once", async () => {
  const url = await start(tagged(() => "first"));
  expect([await fetchText(url), await fetchText(url)]).toEqual(["first", "first"]);
  expect(conditions()).toEqual([undefined, '"first"']);
});

test("by its date as well", async () => {
  const date = "Sat, 21 Nov 2026 00:00:00 GMT";
  const url = await start((request, response) =>
    request.headers["if-modified-since"] === date
      ? response.writeHead(304).end()
      : response.writeHead(200, { "last-modified": date }).end("dated"),
  );
  expect([await fetchText(url), await fetchText(url)]).toEqual(["dated", "dated"]);
});

test("what has changed is sent anew", async () => {
  let body = "first";
  const url = await start(tagged(() => body));
  await fetchText(url);
  body = "second";
  expect(await fetchText(url)).toBe("second");
  expect(await fetchText(url)).toBe("second");
  expect(conditions()).toEqual([undefined, '"first"', '"second"']);
});

test("a server that is gone is gone, whatever is kept", async () => {
  const url = await start(tagged(() => "first"));
  await fetchText(url);
  await server?.close();
  expect(await fetchText(url)).toBe("refused");
});

test("an answer with another status is not what is kept", async () => {
  let isBroken = false;
  const url = await start((request, response) =>
    isBroken ? response.writeHead(503).end() : tagged(() => "first")(request, response),
  );
  await fetchText(url);
  isBroken = true;
  expect(await fetchText(url)).toBe("status");
});

test("--no-cache neither asks nor keeps", async () => {
  const url = await start(tagged(() => "first"));
  await fetchText(url);
  expect(await fetchText(url, system(), true, false)).toBe("first");
  expect(conditions()).toEqual([undefined, undefined]);
});

test("what makes no sense is not kept", async () => {
  const url = await start(tagged(() => "a web page"));
  await fetchText(url, system(), false);
  expect(readdirSync(join(folder, "crl"))).toEqual([]);
});

test("what cannot be asked about again is not kept", async () => {
  const url = await start((_, response) => response.end("plain"));
  expect(await fetchText(url)).toBe("plain");
  expect(readdirSync(folder)).toEqual([]);
});

test("a body that was tampered with is fetched anew", async () => {
  const url = await start(tagged(() => "first"));
  await fetchText(url);
  const body = readdirSync(join(folder, "crl")).find((file) => file.endsWith(".crl")) ?? "";
  writeFileSync(join(folder, "crl", body), "older");
  expect(await fetchText(url)).toBe("first");
  expect(conditions()).toEqual([undefined, '"first"', undefined]);
});

test.skipIf(!existsSync("/dev/zero"))("a body that became an endless one is not read to its end", async () => {
  const url = await start(tagged(() => "first"));
  await fetchText(url);
  const body = readdirSync(join(folder, "crl")).find((name) => name.endsWith(".crl")) ?? "";
  rmSync(join(folder, "crl", body));
  symlinkSync("/dev/zero", join(folder, "crl", body));
  let text = "";
  const push = (piece: Uint8Array): boolean => {
    text += Buffer.from(piece).toString();
    return !text.includes("\0");
  };
  const sink: Sink = { push, restart: () => void (text = ""), isSound: () => true };
  await download(url, sink, { timeout: 2000, useCache: true }, system());
  expect(text).toBe("first");
});

test.each(["", "{}", "null", "[", '{"url":"http://elsewhere/"}'])("an entry of %j is none", async (text) => {
  const url = await start(tagged(() => "first"));
  await fetchText(url);
  const entry = readdirSync(join(folder, "crl")).find((file) => file.endsWith(".json")) ?? "";
  writeFileSync(join(folder, "crl", entry), text);
  expect(await fetchText(url)).toBe("first");
  expect(conditions()).toEqual([undefined, undefined]);
});

test("the files are the owner's alone, and no draft is left", async () => {
  const url = await start(tagged(() => "first"));
  await fetchText(url);
  const files = readdirSync(join(folder, "crl"));
  expect(files.map((file) => file.replace(/^[0-9a-f]{64}/, "")).toSorted()).toEqual([".crl", ".json"]);
  if (process.platform === "win32") return;
  expect(files.map((file) => statSync(join(folder, "crl", file)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(statSync(join(folder, "crl")).mode & 0o777).toBe(0o700);
});

test("where nothing can be written, all goes on without", async () => {
  const url = await start(tagged(() => "first"));
  writeFileSync(join(folder, "file"), "");
  expect(await fetchText(url, system(join(folder, "file")))).toBe("first");
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("");
});

test.each(["a\u00ffb", "a".repeat(2000)])("a tag that cannot be sent back is not kept", async (etag) => {
  const url = await start((_, response) => response.writeHead(200, { etag: `"${etag}"` }).end("first"));
  expect([await fetchText(url), await fetchText(url)]).toEqual(["first", "first"]);
  expect(conditions()).toEqual([undefined, undefined]);
});
