import { render, screen as page } from "@testing-library/svelte";
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { expect, vi } from "vitest";
import App from "../src/App.svelte";
import type { Screen } from "../src/contract/Screen";
import { screenName } from "../src/lib/portal";

/** Opens the page on one screen; the answer turns to later ones. */
export async function open(first: Screen): Promise<(next: Screen) => Promise<void>> {
  vi.mocked(invoke).mockImplementation((command) => Promise.resolve(command === "current_screen" ? first : null));
  let hear: (event: { payload: Screen }) => void = () => undefined;
  vi.mocked(listen).mockImplementation((_, listener) => {
    hear = listener as typeof hear;
    return Promise.resolve(() => undefined);
  });
  render(App);
  await vi.waitFor(() => expect(page.getByRole("main")).toHaveAttribute("data-screen", screenName(first.view)));
  await page.findByRole("heading", { level: 1 });
  return async (next) => {
    hear({ payload: next });
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
  };
}
