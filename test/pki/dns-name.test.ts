import { describe, expect, test } from "vitest";
import { covers, nameKind, parseIp } from "../../src/pki/dns-name.ts";

test.each([
  ["sensor.contoso.com", "domain"],
  ["sensor.contoso.com.", "domain"],
  ["SENSOR-01.Contoso.COM", "domain"],
  ["xn--bcher-kva.example", "domain"],
  ["1.contoso.com", "domain"],
  ["*.contoso.com", "wildcard"],
  ["sensor", "bare"],
  ["10.0.0.5", "ip"],
  ["fe80::1", "ip"],
  ["::ffff:10.0.0.5", "ip"],
  ["https://sensor.contoso.com", "url"],
  ["sensor.contoso.com/path", "url"],
  ["admin@contoso.com", "email"],
  ["", "invalid"],
  [".", "invalid"],
  ["*", "invalid"],
  ["sensor..contoso.com", "invalid"],
  ["sensor_1.contoso.com", "invalid"],
  ["-sensor.contoso.com", "invalid"],
  ["sensor-.contoso.com", "invalid"],
  ["sensor contoso", "invalid"],
  ["a.*.contoso.com", "invalid"],
  ["s*.contoso.com", "invalid"],
  ["10.0.0.256", "invalid"],
  ["zürich.contoso.com", "invalid"],
  [`${"a".repeat(64)}.contoso.com`, "invalid"],
  [`${"a".repeat(63)}.contoso.com`, "domain"],
  [`${"a.".repeat(126)}a`, "domain"],
  [`${"a.".repeat(127)}a`, "invalid"],
] as const)("%s is %s", (text, expected) => {
  expect(nameKind(text)).toBe(expected);
});

describe("covers", () => {
  test.each([
    ["sensor.contoso.com", "sensor.contoso.com", true],
    ["sensor.contoso.com", "SENSOR.Contoso.com.", true],
    ["sensor.contoso.com.", "sensor.contoso.com", true],
    ["sensor.contoso.com", "other.contoso.com", false],
    ["contoso.com", "sensor.contoso.com", false],
    ["*.contoso.com", "sensor.contoso.com", true],
    ["*.CONTOSO.com", "sensor.contoso.com", true],
    ["*.contoso.com", "a.b.contoso.com", false],
    ["*.contoso.com", "contoso.com", false],
    ["*.contoso.com", ".contoso.com", false],
    ["*.com", "contoso.com", false],
    ["*", "sensor", false],
    ["s*.contoso.com", "sensor.contoso.com", false],
    ["*.*.com", "a.b.com", false],
    ["", "", false],
    ["", "sensor.contoso.com", false],
    ["sensor.contoso.com", "", false],
  ] as const)("%s, %s: %s", (presented, host, expected) => {
    expect(covers(presented, host)).toBe(expected);
  });
});

test.each([
  ["10.0.0.5", "10.0.0.5"],
  ["255.255.255.255", "255.255.255.255"],
  ["256.0.0.1", undefined],
  ["010.0.0.5", undefined],
  ["10.0.0", undefined],
  ["FE80:0:0:0:0:0:0:1", "fe80::1"],
  ["::", "::"],
  ["2001:db8::1", "2001:db8::1"],
  ["1::2::3", undefined],
  ["fe80::1%eth0", undefined],
  ["sensor", undefined],
  ["", undefined],
] as const)("address %s: %s", (text, expected) => {
  expect(parseIp(text)).toBe(expected);
});
