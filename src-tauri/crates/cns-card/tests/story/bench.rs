//! A card on the bench: an invented person's, in a slot, with the driver on it.

use crate::watched::{Fault, Watch};
use cns_card::{Card, CardPin, CardProfiles, CardPuk, NewPin, PinFacts, UnlockedCard};
use cns_iso7816::Channel;
use cns_virtual_card::pki::{Authority, Citizen, Identity, Issue, identity};
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle};
use std::future::Future;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use time::OffsetDateTime;
use time::macros::datetime;

/// The day on which everything here happens.
pub(crate) const TODAY: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
/// The kinds of card that this driver's table knows: 2048 bits, and 1024.
pub(crate) const KINDS: [(&str, &str); 2] = [(ST2021, "citizen-good"), ("classic-athena", "citizen-1024")];
pub(crate) const ST2021: &str = "classic-st2021";
/// Every kind of CNS that can be played, with the profile that must fit, and whose card it is.
pub(crate) const FAMILIES: [(&str, &str, &str); 12] = [
    (ST2021, "classic", "citizen-good"),
    ("st2022", "classic", "citizen-good"),
    ("classic-athena", "classic", "citizen-1024"),
    ("classic-cardos", "classic", "citizen-good"),
    ("classic-oberthur", "classic", "citizen-1024"),
    ("idemia-2021", "idemia-2021", "citizen-good"),
    ("infocamere-1204", "infocamere-1204", "citizen-1024"),
    ("infocamere-1202", "infocamere-1202", "citizen-1024"),
    ("infocamere-zlib", "infocamere-zlib", "citizen-1024"),
    ("ace2025", "ace2025", "citizen-good"),
    ("digital-dna", "digital-dna", "citizen-good"),
    ("st2022-nfc", "st2022-contactless", "citizen-good"),
];

pub(crate) fn personality(name: &str) -> Personality {
    Personality::named(name).unwrap()
}

/// A person of this name. Making a key takes long, so each is made once.
pub(crate) fn person(name: &str) -> Identity {
    static KNOWN: Mutex<Vec<(String, Identity)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, person)) = known.iter().find(|(known, _)| known == name) {
        return person.clone();
    }
    let person = identity(name, TODAY).unwrap();
    known.push((name.to_owned(), person.clone()));
    person
}

/// Maria Rossi with a certificate that needs every byte of a 2048-byte file's eight blocks.
pub(crate) fn person_with_long_certificate() -> Identity {
    let authority = Authority::example().unwrap();
    (20..700)
        .find_map(|length| {
            let mut order = Issue::good(Citizen::maria_rossi(), TODAY);
            order.revocation_url = Some(format!("http://{}.example", "a".repeat(length)));
            let identity = authority.issue(&order).unwrap();
            (1793..=2048)
                .contains(&identity.certificate_der.len())
                .then_some(identity)
        })
        .unwrap()
}

pub(crate) fn slot(personality: Personality, identity: Identity) -> VirtualCardHandle {
    VirtualCardHandle::inserted(VirtualCard::new(personality, identity, EXAMPLE_PIN).unwrap())
}

/// A good ST2021 in its slot.
pub(crate) fn st2021(name: &str) -> VirtualCardHandle {
    slot(personality(ST2021), person(name))
}

/// The driver on whatever is in the slot.
pub(crate) fn open(slot: &VirtualCardHandle) -> Card {
    Card::open(Box::new(slot.channel()))
}

/// The driver, with a watch in between.
pub(crate) fn open_watched(slot: &VirtualCardHandle, fault: Option<(usize, Fault)>) -> (Card, Watch) {
    let watch = Watch::default();
    let channel: Box<dyn Channel> = Box::new(slot.channel());
    (Card::open(watch.on(channel, fault)), watch)
}

/// The driver with profiles of the test's own, and a watch in between.
pub(crate) fn open_as(slot: &VirtualCardHandle, profiles: &CardProfiles) -> (Card, Watch) {
    let watch = Watch::default();
    let channel: Box<dyn Channel> = Box::new(slot.channel());
    (Card::open_as(watch.on(channel, None), profiles), watch)
}

/// The classic profile with other rules for its PIN, before the ones of the crate.
pub(crate) fn classic_with(rules: &str) -> CardProfiles {
    let table = format!(
        r#"
        [[profile]]
        name = "classic-of-the-test"
        {rules}
        is = [{{ historical = ".. .. .. .. .. .. .. .. .. 43 4E 53 .. .. .." }}]
        files = {{ card_id = "1000 1003", personal_data = "1100 1102" }}
        certificates = [{{ path = "1100 1101", framing = "raw" }}]
        key = {{ reference = 0x01, security_environment = 0x03 }}
        pins = [{{ reference = 0x90, otherwise = 0x10, puk = 0x91, puk_otherwise = 0x11 }}]
        "#
    );
    CardProfiles::built_in().with(&table).unwrap()
}

pub(crate) fn pin(digits: &str) -> CardPin {
    CardPin::parse(digits).unwrap()
}

pub(crate) fn puk(digits: &str) -> CardPuk {
    CardPuk::parse(digits).unwrap()
}

/// A new PIN of which nobody knows anything.
pub(crate) fn chosen(digits: &str) -> NewPin {
    NewPin::choose(digits, &PinFacts::default()).unwrap()
}

/// Says one line past the test harness, which shows only what failing tests print: how much a test went through.
pub(crate) fn say(line: &str) {
    std::io::stdout()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}

/// Waits for an act of the card.
pub(crate) fn wait<T>(act: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(act)
}

/// Types the right PIN.
pub(crate) fn unlocked(card: &Card) -> UnlockedCard {
    wait(card.unlock(pin(EXAMPLE_PIN))).unwrap()
}
