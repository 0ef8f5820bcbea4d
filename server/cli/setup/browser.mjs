import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fail, run, say } from './process.mjs';

const installed = [
  process.env['IMPASTO_BROWSER'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** The Chromium that the browser tests drive; installs one when there is none.
 * @returns {Promise<string>} path of the program */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (process.platform === 'linux' && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    say('Installing Chromium for the browser tests (apt-get) ...');
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', 'chromium'], { DEBIAN_FRONTEND: 'noninteractive' });
  } else {
    say("Installing Chromium for the browser tests (playwright's build) ...");
    await run(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium']);
  }
  return (
    findBrowser() ??
    fail('No Chromium was found for the browser tests: install one, or set IMPASTO_BROWSER to its path.')
  );
}

function findBrowser() {
  const candidate = installed.find((path) => path && existsSync(path));
  if (candidate) return candidate;
  /** @type {{ chromium: { executablePath(): string } }} */
  const { chromium } = createRequire(import.meta.url)('playwright-core');
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}
