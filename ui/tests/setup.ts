import "@testing-library/jest-dom/vitest";
import { beforeEach, vi } from "vitest";
import { language } from "../src/lib/texts.svelte";

vi.mock("@tauri-apps/api/core", () => ({ invoke: vi.fn(() => Promise.resolve(null)) }));
vi.mock("@tauri-apps/api/event", () => ({ listen: vi.fn(() => Promise.resolve(() => undefined)) }));

window.scrollTo = () => undefined;
// jsdom draws nothing, and says so loudly when axe asks.
HTMLCanvasElement.prototype.getContext = () => null;

beforeEach(() => {
  language.current = "it";
  vi.clearAllMocks();
});
