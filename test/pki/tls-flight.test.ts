/** What a TLS server says, read record by record; encrypted ones are read off real servers in test/system/tls-connection.test.ts. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTls, readServerFlight } from "../../src/pki/tls-flight.ts";
import { failureOf } from "./property.ts";

const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

const record = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, 3, 3]), number(content.length, 2), content]);

const message = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type]), number(body.length, 3), body]);

const hello = (...extensions: readonly Buffer[]): Buffer => {
  const all = Buffer.concat(extensions);
  const fixed = [Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([0]), Buffer.from([0xc0, 0x2f, 0])];
  return message(2, Buffer.concat([...fixed, number(all.length, 2), all]));
};

const certificates = (...list: readonly Buffer[]): Buffer => {
  const entries = Buffer.concat(list.flatMap((one) => [number(one.length, 3), one]));
  return message(11, Buffer.concat([number(entries.length, 3), entries]));
};

const [one, two] = [Buffer.from("certificate one"), Buffer.from("certificate two")];
const HANDSHAKE = 22;
const flight = Buffer.concat([
  hello(),
  certificates(one, two, one),
  message(13, Buffer.alloc(4)),
  message(14, Buffer.of()),
]);
const inOne = record(HANDSHAKE, flight);
const inMany = Buffer.concat(Array.from(flight, (byte) => record(HANDSHAKE, Buffer.from([byte]))));
const alert = record(21, Buffer.from([2, 40]));
const warning = record(21, Buffer.from([1, 112]));
const expected = [one, two, one].map((bytes) => Uint8Array.from(bytes));

describe("a flight", () => {
  test.each<readonly [string, Buffer]>([
    ["in one record", inOne],
    ["in a record for each byte", inMany],
    [
      "with what is encrypted behind it",
      Buffer.concat([inOne, record(20, Buffer.from([1])), record(22, Buffer.alloc(40, 11))]),
    ],
  ])("%s", (_what, bytes) => {
    expect(readServerFlight(bytes)).toEqual({ certificates: expected, asksForCertificate: true });
  });

  test.each<readonly [string, Buffer, number | undefined]>([
    ["at once", alert, 40],
    ["behind the certificates", Buffer.concat([inOne, alert]), 40],
    ["that is cut off", Buffer.concat([inOne, alert.subarray(0, -1)]), undefined],
    ["that warns of the name, and certificates behind it", Buffer.concat([warning, inOne]), 112],
    ["that warns, and another that ends it", Buffer.concat([warning, alert]), 40],
    ["that is encrypted", Buffer.concat([inOne, record(20, Buffer.from([1])), alert]), undefined],
  ])("with an alert %s", (_what, bytes, number) => {
    expect(readServerFlight(bytes).alert).toBe(number);
  });

  test("is read on behind a warning", () => {
    expect(readServerFlight(Buffer.concat([warning, inOne])).certificates).toEqual(expected);
  });

  test("cut off anywhere, has what came", () => {
    for (let length = 0; length < inOne.length; length++)
      expect(readServerFlight(inOne.subarray(0, length))).toEqual({ certificates: [], asksForCertificate: false });
    const beforeRequest = inMany.length - 8 * 6 - 4 * 6;
    expect(readServerFlight(inMany.subarray(0, beforeRequest)).certificates).toEqual(expected);
  });
});

describe("whatever comes", () => {
  const secret = Buffer.alloc(32, 1);
  const modern = hello(Buffer.from([0, 43, 0, 2, 3, 4]));
  test("is read, or not", () => {
    const content = fc.uint8Array({ maxLength: 80 });
    const records = fc.array(fc.tuple(fc.integer({ min: 18, max: 25 }), content), { maxLength: 6 });
    const property = fc.property(records, fc.boolean(), (list, isModern) => {
      const parts = list.map(([type, bytes]) => record(type, Buffer.from(bytes)));
      readServerFlight(Buffer.concat([...(isModern ? [record(HANDSHAKE, modern)] : []), ...parts]), secret);
    });
    expect(failureOf(property, 300)).toBeUndefined();
  });

  test("is read with any byte changed", () => {
    const property = fc.property(fc.nat(inOne.length - 1), fc.nat(255), (at, value) => {
      const bytes = Buffer.from(inOne);
      bytes[at] = value;
      readServerFlight(bytes, secret);
    });
    expect(failureOf(property, 300)).toBeUndefined();
  });

  test.each([
    ["HTTP/1.1 400", false],
    ["SSH-2.0", false],
    ["\u0016\u0003\u0001", true],
    ["\u0015\u0003\u0003", true],
    ["\u0016\u0002", false],
    ["", false],
  ])("%j begins as TLS: %s", (text, isSo) => {
    expect(isTls(Buffer.from(text))).toBe(isSo);
  });
});
