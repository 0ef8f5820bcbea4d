import { chromium, type Page } from 'playwright-core';
import { startServer, type RunningServer } from './startServer.ts';

export interface RunningApp {
  readonly url: string;
  readonly page: Page;
  readonly server: RunningServer;
  /** Everything that the page wrote to the console as an error, and uncaught exceptions. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** The built server with its real engine, and a page of a real Chromium that shows the editor. */
export async function startApp(
  options: { width?: number; height?: number; data?: string; args?: readonly string[] } = {},
): Promise<RunningApp> {
  const server = await startServer(options);
  const browser = await chromium.launch({
    executablePath: process.env['IMPASTO_BROWSER'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1280, height: options.height ?? 720 },
  });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(server.url);
  return {
    url: server.url,
    page,
    server,
    errors,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
