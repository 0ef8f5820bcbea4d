import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The editor: client/ -> dist/client. `npx vite` serves it with hot reload in front of a running server. */
const server = process.env['IMPASTO_SERVER'] ?? 'http://127.0.0.1:7860';

export default defineConfig({
  root: 'client',
  plugins: [vue()],
  build: { outDir: '../dist/client', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 1500 },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: true },
      '/socket.io': { target: server, ws: true, changeOrigin: true },
    },
  },
});
