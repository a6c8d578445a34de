import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // The texts of problems and findings belong to the Rust side, which prints the same ones in the terminal.
  server: { fs: { allow: [".."] } },
  css: {
    preprocessorOptions: {
      scss: {
        loadPaths: ["node_modules/bootstrap-italia/src/scss", "node_modules/bootstrap-italia/src"],
        // Bootstrap Italia is written for the older way of importing.
        quietDeps: true,
        silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
      },
    },
  },
  build: { target: "safari16", assetsInlineLimit: 0, sourcemap: false },
  test: { environment: "jsdom", globals: true, setupFiles: ["tests/setup.ts"], include: ["tests/**/*.test.ts"] },
});
