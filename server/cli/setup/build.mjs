import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run, say } from './process.mjs';

const folders = ['client', 'server', 'nodes', 'workflows', 'models', 'drawing'];
const files = ['package-lock.json', 'vite.config.ts', 'vite.server.config.ts', 'tsconfig.json'];
const sources = /\.(ts|vue|css|html|json|mjs|svg)$/;

/** Builds the editor and the service unless dist/ was made from exactly these sources.
 * @param {string} root */
export async function ensureBuilt(root) {
  const stamp = join(root, 'dist/.impasto-build');
  const wanted = fingerprint(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building the editor and the service ...');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  for (const config of ['vite.config.ts', 'vite.server.config.ts']) {
    const status = await run(process.execPath, [vite, 'build', '-c', config, '--logLevel', 'warn'], {
      NODE_ENV: 'production',
    });
    if (status !== 0) fail(`The build failed (vite build -c ${config}): see above.`);
  }
  writeFileSync(stamp, wanted);
}

/** A hash over names and contents: times differ between clones and say nothing.
 * @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  for (const folder of folders) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && sources.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const path of entries) hash.update(path.slice(root.length)).update(readFileSync(path));
  }
  return hash.digest('hex');
}
