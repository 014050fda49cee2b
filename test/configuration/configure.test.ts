/** Where a configuration is looked for, and what it says of a certificate. */
import { describe, expect, test } from "vitest";
import { findConfiguration, profilesFor, settingsOf } from "../../src/configuration/configure.ts";
import { UsageError } from "../../src/errors.ts";
import { type Files, memorySystem } from "../support/bundle.ts";

const find = (files: Files, given?: string) =>
  findConfiguration(given, memorySystem(files, { folder: "/srv/plants/north" }));

describe("a configuration is found", () => {
  test.each<[what: string, files: Files, file: string | undefined]>([
    ["nowhere", {}, undefined],
    ["here", { "certcheck.config.yaml": "" }, "certcheck.config.yaml"],
    ["with the other ending", { "certcheck.config.yml": "" }, "certcheck.config.yml"],
    ["as JSON", { "certcheck.config.json": "{}" }, "certcheck.config.json"],
    ["above", { "../certcheck.config.json": "{}" }, "../certcheck.config.json"],
    ["at the top", { "../../../certcheck.config.yaml": "" }, "../../../certcheck.config.yaml"],
    ["beyond the top", { "../../../../certcheck.config.yaml": "" }, undefined],
    ["the nearest", { "../certcheck.config.yaml": "x: 1", "certcheck.config.json": "{}" }, "certcheck.config.json"],
  ])("%s", async (_what, files, file) => expect((await find(files))?.file).toBe(file));

  test("where it is said to be", async () => {
    const files = { "other.yaml": "warnDays: 7", "certcheck.config.yaml": "x: 1" };
    expect(await find(files, "other.yaml")).toEqual({ file: "other.yaml", configuration: { warnDays: 7 } });
  });

  test("a pipe is not waited for", async () => {
    const system = memorySystem({}, { isFile: (path) => (path === "certcheck.config.yaml" ? false : undefined) });
    await expect(findConfiguration(undefined, system)).rejects.toThrow(
      new UsageError("certcheck.config.yaml: is no file"),
    );
  });

  test("one that belongs to another user does not count, unless it is named", async () => {
    const files = { "../certcheck.config.yaml": "failOn: never" };
    const system = memorySystem(files, {
      folder: "/srv/plants/north",
      isSomebodyElses: (path) => path === "../certcheck.config.yaml",
    });
    await expect(findConfiguration(undefined, system)).rejects.toThrow(
      new UsageError(
        "../certcheck.config.yaml: belongs to another user, and so may not say what counts here",
        "--config ../certcheck.config.yaml takes it all the same, --no-config looks for none",
      ),
    );
    expect(await findConfiguration("../certcheck.config.yaml", system)).toBeDefined();
    expect(await findConfiguration(false, system)).toBeUndefined();
  });

  test.each<[text: string, reason: string]>([
    ["chain: [pipe.pem]", 'chain: "pipe.pem" leads to a folder, a device or a pipe'],
    ["profiles: [{ files: [x], crl: [a.crl, pipe.pem] }]", 'crl: "pipe.pem" leads to a folder, a device or a pipe'],
    ["roots: [../../../dev/stdin]", 'roots: "../../../dev/stdin" is not the name of a file'],
    ["roots: [../../../proc/self/environ]", 'roots: "../../../proc/self/environ" is not the name of a file'],
  ])("and names what is no file: %s", async (text, reason) => {
    const system = memorySystem({ "certcheck.config.yaml": text }, { folder: "/srv/plants/north" });
    const withPipe = { ...system, isFile: (path: string) => (path === "pipe.pem" ? false : system.isFile(path)) };
    await expect(findConfiguration(undefined, withPipe)).rejects.toThrow(
      new UsageError(`certcheck.config.yaml: ${reason}`),
    );
  });

  test.each<[what: string, files: Files, given: string | undefined, message: string]>([
    [
      "two",
      { "certcheck.config.yaml": "", "certcheck.config.json": "{}" },
      undefined,
      "certcheck.config.json and certcheck.config.yaml: two configurations",
    ],
    ["none where it is said to be", {}, "other.yaml", "other.yaml: no such file"],
    [
      "one without end",
      { "certcheck.config.yaml": "#".repeat(2_000_000) },
      undefined,
      "certcheck.config.yaml: larger than 1 MiB",
    ],
    [
      "one in UTF-16",
      { "certcheck.config.yaml": Buffer.from("\ufefffailOn: never\n", "utf16le") },
      undefined,
      "certcheck.config.yaml: not a text in UTF-8",
    ],
    [
      "one in Latin-1",
      { "certcheck.config.yaml": Buffer.from("requirements: { subject: { O: [Müller] } }\n", "latin1") },
      undefined,
      "certcheck.config.yaml: not a text in UTF-8",
    ],
  ])("%s: a usage error", async (_what, files, given, message) => {
    await expect(find(files, given)).rejects.toSatisfy(
      (error) => error instanceof UsageError && error.message === message,
    );
  });
});

describe("settings", () => {
  const text = `
warnDays: 30
severity: { key/fast: warning }
chain: [ca/issuing.pem, /etc/ca.pem]
profiles:
  - files: ["plants/**"]
    warnDays: 60
    severity: { "key/*": info }
  - files: ["plants/north/*.crt", lab/sensor.crt]
    roots: [root.pem]
    warnDays: 90
`;

  test.each<[certificate: string, expected: readonly object[]]>([
    ["../../other.crt", [{ warnDays: 30 }]],
    ["../south/deep/sensor.crt", [{ warnDays: 30 }, { warnDays: 60 }]],
    ["sensor.crt", [{ warnDays: 30 }, { warnDays: 60 }, { warnDays: 90, roots: ["../../root.pem"] }]],
    ["/srv/plants/north/.hidden.crt", [{ warnDays: 30 }, { warnDays: 60 }, { warnDays: 90 }]],
    ["/srv/lab/sensor.crt", [{ warnDays: 30 }, { warnDays: 90 }]],
    ["/elsewhere/plants/sensor.crt", [{ warnDays: 30 }]],
    ["-", [{ warnDays: 30 }]],
    ["env:plants/x", [{ warnDays: 30 }]],
  ])("for %s", async (certificate, expected) => {
    const system = memorySystem({ "../../certcheck.config.yaml": text }, { folder: "/srv/plants/north" });
    const configured = await findConfiguration(undefined, system);
    const settings = configured ? settingsOf(configured, profilesFor(configured, certificate, system)) : [];
    expect(settings).toMatchObject(expected);
    expect(settings).toHaveLength(expected.length);
    expect(settings[0]).toMatchObject({ chain: ["../../ca/issuing.pem", "/etc/ca.pem"] });
  });
});
