import { spawn } from 'node:child_process';

/** One line about what is being done, so that nobody wonders whether it hangs.
 * @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Ends with one sentence.
 * @param {string} sentence
 * @returns {never} */
export function fail(sentence) {
  say(sentence);
  process.exit(1);
}

/** Runs a program in the foreground and gives its exit status.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>} */
export function run(program, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
      // npm is a .cmd file on Windows, which only a shell starts.
      shell: process.platform === 'win32' && program === 'npm',
    });
    child.on('error', (error) => {
      say(`Could not start ${program}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}
