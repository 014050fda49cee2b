/** Calendars, read by a library that certcheck itself does not have. */
import ICAL from "ical.js";

/** An event as a calendar program has it. */
export interface CalendarEvent {
  readonly uid: string;
  readonly stamp: string;
  readonly start: string;
  readonly summary: string;
  readonly description: string;
  /** Seconds before the start; less than 0. */
  readonly alarms: readonly number[];
}

/** Reads a calendar. @throws Error if it is none, or one of its lines is too long */
export function readCalendar(text: string): {
  readonly parts: readonly string[];
  readonly events: readonly CalendarEvent[];
} {
  const lines = text.split("\r\n");
  if (lines.pop() !== "" || lines.some((line) => line.includes("\n") || Buffer.byteLength(line) > 75))
    throw new Error("the lines are not as RFC 5545 has them");
  const calendar = new ICAL.Component(ICAL.parse(text) as ConstructorParameters<typeof ICAL.Component>[0]);
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const alarms = component.getAllSubcomponents("valarm");
    return {
      uid: event.uid,
      stamp: String(component.getFirstPropertyValue("dtstamp")),
      start: String(event.startDate),
      summary: event.summary,
      description: event.description,
      alarms: alarms.map((alarm) => (alarm.getFirstPropertyValue("trigger") as unknown as ICAL.Duration).toSeconds()),
    };
  });
  return { parts: calendar.getAllSubcomponents().map(({ name }) => name), events };
}
