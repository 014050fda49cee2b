/** The door outside, on real files; and the program as it is installed, as a process. */
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { createServer as createTlsServer } from "node:tls";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { realSystem } from "../../src/system/system.ts";
import { keyPem } from "../support/mint.ts";
import { listen, serve } from "../support/server.ts";
import { UsageError } from "../../src/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
const path = (name: string): string => join(folder, name);
const system = realSystem();

test("a thread that has ended answers nobody, and keeps nobody waiting", async () => {
  const script = path("thread.cjs");
  writeFileSync(
    script,
    'require("node:worker_threads").parentPort.on("message", () => { throw new Error("as planned"); });',
  );
  const thread = realSystem(script).startThread?.();
  await expect(thread?.ask({})).rejects.toThrow("as planned");
  await expect(thread?.ask({})).rejects.toThrow("as planned");
});

describe("files", () => {
  test("are read up to a limit", () => {
    writeFileSync(path("long"), "x".repeat(200_000));
    expect(system.readFile(path("long"), 1_000_000)).toHaveLength(200_000);
    expect(system.readFile(path("long"), 150_000)).toHaveLength(150_000);
  });

  test("an endless one is read up to the limit", () => {
    if (existsSync("/dev/zero")) expect(system.readFile("/dev/zero", 100_000)).toHaveLength(100_000);
  });

  test.each([
    ["missing", "missing", "no such file"],
    ["a folder", ".", "is a folder"],
    ["below a file", "long/x", "part of the path is not a folder"],
  ])("%s: a usage error", (_what, name, reason) => {
    expect(() => system.readFile(path(name), 10)).toThrow(new UsageError(`${path(name)}: ${reason}`));
  });

  test("are read in pieces", () => {
    writeFileSync(path("long"), "x".repeat(200_000));
    let length = 0;
    for (const piece of system.readPieces(path("long"))) length += piece.length;
    expect(length).toBe(200_000);
    expect(() => [...system.readPieces(path("missing"))]).toThrow(UsageError);
    for (const piece of system.readPieces(path("long"))) if (piece.length > 0) break;
  });

  test("have one number by all their names", () => {
    writeFileSync(path("first"), "");
    writeFileSync(path("second"), "");
    linkSync(path("first"), path("hard"));
    symlinkSync("first", path("soft"));
    const [first, ...others] = ["first", "hard", "soft", "second", "missing"].map((name) =>
      system.fileNumber(path(name)),
    );
    expect(first).toBeDefined();
    expect(others.map((number) => number === first)).toEqual([true, true, false, false]);
    expect(others.at(-1)).toBeUndefined();
  });

  test("a draft has its name once it is whole, and is gone if it is not kept", () => {
    const kept = system.draftFile(path("new/kept"));
    kept.write(Buffer.from("whole"));
    expect(existsSync(path("new/kept"))).toBe(false);
    kept.keep();
    kept.discard();
    expect(readFileSync(path("new/kept"), "utf8")).toBe("whole");
    system.draftFile(path("new/discarded")).discard();
    expect(readdirSync(path("new"))).toEqual(["kept"]);
    expect(() => system.draftFile(path("new/kept/below"))).toThrow(UsageError);
  });

  test("drafts that nobody finished are removed, those of today are not", () => {
    system.draftFile(path("drafts/other")).keep();
    for (const name of ["a.1.tmp", "a.2.tmp", "b.1.tmp"]) writeFileSync(path(`drafts/${name}`), "");
    for (const name of ["a.1.tmp", "b.1.tmp"]) utimesSync(path(`drafts/${name}`), 0, 0);
    system.draftFile(path("drafts/a")).keep();
    expect(readdirSync(path("drafts")).toSorted()).toEqual(["a", "a.2.tmp", "b.1.tmp", "other"]);
  });

  test("a report replaces the one before, and leaves nothing else behind", () => {
    writeFileSync(path("report.json"), "old");
    system.replaceFile(path("report.json"), "new");
    expect(readFileSync(path("report.json"), "utf8")).toBe("new");
    expect(() => system.replaceFile(path("no/report.json"), "new")).toThrow(UsageError);
    expect(() => system.replaceFile(folder, "new")).toThrow(UsageError);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  });

  test("a link that leads nowhere is there: a configuration that is lost is not one that was never written", () => {
    symlinkSync(path("nowhere"), path("link"), "junction");
    const kinds = ["link", "nowhere", "long", "long/below", "new"].map((name) => system.isFile(path(name)));
    expect(kinds).toEqual([false, undefined, true, undefined, false]);
  });

  test.skipIf(process.platform === "win32")("a report comes behind a link, wherever that leads", () => {
    symlinkSync("behind.json", path("link.json"));
    for (const text of ["first", "second"]) {
      system.replaceFile(path("link.json"), text);
      expect(readlinkSync(path("link.json"))).toBe("behind.json");
      expect(readFileSync(path("behind.json"), "utf8")).toBe(text);
    }
  });

  test("a report is as private as the one before", () => {
    writeFileSync(path("private.json"), "old", { mode: 0o600 });
    system.replaceFile(path("private.json"), "new");
    expect(system.modeOf(path("private.json"))).toBe(process.platform === "win32" ? undefined : 0o600);
  });

  test("a report takes a name as long as the file system has it, whatever else is in the folder", () => {
    const long = "r".repeat(255);
    writeFileSync(path(`report.json.${process.pid}.tmp`), "of somebody else");
    for (const name of [long, "report.json"]) {
      system.replaceFile(path(name), "new");
      expect(readFileSync(path(name), "utf8")).toBe("new");
    }
    expect(readFileSync(path(`report.json.${process.pid}.tmp`), "utf8")).toBe("of somebody else");
    for (const name of [long, `report.json.${process.pid}.tmp`]) rmSync(path(name));
  });
});

