/** The page in a browser, where there is one: accessible in light and dark, on a narrow page and on paper, and silent. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { html } from "../../src/reporters/html.tsx";
import { certificateOf, chainOf, madeUpReport, refusedBundle } from "./made-up.ts";

/** Where Chromium and its kin are; CERTCHECK_CHROMIUM names another place. */
const places = [
  process.env["CERTCHECK_CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const executablePath = places.find((place) => place !== "" && existsSync(place)) ?? "";

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const long = "x".repeat(2000);
const path = Array.from({ length: 20 }, () => certificateOf(long));
const pages: Readonly<Record<string, () => string>> = {
  "all-formats": () => readFileSync(resolve("fixtures/all-formats/report.html"), "utf8"),
  "a report of everything": () => html(madeUpReport()),
  "names that are much too long": () =>
    html(
      madeUpReport(long, {
        bundles: [{ ...refusedBundle(long), chain: chainOf(path) }],
      }),
    ),
};

/** Stands behind the tests' names where they are skipped. */
const reason = executablePath === "" ? "; skipped, for no Chromium is here (CERTCHECK_CHROMIUM names one)" : "";

describe.skipIf(executablePath === "")(`in Chromium${reason}`, () => {
  let browser: Browser;
  let folder: string;
  const heard: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "certcheck-"));
    browser = await chromium.launch({ executablePath, args: flags.split(" "), timeout: 60_000 });
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Does something with a page, and keeps what it asked for or complained of. */
  async function withPage(name: string, scheme: "light" | "dark", width: number, use: (page: Page) => Promise<void>) {
    const file = join(folder, "report.html");
    writeFileSync(file, pages[name]?.() ?? "");
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(error.message));
    page.on("request", (request) => heard.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    expect(heard.splice(0)).toEqual([pathToFileURL(file).href]);
    await use(page);
    expect(heard).toEqual([]);
    await context.close();
  }

  /** What axe finds, with the places. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100)).join(" ")}`);
    });
    return found;
  }

  /** By how much the page is wider than the window, or a command than its box. */
  const excess = (page: Page): Promise<number> =>
    page.evaluate(() => {
      const boxes = [document.documentElement, ...document.querySelectorAll("pre, td, dd, p")];
      return Math.max(...boxes.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    });

  test.each([
    ["all-formats", "light", 1200],
    ["all-formats", "dark", 1200],
    ["a report of everything", "dark", 320],
    ["a report of everything", "light", 320],
    ["names that are much too long", "light", 320],
  ] as const)(
    "%s, %s, %d pixels wide",
    (name, scheme, width) =>
      withPage(name, scheme, width, async (page) => {
        expect(await violations(page)).toEqual([]);
        expect(await excess(page)).toBe(0);
      }),
    60_000,
  );

  test("on paper, nothing is wider than the sheet, and dark stays on the screen", () =>
    withPage("names that are much too long", "dark", 680, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await excess(page)).toBe(0);
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
        "rgb(255, 255, 255)",
      );
    }));
});
