/** What to connect to, as people write it. */
import { describe, expect, test } from "vitest";
import { parseTarget } from "../../src/gather/target.ts";

describe("a target", () => {
  test.each<readonly [string, string, "name" | "address", number]>([
    ["sensor.contoso.com", "sensor.contoso.com", "name", 443],
    ["sensor.contoso.com:8443", "sensor.contoso.com", "name", 8443],
    ["Sensor.Contoso.COM.", "sensor.contoso.com", "name", 443],
    ["sensor", "sensor", "name", 443],
    ["bücher.contoso.com:1", "xn--bcher-kva.contoso.com", "name", 1],
    ["10.1.0.7", "10.1.0.7", "address", 443],
    ["10.1.0.7:65535", "10.1.0.7", "address", 65_535],
    ["::1", "::1", "address", 443],
    ["FD00:0::7", "fd00::7", "address", 443],
    ["[::1]", "::1", "address", 443],
    ["[::1]:8443", "::1", "address", 8443],
    ["::ffff:10.1.0.7", "::ffff:a01:7", "address", 443],
    ["https://sensor.contoso.com", "sensor.contoso.com", "name", 443],
    ["HTTPS://user:secret@sensor.contoso.com:8443/login?to=http://x:1/#top", "sensor.contoso.com", "name", 8443],
    ["https://user:se@cret@sensor.contoso.com/", "sensor.contoso.com", "name", 443],
    ["https://[fd00::7]:8443/", "fd00::7", "address", 8443],
  ])("%s", (text, host, kind, port) => {
    const target = parseTarget(text);
    expect(target).toMatchObject({ host, kind, port });
    expect(target.name).toBe(`${host.includes(":") ? `[${host}]` : host}:${port}`);
  });

  test.each([
    ["http://sensor.contoso.com", "http: is not a scheme with TLS"],
    ["ftp://sensor.contoso.com", "ftp: is not a scheme with TLS"],
    ["", "is not a host"],
    [":443", "is not a host"],
    ["sensor_1.contoso.com", "is not a host"],
    ["*.contoso.com", "is not a host"],
    ["sensor contoso", "is not a host"],
    ["sensor.contoso.com/login", "is not a host"],
    ["10.1.0.256", "is not a host"],
    ["10.1.0.7.8", "is not a host"],
    ["fd00::7::1", "is not a host"],
    ["[sensor.contoso.com]:443", "is not a host"],
    ["[::1", "is not a host"],
    ["sensor.contoso.com:https", "is not a host"],
    ["sensor.contoso.com:1234567", "is not a host"],
    ["sensor.contoso.com:0", "is not a port"],
    ["sensor.contoso.com:65536", "is not a port"],
    ["https://", "is not a host"],
  ])("%s is none", (text, message) => {
    expect(() => parseTarget(text)).toThrow(message);
  });

  test.each(["https://user:secret@sensor_1/", "https://user:se@secret@:443", "https://user:secret@sensor:0/"])(
    "%s is none, and its password is not repeated",
    (text) => {
      expect(() => parseTarget(text)).toThrow(/^https:\/\/[^@]*$/);
    },
  );
});
