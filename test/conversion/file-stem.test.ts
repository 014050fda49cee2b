import { describe, expect, test } from "vitest";
import { requireStem, stemOfFile, stemOfName } from "../../src/conversion/file-stem.ts";

describe("the name of a file", () => {
  test.each([
    ["sensor.crt", "sensor"],
    ["plants/north/sensor.cer", "sensor"],
    ["../Sensor.PFX", "Sensor"],
    ["sensor.contoso.com", "sensor.contoso.com"],
    ["sensor.contoso.com.pem", "sensor.contoso.com"],
    ["a.crt.key", "a.crt"],
    ["./-sensor.crt", "-sensor"],
    [".crt", undefined],
    ["-", undefined],
    ["env:CRT", undefined],
    ["/dev/fd/63", undefined],
    ["..", undefined],
  ])("%j", (file, expected) => expect(stemOfFile(file)).toBe(expected));
});

describe("the name of a certificate", () => {
  test.each([
    ["sensor.contoso.com", "sensor.contoso.com"],
    ["*.contoso.com", "contoso.com"],
    ["Müller 漢字", "Müller_漢字"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["..\\..\\windows", "_.._windows"],
    ["C:\\x", "C__x"],
    ["a\0b\r\nc\u202ed", "a_b__c_d"],
    ["-rf", "rf"],
    ["con", "_con"],
    ["LPT1.contoso.com", "_LPT1.contoso.com"],
    ["console", "console"],
    ["", "certificate"],
    ["...", "certificate"],
    ["///", "certificate"],
    ["\ud800", "certificate"],
    ["x".repeat(1000), "x".repeat(64)],
    ["x.", "x"],
  ])("%j", (name, expected) => expect(stemOfName(name)).toBe(expected));
});

describe("a name that is asked for", () => {
  test.each([
    ["sensor", "sensor"],
    ["sensor.crt", "sensor"],
    ["plant 3", "plant 3"],
    ["sensor.contoso.com", "sensor.contoso.com"],
  ])("%j", (name, expected) => expect(requireStem(name)).toBe(expected));

  test.each([
    "",
    ".",
    "..",
    "-x",
    ".hidden",
    "x.",
    "a/b",
    "a\\b",
    "a\nb",
    "a\u202eb",
    "c:x",
    "a*",
    "nul",
    "COM1.x",
    ".crt",
  ])("%j is none", (name) => expect(() => requireStem(name)).toThrow(/^--name /));
});
