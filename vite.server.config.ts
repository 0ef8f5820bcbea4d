import { existsSync } from 'node:fs';
import { defineConfig } from 'vite';

/**
 * The service: every program in server/ that is started by hand or by another one -> dist/server. Bundling makes a
 * start fast and spares the people who run Impasto a TypeScript loader; packages stay in node_modules.
 */
const entries = {
  start: 'server/cli/start.ts',
  impasto: 'server/cli/impasto.ts',
  parity: 'server/cli/parity.ts',
  bench: 'server/cli/bench.ts',
  'setup-cuda': 'server/cli/setupCuda.ts',
  engine: 'server/engine/main.ts',
  probe: 'server/devices/probe.ts',
  placement: 'server/devices/placement.ts',
  tokens: 'server/tokens/tokenThread.ts',
  inspector: 'server/models/inspector.ts',
};

export default defineConfig({
  build: {
    ssr: true,
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    rollupOptions: {
      input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
    },
  },
  ssr: { external: true },
});
