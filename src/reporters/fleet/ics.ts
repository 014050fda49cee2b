/** When the certificates of a fleet expire, as a calendar with reminders: iCalendar, RFC 5545. */
import { createHash, type Hash } from "node:crypto";
import type { FleetReport } from "../../fleet/report.ts";
import type { Row } from "../../fleet/row.ts";
import { version } from "../../version.ts";
import { day, neutral } from "../text.ts";
import type { FleetReporter } from "./reporter.ts";
import { plural } from "./summary.ts";

/** Days before at which it reminds. */
const REMINDERS = [60, 30, 7] as const;
/** Appliances that are named in an event. */
const NAMED = 50;
/** Characters of a name or an address of a CA that are shown. */
const MAX_TEXT = 200;

export const ics: FleetReporter = {
  end(report) {
    const stamp = report.at.replace(/[-:]/g, "");
    const events = expiriesOf(report).flatMap((expiry) => eventLines(expiry, stamp, day(report.at)));
    const lines = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      `PRODID:-//certcheck//certcheck ${version}//EN`,
      ...(events.length > 0 ? events : NOTHING),
      "END:VCALENDAR",
    ];
    return lines.map((line) => `${folded(line)}\r\n`).join("");
  },
};

/** A calendar has to have something in it (section 3.6); this is seen nowhere. */
const NOTHING = [
  "BEGIN:VTIMEZONE",
  "TZID:UTC",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0000",
  "TZOFFSETTO:+0000",
  "END:STANDARD",
  "END:VTIMEZONE",
];

/** The appliances whose certificates, all of one CA, expire on a day. */
interface Expiry {
  readonly day: string;
  readonly issuer: string;
  count: number;
  /** The first of them. */
  readonly names: string[];
  /** Over the fingerprints of all. */
  readonly hash: Hash;
}

/** In the order of days, then of the CAs' names. */
function expiriesOf({ rows }: FleetReport): Expiry[] {
  const found = new Map<string, Expiry>();
  for (let index = 0; index < rows.length; index++) {
    const { name, notAfter = "", issuer = "", fingerprint = name }: Row = rows.at(index);
    if (!/^\d{4}-\d\d-\d\dT/.test(notAfter)) continue;
    const key = `${day(notAfter)} ${issuer}`;
    const expiry = found.get(key) ?? {
      day: day(notAfter),
      issuer,
      count: 0,
      names: [],
      hash: createHash("sha256"),
    };
    found.set(key, expiry);
    if (expiry.count++ < NAMED) expiry.names.push(name);
    expiry.hash.update(fingerprint);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, expiry]) => expiry);
}

function eventLines({ day: date, issuer, count, names, hash }: Expiry, stamp: string, today: string): string[] {
  const [name = ""] = names;
  const rest = count - names.length;
  const summary =
    count === 1
      ? `TLS certificate of ${shown(name)} expires`
      : `TLS certificates of ${plural(count, "appliance")} expire`;
  const description = [
    ...(issuer === "" ? [] : [`Issued by ${shown(issuer)}`]),
    ...names.map(shown),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
  return [
    "BEGIN:VEVENT",
    `UID:${hash.digest("hex")}@certcheck`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${date.replaceAll("-", "")}`,
    `SUMMARY:${escape([summary])}`,
    `DESCRIPTION:${escape(description)}`,
    "TRANSP:TRANSPARENT",
    // Nobody wants to be reminded of what is past.
    ...(date < today ? [] : REMINDERS.flatMap((days) => alarmLines(days, summary))),
    "END:VEVENT",
  ];
}

const alarmLines = (days: number, summary: string): string[] => [
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  `DESCRIPTION:${escape([`In ${days} days: ${summary}`])}`,
  `TRIGGER:-P${days}D`,
  "END:VALARM",
];

/** Harmless, with no more than two colons in a row. */
const shown = (text: string): string =>
  neutral(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text).replace(
    /(?<=::):/g,
    "\\u{3a}",
  );

/** Harmless lines as a TEXT (section 3.3.11). */
const escape = (lines: readonly string[]): string => lines.map((line) => line.replace(/[\\;,]/g, "\\$&")).join("\\n");

/** Octets of a line, without its end (section 3.1). */
const MAX_OCTETS = 75;

/** A content line in pieces. None begins with two colons: a log that it is shown in may be searched for commands. */
function folded(line: string): string {
  const pieces: string[] = [];
  let piece = "";
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > MAX_OCTETS) {
      const [moved = ""] = character === ":" ? (/[^:]:?$/u.exec(piece) ?? []) : [];
      pieces.push(piece.slice(0, piece.length - moved.length));
      piece = ` ${moved}`;
      octets = Buffer.byteLength(piece);
    }
    piece += character;
    octets += size;
  }
  return [...pieces, piece].join("\r\n");
}
