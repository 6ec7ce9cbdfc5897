import vue from '@vitejs/plugin-vue'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const root = resolve(import.meta.dirname, '../../..')

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue()],
  resolve: { alias: { events: resolve(root, 'node_modules/events/events.js') } },
  build: { outDir: resolve(root, 'test-results/double'), emptyOutDir: true, target: 'chrome130', minify: false },
})
