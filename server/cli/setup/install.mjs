import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run, say } from './process.mjs';

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} Lock */

/** Installs the packages of package-lock.json unless exactly those are there. No install script is ever run.
 * @param {string} root */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  say('Installing packages (about 600 MB on disk; a minute or two, once) ...');
  const status = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    ONNXRUNTIME_NODE_INSTALL: 'skip',
  });
  if (status !== 0) {
    fail('The packages could not be installed: see above. Is there a network connection? Then try again.');
  }
}

/** npm notes what it put into node_modules in a lock file of the same form: they must agree.
 * @param {string} root */
function isInstalled(root) {
  const noted = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(noted)) return false;
  /** @type {Lock} */
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  /** @type {Lock} */
  const found = JSON.parse(readFileSync(noted, 'utf8'));
  return Object.entries(wanted.packages).every(
    ([path, { version, optional }]) =>
      path === '' || found.packages[path]?.version === version || (optional && !found.packages[path]),
  );
}
