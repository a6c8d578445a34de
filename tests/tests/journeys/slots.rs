//! Two slots: two people's cards, or one card in a reader that sees it twice.

use crate::desk::{Desk, Nobody, card};
use cns_login::{CardChoice, CardPresence, OfferedCard, ProblemCode};
use journeys::lanes::in_lanes;
use journeys::stack::Stack;
use std::future::Future;

#[test]
fn one_card_seen_twice_is_used_by_its_contacts_and_of_two_cards_a_person_chooses() {
    let test = "slots::one_card_seen_twice_is_used_by_its_contacts_and_of_two_cards_a_person_chooses";
    in_lanes(test, &["contacts first", "radio first"], |lane, stack| {
        let (by_contact, by_radio) = if lane == "contacts first" { (0, 1) } else { (1, 0) };
        let readers = [Stack::READER, Stack::SECOND_READER];
        Desk::tell(stack, async |desk| {
            let contacts = card("st2022", "citizen-good");
            let radio = card("st2022-nfc", "citizen-good");
            let plug = desk.insert(&radio, by_radio).await;
            let alone = desk.read(&mut Nobody).await.expect("a card by radio");
            assert_eq!(alone.slot.reader, readers[usize::from(by_radio)]);
            let _contacts = desk.insert(&contacts, by_contact).await;
            let found = desk.read(&mut Nobody).await.expect("one card");
            assert_eq!(found.slot.reader, readers[usize::from(by_contact)]);
            desk.sign(&found).await.expect("a signature");
            assert_eq!(radio.with_card(|card| card.pin_comparisons()), 0);

            drop(plug);
            desk.until(by_radio, CardPresence::Absent).await;
            let other = card("idemia-2021", "citizen-luca");
            let _other = desk.insert(&other, by_radio).await;
            let problem = desk.read(&mut Nobody).await.expect_err("two people");
            assert_eq!(problem.code, ProblemCode::SeveralCards);
            let mut luca = TheOneIn(readers[usize::from(by_radio)]);
            let found = desk.read(&mut luca).await.expect("the chosen one");
            desk.sign(&found).await.expect("a signature");
            let compared = [&contacts, &other].map(|card| card.with_card(|card| card.pin_comparisons()));
            assert_eq!(compared, [1, 1]);
        });
    });
}

/// Chooses the card in this reader.
struct TheOneIn(&'static str);

impl CardChoice for TheOneIn {
    fn choose(&mut self, offered: &[OfferedCard]) -> impl Future<Output = Option<usize>> + Send {
        std::future::ready(offered.iter().position(|card| card.slot.reader == self.0))
    }
}
