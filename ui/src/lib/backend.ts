import { invoke } from "@tauri-apps/api/core";
import { listen, type UnlistenFn } from "@tauri-apps/api/event";
import type { NotTaken } from "../contract/NotTaken";
import type { PinTyped } from "../contract/PinTyped";
import type { Screen } from "../contract/Screen";

/** The commands of `src-tauri/src/commands.rs`, one function each. */
export const currentScreen = (): Promise<Screen> => invoke("current_screen");
export const enter = () => wish("enter");
export const leavePin = () => wish("leave_pin");
export const retry = () => wish("retry");
export const logOut = () => wish("log_out");
export const useSession = () => wish("use_session");
export const endSession = () => wish("end_session");
export const startDemo = () => wish("start_demo");
export const leaveDemo = () => wish("leave_demo");
export const moveDemoCard = (inserted: boolean) => wish("move_demo_card", { inserted });

/** Hands the PIN over and says why it was not taken, if so. */
export const submitPin = (typed: PinTyped) => wish("submit_pin", { typed });

/** Calls `hear` with every new screen. */
export const onScreen = (hear: (screen: Screen) => void): Promise<UnlistenFn> =>
  listen<Screen>("screen", (event) => hear(event.payload));

/** A wish that comes too late is no error: the next screen is on its way. */
async function wish(command: string, facts?: Record<string, unknown>): Promise<NotTaken | null> {
  try {
    await invoke(command, facts);
    return null;
  } catch (why) {
    return why as NotTaken;
  }
}