const bin = join("bin", "certcheck.js");
const files = ["sensor.crt", "sensor.key", "--chain", "ca.pem"].map((word) =>
  word.startsWith("--") ? word : join("fixtures", "ready", word),
);
const { NODE_OPTIONS: _options, FORCE_COLOR: _color, ...env } = process.env;

describe("the program", () => {
  test("checks, prints and exits", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...files], { encoding: "utf8", env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("READY");
    expect(stdout).not.toContain("\u001b");
  });

  test("two reports do not come into one file through a linked folder", () => {
    mkdirSync(path("reports"));
    symlinkSync(path("reports"), path("linked"), "junction");
    const formats = ["--format", `json=${path("reports/a")}`, "--format", `junit=${path("linked/a")}`];
    const { status, stderr } = spawnSync(process.execPath, [bin, ...files, ...formats], { encoding: "utf8", env });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `certcheck: --format: two reports for ${path("linked/a")}\n`,
    });
    expect(JSON.parse(readFileSync(path("reports/a"), "utf8"))).toMatchObject({ verdict: "ready" });
  });

  describe.skipIf(!existsSync("/dev/stdout"))("where standard output has a name", () => {
    function appending(argv: readonly string[]): { readonly status: number | null; readonly text: string } {
      writeFileSync(path("log"), "before\n");
      const log = openSync(path("log"), "a");
      const { status } = spawnSync(process.execPath, [bin, ...files, ...argv], {
        env,
        stdio: ["ignore", log, "ignore"],
      });
      closeSync(log);
      return { status, text: readFileSync(path("log"), "utf8") };
    }

    test.each(["/dev/stdout", "/dev/fd/1"])("a report for %s comes behind what the file has", (name) => {
      const { status, text } = appending(["--format", `json=${name}`]);
      expect(status).toBe(0);
      expect(text).toMatch(/^before\n\{/);
    });

    test.each(["/dev/stdout", path("log")])("two reports there, one by the name %s, are one too many", (name) => {
      expect(appending(["--format", `json=${name}`, "--format", "human"])).toEqual({ status: 2, text: "before\n" });
    });
  });

  test("reads standard input", () => {
    const input = readFileSync("fixtures/expired/sensor.crt");
    const { status, stdout } = spawnSync(process.execPath, [bin, "-", "--quiet"], { encoding: "utf8", env, input });
    expect(status).toBe(1);
    expect(stdout).toContain("This SSL certificate has expired and is not considered valid.");
  });

  test("exits with 2 for a missing file", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "missing.crt"], { encoding: "utf8", env });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr: "certcheck: missing.crt: no such file\n",
    });
  });

  test("a reader that goes away is no error", async () => {
    const child = spawn(process.execPath, [bin, "rules", "--format", "json"], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("a long report arrives whole", () => {
    const { stdout } = spawnSync(process.execPath, [bin, "rules", "--format", "json"], { encoding: "utf8", env });
    expect(JSON.parse(stdout)).toBeInstanceOf(Array);
  });

  describe("online, by way of a proxy on loopback", () => {
    const home = "fixtures/online-ready";
    const argv = ["sensor.crt", "sensor.key", "--chain", "ca.pem"].map((word) =>
      word === "--chain" ? word : `${home}/${word}`,
    );

    async function runOnline(port: number): Promise<{ code: unknown; stdout: string; stderr: string }> {
      // The machine may have its own.
      const proxy = { http_proxy: `http://127.0.0.1:${port}`, no_proxy: "", NO_PROXY: "" };
      const proxied = { ...env, ...proxy, XDG_CACHE_HOME: path("cache") };
      const child = spawn(process.execPath, [bin, ...argv, "--online", "--quiet", "--at", "2026-11-21"], {
        env: proxied,
      });
      const output = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const)
        child[name].on("data", (chunk: Buffer) => (output[name] += chunk.toString()));
      return { code: await new Promise((resolve) => child.on("close", resolve)), ...output };
    }

    test("fetches, keeps what it fetched, and says what it found", async () => {
      const statuses: number[] = [];
      const proxy = await serve(({ url = "", headers }, response) => {
        response.statusCode = headers["if-none-match"] === '"1"' ? 304 : 200;
        statuses.push(response.statusCode);
        response.setHeader("etag", '"1"');
        response.end(response.statusCode === 304 ? "" : readFileSync(join(home, url.split("/").at(-1) ?? "")));
      });
      try {
        const ready = { code: 0, stderr: "", stdout: expect.stringContaining("READY") as string };
        expect(await runOnline(proxy.port)).toEqual(ready);
        expect(await runOnline(proxy.port)).toEqual(ready);
        expect(statuses).toEqual([200, 200, 304, 304]);
        expect(new Set(proxy.requests.map(({ url }) => url))).toEqual(
          new Set(["http://crl.contoso.com/issuing.crl", "http://crl.contoso.com/root.crl"]),
        );
      } finally {
        await proxy.close();
      }
      const { code, stdout } = await runOnline(proxy.port);
      expect(code).toBe(1);
      expect(stdout.replace(/\s+/g, " ")).toContain(
        "The CRL (Certificate Revocation List) location is not reachable. Verify the URL can be accessed from this appliance",
      );
    });
  });

  test("connects to a server on loopback, and leaves", async () => {
    const folder = "fixtures/ready";
    const cert = readFileSync(join(folder, "sensor.crt"), "utf8");
    const { port, close } = await listen(createTlsServer({ key: keyPem("leaf"), cert }));
    const target = ["connect", `sensor.contoso.com:${port}`, "--ip", "127.0.0.1", "--at", "2026-11-21"];
    const files = ["--cert", join(folder, "sensor.crt"), "--chain", join(folder, "ca.pem"), "--quiet", "--no-config"];
    const child = spawn(process.execPath, [bin, ...target, ...files], { env });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    await close();
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining("the server sends its own certificate alone") as string,
    });
  });

  /** The modules of Node that files of the bundle load. */
  function modulesOf(...files: readonly string[]): string[] {
    const found = files.flatMap((name) =>
      [
        ...readFileSync(join("dist", name), "latin1").matchAll(/require\([`"'](?:node:)?([a-z][a-z0-9/_]*)[`"']\)/g),
      ].map(([, module = ""]) => module),
    );
    return [...new Set(found)].toSorted();
  }
  const bundled = readdirSync("dist").filter((name) => name.endsWith(".cjs"));

  test("cannot start other programs", () => {
    expect(modulesOf(...bundled).filter((name) => /child_process|cluster|inspector|repl|vm$/.test(name))).toEqual([]);
  });

  test("is one file where nothing else is asked for", () => {
    const entry = readFileSync(join("dist", "certcheck.cjs"), "latin1");
    // What is loaded when it is needed is required behind a promise.
    const chunks = [...entry.matchAll(/(.{0,40})require\(["'`]\.\/([\w-]+)\.cjs["'`]\)/g)];
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks.filter(([, before = ""]) => !before.includes(".then(()=>")).map(([, , name]) => name)).toEqual([]);
  });

  test("reaches a network in a file for --online, and in one for connect", () => {
    const computing = ["buffer", "crypto", "events", "fs", "os", "path", "process", "readline", "stream", "tty", "url"];
    const reaching = new Set(["network.cjs", "tls-connection.cjs", "handshake.cjs"]);
    expect(modulesOf(...bundled.filter((name) => !reaching.has(name)))).toEqual(computing);
    // For the verb `connect` alone.
    expect(modulesOf("tls-connection.cjs")).toEqual(["crypto", "net", "stream", "tls"]);
    // This one opens a socket for a stream in memory.
    expect(modulesOf("handshake.cjs")).toEqual(["stream", "tls"]);
    expect(modulesOf("network.cjs")).toEqual(expect.arrayContaining(["net", "tls"]));
  });
});
