import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const root = import.meta.dirname
const at = (path: string): string => resolve(root, path)

/** The oldest runtime Hilum is built for (Electron 33): users get a newer one. */
const NODE_TARGET = 'node20.18'
const CHROMIUM_TARGET = 'chrome130'

/**
 * Left as imports from node_modules: native addons, and codecs that read their .wasm file from beside themselves.
 * Everything else is bundled, so the packaged app carries no dependency tree.
 */
const EXTERNAL = [/^electron(\/.*)?$/, /^node:/, 'better-sqlite3', 'onnxruntime-node', /^@cornerstonejs\/codec-/]

/** The window's own process, the three utility processes and the dicom process's codec threads, each its own entry. */
const mainEntries = {
  index: at('src/main/index.ts'),
  compute: at('src/compute/process.ts'),
  dicom: at('src/dicom/process.ts'),
  pacs: at('src/pacs/process.ts'),
  codec: at('src/dicom/decode/codecWorker.ts'),
  models: at('src/compute/models/process.ts'),
}

export default defineConfig(({ mode }) => ({
  main: {
    define: { __DEV__: String(mode === 'development') },
    // Its build for Node declares a `require` of its own, which clashes with the one electron-vite adds to a bundle;
    // the other build lacks only the functions that start workers.
    resolve: { alias: { fflate: at('node_modules/fflate/esm/browser.js') } },
    build: {
      outDir: 'out/main',
      target: NODE_TARGET,
      externalizeDeps: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: mainEntries,
        external: EXTERNAL,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: NODE_TARGET,
      externalizeDeps: false,
      sourcemap: false,
      minify: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        external: [/^electron(\/.*)?$/],
        // A sandboxed preload can only be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [vue()],
    // vtk.js reaches Node's `events` through xmlbuilder2; without the alias the page stays blank.
    resolve: { alias: { events: at('node_modules/events/events.js') } },
    build: {
      outDir: at('out/renderer'),
      target: CHROMIUM_TARGET,
      sourcemap: true,
      rolldownOptions: { input: { index: at('src/renderer/index.html') } },
    },
  },
}))
