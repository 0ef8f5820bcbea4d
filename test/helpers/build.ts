import { ensureBuilt } from '../../server/cli/setup/build.mjs';

/** Server and browser tests run what people run: the built programs in dist/. */
export default async function build(): Promise<void> {
  await ensureBuilt(process.cwd());
}
