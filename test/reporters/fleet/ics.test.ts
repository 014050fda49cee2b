/** The calendar: an event for each day on which certificates of a CA expire. */
import { describe, expect, test } from "vitest";
import type { BundleReport } from "../../../src/report/report.ts";
import { bundleOf, certificateOf, fleetOf, write } from "./made-up.ts";
import { type CalendarEvent, readCalendar } from "./calendar-reader.ts";

const eventsOf = async (bundles: readonly BundleReport[]): Promise<readonly CalendarEvent[]> =>
  readCalendar(await write("ics", fleetOf(bundles))).events;

/** An appliance whose certificate expires then, of a CA. */
const expiring = (name: string, notAfter: string, issuer = "CN=CA"): BundleReport =>
  bundleOf(name, { certificate: { ...certificateOf(name, notAfter), issuer } });

const many = Array.from({ length: 60 }, (_, index) => expiring(`plant/sensor-${index}`, "2027-05-30T12:00:00Z"));

test("one appliance is one event, with reminders", async () => {
  expect(await eventsOf([expiring("plant/a", "2027-05-30T23:59:59Z", "C=US, O=A; B\\C, CN=CA")])).toEqual([
    {
      uid: expect.stringMatching(/^[0-9a-f]{64}@certcheck$/) as unknown,
      stamp: "2026-11-21T00:00:00Z",
      start: "2027-05-30",
      summary: "TLS certificate of plant/a expires",
      description: "Issued by C=US, O=A; B\\C, CN=CA\nplant/a",
      alarms: [-60, -30, -7].map((days) => days * 86_400),
    },
  ]);
});

test("appliances of a day and a CA are one event, in the order of days", async () => {
  const events = await eventsOf([
    expiring("c", "2027-06-01T00:00:00Z"),
    expiring("a", "2027-05-30T00:00:00Z"),
    expiring("b", "2027-05-30T23:00:00Z"),
    expiring("d", "2027-05-30T00:00:00Z", "CN=Other"),
  ]);
  expect(events.map(({ start, summary, description }) => [start, summary, description])).toEqual([
    ["2027-05-30", "TLS certificates of 2 appliances expire", "Issued by CN=CA\na\nb"],
    ["2027-05-30", "TLS certificate of d expires", "Issued by CN=Other\nd"],
    ["2027-06-01", "TLS certificate of c expires", "Issued by CN=CA\nc"],
  ]);
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(3);
});

test("of many, fifty are named", async () => {
  const [event] = await eventsOf(many);
  expect(event?.summary).toBe("TLS certificates of 60 appliances expire");
  const lines = event?.description.split("\n") ?? [];
  expect([lines.length, lines[1], lines.at(-1)]).toEqual([52, "plant/sensor-0", "and 10 more"]);
});

describe("an event", () => {
  test("is known again on another day, unless another certificate is in it", async () => {
    const [first] = await eventsOf(many);
    const [later] = readCalendar(await write("ics", fleetOf(many, { at: "2027-01-01T00:00:00Z" }))).events;
    const [fewer] = await eventsOf(many.slice(1));
    expect([later?.uid === first?.uid, fewer?.uid === first?.uid]).toEqual([true, false]);
    expect(later?.stamp).toBe("2027-01-01T00:00:00Z");
  });

  test.each([
    ["2026-11-20T23:59:59Z", 0],
    ["2026-11-21T00:00:00Z", 3],
  ])("that is on %s has %i reminders", async (notAfter, alarms) => {
    expect((await eventsOf([expiring("a", notAfter)]))[0]?.alarms).toHaveLength(alarms);
  });
});

test("a date that cannot be read, and a certificate that cannot, are in no event", async () => {
  const { certificate: _certificate, ...unreadable } = bundleOf("b");
  expect(await eventsOf([expiring("a", "20270530"), unreadable])).toEqual([]);
});

test("a calendar without events has something in it all the same, as the standard asks", async () => {
  expect(readCalendar(await write("ics", fleetOf([])))).toEqual({ parts: ["vtimezone"], events: [] });
});

test("of many colons in a row, two are left", async () => {
  const [event] = await eventsOf([expiring("a::::b", "2027-05-30T00:00:00Z")]);
  expect(event?.summary).toBe("TLS certificate of a::\\u{3a}\\u{3a}b expires");
});

test.each([
  ["of two bytes each", "é"],
  ["of four bytes each", "😀"],
  ["that begin commands", "b::"],
])("a long line of characters %s is folded between them", async (_what, character) => {
  const name = `x ${character.repeat(60)} y`;
  const text = await write("ics", fleetOf([expiring(name, "2027-05-30T00:00:00Z")]));
  expect(text.includes("\r\n ::")).toBe(false);
  expect(text).not.toContain("\ufffd");
  const [event] = readCalendar(text).events;
  expect(event?.summary).toBe(`TLS certificate of ${name} expires`);
});
