use super::*;

#[test]
fn every_act_may_be_awaited_on_any_thread() {
    fn sendable<T: Send>(_: &T) {}
    fn check<R: Readers>(cards: &Cards<R>, slot: &Slot) {
        let typed = || TypedPin::new("27182".to_owned());
        sendable(&pin_status(cards, slot, true));
        sendable(&new_pin_facts(cards, slot));
        sendable(&change_pin(
            cards,
            slot,
            CardPin::parse("12345").unwrap(),
            typed(),
        ));
        sendable(&change_pin_on_pad(cards, slot, false));
        sendable(&unblock_pin(
            cards,
            slot,
            CardPuk::parse("87654321").unwrap(),
            typed(),
        ));
    }
    let _ = check::<&crate::scripted::ScriptedReaders>;
}
