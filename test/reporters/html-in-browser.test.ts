/** The page in a browser, where there is one: accessible in light and dark, on a narrow page and on paper, and silent. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { html } from "../../src/reporters/html.tsx";
import { chromiumReason, hasChromium, launchChromium } from "../support/chromium.ts";
import { madeResult } from "../support/report.ts";
import { bundleOf, fleetOf, madeUpFleet, write } from "./fleet/made-up.ts";
import { certificateOf, chainOf, madeUpReport, refusedBundle } from "./made-up.ts";

const long = "x".repeat(2000);
const path = Array.from({ length: 20 }, () => certificateOf(long));
/** Two appliances of each of three owners, which fail one, two or three rules. */
const smallFleet = fleetOf(
  Array.from({ length: 6 }, (_, index) =>
    bundleOf(`plant/sensor-${index}`, {
      owner: `team ${index % 3}`,
      verdict: index < 3 ? "unsupported" : "ready",
      results: ["subject/country", "key/size", "hygiene/clean"]
        .slice(0, (index % 3) + 1)
        .map((rule) => madeResult({ rule, severity: index < 3 ? "error" : "warning" })),
    }),
  ),
);

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "a fleet": () => write("html", smallFleet),
  "a fleet of everything": () => write("html", madeUpFleet()),
  "a fleet of names that are much too long": () => write("html", madeUpFleet(long)),
  "all-formats": () => readFileSync(resolve("fixtures/all-formats/report.html"), "utf8"),
  "a report of everything": () => html(madeUpReport()),
  "names that are much too long": () =>
    html(
      madeUpReport(long, {
        bundles: [{ ...refusedBundle(long), chain: chainOf(path) }],
      }),
    ),
};

describe.skipIf(!hasChromium)(`in Chromium${chromiumReason}`, () => {
  let browser: Browser;
  let folder: string;
  const heard: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "certcheck-"));
    browser = await launchChromium();
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Does something with a page, and keeps what it asked for or complained of. */
  async function withPage(name: string, scheme: "light" | "dark", width: number, use: (page: Page) => Promise<void>) {
    const file = join(folder, "report.html");
    writeFileSync(file, (await pages[name]?.()) ?? "");
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
    ["a report of everything", "dark", 320],
    ["names that are much too long", "light", 320],
    ["a fleet", "light", 1200],
    ["a fleet of everything", "dark", 1200],
    ["a fleet of names that are much too long", "dark", 320],
  ] as const)(
    "%s, %s, %d pixels wide",
    (name, scheme, width) =>
      withPage(name, scheme, width, async (page) => {
        expect(await violations(page)).toEqual([]);
        expect(await excess(page)).toBe(0);
      }),
    60_000,
  );

  test("rows of a fleet are chosen without a script", () =>
    withPage("a fleet", "light", 1200, async (page) => {
      const seen = async (...choices: readonly string[]): Promise<string> => {
        for (const choice of choices) await page.check(`#${choice}`);
        const rows = await page.locator(".matrix tbody th bdi").all();
        const visible = await Promise.all(
          rows.map(async (row) => ((await row.isVisible()) ? await row.textContent() : "")),
        );
        return visible.map((text) => text?.slice(-1)).join("");
      };
      expect(await seen()).toBe("012345");
      expect(await seen("rule-2")).toBe("1245");
      expect(await seen("verdict-1")).toBe("12");
      expect(await seen("owner-3")).toBe("2");
      expect(await seen("owner-1")).toBe("");
      expect(await seen("rule-0", "verdict-0")).toBe("03");
    }));

  test.each([["names that are much too long"], ["a fleet of names that are much too long"]])(
    "%s: on paper, nothing is wider than the sheet, and dark stays on the screen",
    (name) =>
      withPage(name, "dark", 680, async (page) => {
        await page.emulateMedia({ media: "print" });
        expect(await excess(page)).toBe(0);
        expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
          "rgb(255, 255, 255)",
        );
      }),
  );
});
