import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Where Debian's chromium is. None is ever downloaded. */
const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page in a browser that nobody has used before, and what went wrong in it. */
export interface BrowserPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser has complained of in any of its pages: errors of scripts, and all that a page's policy has kept it from. */
  readonly complaints: readonly string[];
}

/**
 * Starts a real browser for a suite, and ends it afterwards. Where there is none, the suite is skipped, and says so.
 * @returns makes a page with cookies of its own
 */
export function useBrowser(): () => Promise<BrowserPage> {
  let browser: Browser | undefined;
  before(async function () {
    this.timeout(60_000);
    if (!existsSync(EXECUTABLE)) {
      process.stderr.write(`Skipped, as there is no ${EXECUTABLE}: ${this.test?.parent?.fullTitle() ?? 'what needs a browser'}\n`);
      return this.skip();
    }
    // Loaded here, as it takes its time and most suites need no browser.
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  });
  after(async () => browser?.close());
  return async () => {
    if (browser === undefined) throw new Error('The browser is there in the tests and hooks of the suite only');
    const context = await browser.newContext();
    const complaints: string[] = [];
    context.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    context.on('weberror', (event) => complaints.push(String(event.error())));
    return { page: await context.newPage(), context, complaints };
  };
}
