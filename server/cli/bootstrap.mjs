#!/usr/bin/env node
// The one program that must run on a bare clone: installs what is missing, builds what changed, then hands over.
// Plain JavaScript without packages, since nothing is installed yet when it starts.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBrowser } from './setup/browser.mjs';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { fail, run, say } from './setup/process.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [command = 'start', ...args] = process.argv.slice(2);
const programs = ['start', 'impasto', 'parity', 'bench', 'setup-cuda'];

checkNode();
process.chdir(root);
await ensureInstalled(root);
if (command !== 'install') await ensureBuilt(root);

if (command === 'install') {
  say('The packages are installed.');
} else if (command === 'test') {
  const browser = await ensureBrowser();
  process.exitCode = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    IMPASTO_BROWSER: browser,
  });
} else if (programs.includes(command)) {
  const program = join(root, 'dist/server', `${command}.js`);
  // The program reads its own arguments and runs in this process, so that signals and the terminal reach it directly.
  // INIT_CWD is where the person typed the command: relative paths are meant from there.
  process.chdir(process.env['INIT_CWD'] ?? root);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
} else {
  fail(`There is no command "${command}": expected install, test, ${programs.join(', ')}.`);
}

function checkNode() {
  /** @type {{ engines: { node: string } }} */
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = /(\d+)\.(\d+)/.exec(engines.node);
  const found = /^v(\d+)\.(\d+)/.exec(process.version);
  if (!wanted || !found) return;
  const older =
    Number(found[1]) < Number(wanted[1]) ||
    (Number(found[1]) === Number(wanted[1]) && Number(found[2]) < Number(wanted[2]));
  if (older) fail(`Impasto needs Node ${wanted[0]} or newer; this is Node ${process.version.slice(1)}.`);
  if (!existsSync(join(root, 'package-lock.json'))) fail(`package-lock.json is missing in ${root}.`);
}
