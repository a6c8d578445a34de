import { invoke } from "@tauri-apps/api/core";
import { render, screen as page } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import PinOfTheCard from "../src/screens/PinOfTheCard.svelte";

const props = { host: "cns.example.org", triesLeft: 2, refused: null, pinPad: "absent" as const, certificateChecking: false };
const wrong = { code: "pin_wrong", retriable: true, facts: { tries_left: "2" } };
const field = () => page.getByTestId<HTMLInputElement>("pin");

beforeEach(() => {
  vi.mocked(invoke).mockImplementation(() => Promise.resolve(null));
});

test("the host stands above the field", () => {
  render(PinOfTheCard, props);
  const host = page.getByTestId("pin-host");
  expect(host).toHaveTextContent("cns.example.org");
  expect(host.compareDocumentPosition(field()) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test("Enter hands the PIN over once, and it leaves the page at once", async () => {
  let answer: (value: unknown) => void = () => undefined;
  vi.mocked(invoke).mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  render(PinOfTheCard, props);
  await userEvent.type(field(), "12345{Enter}");
  expect(invoke).toHaveBeenCalledExactlyOnceWith("submit_pin", { typed: { pin: "12345" } });
  expect(field().value).toBe("");
  expect(document.body.innerHTML).not.toContain("12345");
  await userEvent.type(field(), "{Enter}");
  expect(invoke).toHaveBeenCalledTimes(1);
  answer(null);
});

test("the digits are hidden until they are asked for, and hidden again when they are sent", async () => {
  render(PinOfTheCard, props);
  expect(field()).toHaveAttribute("type", "password");
  const show = page.getByRole("switch", { name: "Mostra le cifre: PIN della carta" });
  await userEvent.click(show);
  expect(show).toHaveAttribute("aria-checked", "true");
  expect(field()).toHaveAttribute("type", "text");
  await userEvent.type(field(), "12345{Enter}");
  expect(field()).toHaveAttribute("type", "password");
});

test("the field asks for digits and remembers nothing", () => {
  render(PinOfTheCard, props);
  expect(field()).toHaveAttribute("autocomplete", "off");
  expect(field()).toHaveAttribute("inputmode", "numeric");
  expect(field()).not.toHaveAttribute("name");
  expect(field()).not.toHaveAttribute("maxlength");
});

test("what is not 5 to 8 digits is told at the field, and no try was spent", async () => {
  vi.mocked(invoke).mockImplementation(() => Promise.reject("pin_format"));
  render(PinOfTheCard, props);
  await userEvent.type(field(), "12{Enter}");
  expect(await page.findByTestId("pin-malformed")).toHaveTextContent("nessun tentativo è andato perso");
  expect(field()).toHaveAccessibleDescription(/da 5 a 8 cifre/);
  expect(field()).toHaveFocus();
});

test("a wrong PIN is told with the tries left and what follows", () => {
  render(PinOfTheCard, { ...props, triesLeft: 2, refused: wrong });
  expect(page.getByTestId("pin-refused")).toHaveTextContent("ancora 2 tentativi");
  expect(field()).toBeInvalid();
  expect(field()).toHaveFocus();
});

test("one can go back to the card", async () => {
  render(PinOfTheCard, props);
  await userEvent.click(page.getByTestId("go-back"));
  expect(invoke).toHaveBeenCalledWith("go_back", undefined);
});

test("a reader's own pad is offered and never taken by itself", async () => {
  render(PinOfTheCard, { ...props, pinPad: "present" });
  expect(page.queryByTestId("pad-doubtful")).not.toBeInTheDocument();
  expect(field()).toHaveFocus();
  expect(invoke).not.toHaveBeenCalled();
  await userEvent.click(page.getByRole("button", { name: "Scrivi il PIN sul lettore" }));
  expect(invoke).toHaveBeenCalledExactlyOnceWith("use_pin_pad", undefined);
});

test("a pad that may not be there is offered with a warning", () => {
  render(PinOfTheCard, { ...props, pinPad: "doubtful" });
  expect(page.getByTestId("pad-doubtful")).toHaveTextContent("a volte lo dicono per errore");
});
