/** Where files lie, on POSIX systems and on Windows. */
import { describe, expect, test } from "vitest";
import { placeOf } from "../../src/reporters/place.ts";

type Case = readonly [file: string, path: string, uri: string];

const inside: readonly Case[] = [
  ["sensor.crt", "sensor.crt", "sensor.crt"],
  ["./sensor.crt", "sensor.crt", "sensor.crt"],
  ["a/./b//sensor.crt", "a/b/sensor.crt", "a/b/sensor.crt"],
  ["a/../sensor.crt", "sensor.crt", "sensor.crt"],
  ["/ci/work/a/sensor.crt", "a/sensor.crt", "a/sensor.crt"],
  ["../work/sensor.crt", "sensor.crt", "sensor.crt"],
  ["a b/ö#1?.crt", "a b/ö#1?.crt", "a%20b/%C3%B6%231%3F.crt"],
  ["C:\\a\\sensor.crt", "C:\\a\\sensor.crt", "C%3A%5Ca%5Csensor.crt"],
  ["https://contoso.com", "https:/contoso.com", "https%3A/contoso.com"],
  ["%2e%2e", "%2e%2e", "%252e%252e"],
  ["a\ud800b", "a\ud800b", "a%EF%BF%BDb"],
  ["..sensor.crt", "..sensor.crt", "..sensor.crt"],
  ["-", "standard-input", "standard-input"],
  ["./-", "-", "-"],
  ["env:SENSOR_CRT", "variable-SENSOR_CRT", "variable-SENSOR_CRT"],
  ["env:../x:y", "variable-___x_y", "variable-___x_y"],
];

const outside: readonly Case[] = [
  ["../sensor.crt", "../sensor.crt", "file:///ci/sensor.crt"],
  ["/etc/pki/a b.crt", "/etc/pki/a b.crt", "file:///etc/pki/a%20b.crt"],
  ["/ci/workshop/sensor.crt", "/ci/workshop/sensor.crt", "file:///ci/workshop/sensor.crt"],
  ["/ci/work", "/ci/work", "file:///ci/work"],
  ["/c:/x", "/c:/x", "file:///c%3A/x"],
];

const insideOnWindows: readonly Case[] = [
  ["sensor.crt", "sensor.crt", "sensor.crt"],
  [".\\a\\sensor.crt", "a/sensor.crt", "a/sensor.crt"],
  ["a/b\\sensor.crt", "a/b/sensor.crt", "a/b/sensor.crt"],
  ["C:\\ci\\work\\a\\sensor.crt", "a/sensor.crt", "a/sensor.crt"],
  ["c:/CI/Work/a/Sensor.crt", "a/Sensor.crt", "a/Sensor.crt"],
  ["\\ci\\work\\sensor.crt", "sensor.crt", "sensor.crt"],
  ["env:SENSOR_CRT", "variable-SENSOR_CRT", "variable-SENSOR_CRT"],
];

const outsideOnWindows: readonly Case[] = [
  ["..\\sensor.crt", "../sensor.crt", "file:///C:/ci/sensor.crt"],
  ["D:\\a b\\sensor.crt", "D:/a b/sensor.crt", "file:///D:/a%20b/sensor.crt"],
  ["\\other\\sensor.crt", "/other/sensor.crt", "file:///C:/other/sensor.crt"],
  ["\\\\server\\share\\sensor.crt", "//server/share/sensor.crt", "file://server/share/sensor.crt"],
];

describe.each([
  { folder: "/ci/work", isInside: true, cases: inside },
  { folder: "/ci/work", isInside: false, cases: outside },
  { folder: "C:\\ci\\work", isInside: true, cases: insideOnWindows },
  { folder: "C:\\ci\\work", isInside: false, cases: outsideOnWindows },
])("from $folder, inside: $isInside", ({ folder, isInside, cases }) => {
  test.each(cases)("%s", (file, path, uri) => expect(placeOf(file, folder)).toEqual({ path, uri, isInside }));
});

test.each([
  ["the root", "/", "/a/b.crt", "a/b.crt"],
  ["a folder with a slash behind it", "/ci/work/", "/ci/work/b.crt", "b.crt"],
  ["the root of a drive", "C:\\", "c:\\a\\b.crt", "a/b.crt"],
  ["a share", "\\\\server\\share\\x", "\\\\server\\share\\x\\b.crt", "b.crt"],
])("everything below %s is inside", (_, folder, file, path) => {
  expect(placeOf(file, folder)).toEqual({ path, uri: path, isInside: true });
});
