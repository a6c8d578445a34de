import { invoke } from "@tauri-apps/api/core";
import { listen, type UnlistenFn } from "@tauri-apps/api/event";
import type { CardPicked } from "../contract/CardPicked";
import type { NotTaken } from "../contract/NotTaken";
import type { PinChange } from "../contract/PinChange";
import type { PinTyped } from "../contract/PinTyped";
import type { PinUnblock } from "../contract/PinUnblock";
import type { PortalWish } from "../contract/PortalWish";
import type { Screen } from "../contract/Screen";

/** The commands of `src-tauri/src/commands.rs`, one function each. */
export const currentScreen = (): Promise<Screen> => invoke("current_screen");
export const pickCard = (picked: CardPicked) => wish("pick_card", { picked });
export const otherCard = () => wish("other_card");
export const enter = () => wish("enter");
export const spendLastTry = () => wish("spend_last_try");
export const usePinPad = () => wish("use_pin_pad");
export const startPinChange = () => wish("start_pin_change");
export const startUnblocking = () => wish("start_unblocking");
export const readProfile = () => wish("read_profile");
export const consequencesUnderstood = () => wish("consequences_understood");
export const startReport = () => wish("start_report");
export const saveReport = () => wish("save_report");
export const startReminder = (language: "it" | "en") => wish("start_reminder", { language });
export const saveReminder = () => wish("save_reminder");
export const goBack = () => wish("go_back");
export const retry = () => wish("retry");
export const logOut = () => wish("log_out");
export const useSession = () => wish("use_session");
export const endSession = () => wish("end_session");
export const openDoor = () => wish("open_door");
export const changePerson = () => wish("change_person");
export const startDemo = () => wish("start_demo");
export const leaveDemo = () => wish("leave_demo");
export const moveDemoCard = (inserted: boolean) => wish("move_demo_card", { inserted });
export const exchangeDemoCard = (card: string) => wish("exchange_demo_card", { card });

/** These hand over what was typed and say why it was not taken, if so. */
export const submitPin = (typed: PinTyped) => wish("submit_pin", { typed });
export const changePin = (typed: PinChange) => wish("change_pin", { typed });
export const unblockPin = (typed: PinUnblock) => wish("unblock_pin", { typed });

/** A wish that belongs to the screen of the portal from which it comes. */
export const askPortal = (asked: PortalWish) => wish("ask_portal", { asked });
export const go = (to: string) => askPortal({ wish: "go", to });
export const openIt = (what: string) => askPortal({ wish: "open", what });

/** The new PIN of the portal: told once, and null ever after. */
export const takeNewPortalPin = (): Promise<string | null> => invoke("take_new_portal_pin");

/** Hands over a page of a document: its bytes, and which page it is. */
export async function handDocument(side: string, bytes: Uint8Array): Promise<NotTaken | null> {
  try {
    await invoke("hand_document", bytes, { headers: { side } });
    return null;
  } catch (why) {
    return why as NotTaken;
  }
}

export const playOperator = () => wish("play_operator");

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
