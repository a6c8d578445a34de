use super::*;
use crate::scripted::ScriptedReaders;
use cns_card::CardProfiles;
use std::collections::VecDeque;
use tokio::sync::Notify;

mod at_random;
mod unknown;

/// What a scripted person does when asked which card is meant.
type Answer<'a> = Box<dyn FnMut(&[OfferedCard]) -> Answered + Send + 'a>;

enum Answered {
    Takes(usize),
    Leaves,
    /// Does not decide; something happens first.
    Hesitates,
}

/// Answers one after the other, and remembers who was offered.
#[derive(Default)]
struct Person<'a> {
    answers: VecDeque<Answer<'a>>,
    offered: Vec<Vec<String>>,
}

impl<'a> Person<'a> {
    fn who(answers: impl IntoIterator<Item = Answer<'a>>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            offered: Vec::new(),
        }
    }

    fn takes(place: usize) -> Self {
        Self::who([Box::new(move |_: &[OfferedCard]| Answered::Takes(place)) as Answer<'_>])
    }
}

impl CardChoice for Person<'_> {
    async fn choose(&mut self, offered: &[OfferedCard]) -> Option<usize> {
        self.offered.push(offered.iter().map(in_words).collect());
        let mut answer = self.answers.pop_front().expect("nobody expected to be asked");
        match answer(offered) {
            Answered::Takes(place) => Some(place),
            Answered::Leaves => None,
            Answered::Hesitates => std::future::pending().await,
        }
    }
}

/// `A MARIA ROSSI`, or `B card_mute`.
fn in_words(card: &OfferedCard) -> String {
    let problem = card
        .problem
        .as_ref()
        .map(|problem| problem.code.name().to_owned());
    let said = problem.or_else(|| card.holder_name.clone()).unwrap_or_default();
    format!("{} {said}", card.slot.reader).trim_end().to_owned()
}

fn told_in_words(progress: &Progress) -> String {
    match progress {
        Progress::Several { cards, taken } => {
            let cards: Vec<String> = cards.iter().map(in_words).collect();
            match taken {
                Some(place) => format!("{} -> {place}", cards.join(", ")),
                None => cards.join(", "),
            }
        }
        Progress::Reading { reader, holder_name } => {
            format!("reading {reader} {}", holder_name.as_deref().unwrap_or_default())
                .trim_end()
                .to_owned()
        }
        Progress::NotRead { reader, .. } => format!("not read {reader}"),
        Progress::NoService
        | Progress::NoReader
        | Progress::NoCard
        | Progress::OnThePad
        | Progress::Card { .. }
        | Progress::Judged { .. }
        | Progress::Connecting { .. }
        | Progress::Inside { .. } => format!("{progress:?}"),
    }
}

struct Chosen {
    found: Result<FoundCard, Problem>,
    told: Vec<String>,
    offered: Vec<Vec<String>>,
}

impl Chosen {
    /// The reader of the card that was taken, or the problem.
    fn ended(&self) -> Result<&str, ProblemCode> {
        let found = self.found.as_ref();
        found
            .map(|found| found.slot.reader.as_str())
            .map_err(|problem| problem.code)
    }
}

async fn choose(readers: &ScriptedReaders, named: Option<&str>, mut person: Person<'_>) -> Chosen {
    let cards = Cards::new(readers, CardProfiles::built_in());
    let told = Mutex::new(Vec::new());
    let tell = |progress: Progress| told.lock().unwrap().push(told_in_words(&progress));
    let found = choose_card(&cards, named, &mut person, &tell).await;
    assert!(person.answers.is_empty(), "asked less often than expected");
    Chosen {
        found,
        told: told.into_inner().unwrap(),
        offered: person.offered,
    }
}

const MARIA: (&str, &str, &str) = ("A", "classic-st2021", "citizen-good");
const LUCA: (&str, &str, &str) = ("B", "classic-st2021", "citizen-luca");

#[tokio::test]
async fn the_only_card_is_taken_and_its_holder_greeted() {
    let chosen = choose(&ScriptedReaders::with(&[MARIA]), None, Person::default()).await;
    assert_eq!(chosen.ended(), Ok("A"));
    assert_eq!(chosen.told, ["reading A", "reading A MARIA ROSSI"]);
}

#[tokio::test]
async fn of_two_cards_the_one_that_the_person_names_is_taken_whichever_it_is() {
    for (place, reader, holder) in [(0, "A", "MARIA ROSSI"), (1, "B", "LUCA BIANCHI")] {
        let readers = ScriptedReaders::with(&[MARIA, LUCA]);
        let chosen = choose(&readers, None, Person::takes(place)).await;
        assert_eq!(chosen.ended(), Ok(reader));
        assert_eq!(chosen.offered, [["A MARIA ROSSI", "B LUCA BIANCHI"]]);
        let found = chosen.found.unwrap();
        let data = found.contents.personal_data.as_ref().unwrap();
        assert_eq!(crate::holder_name(data).as_deref(), Some(holder));
        assert_eq!(chosen.told[0], "A, B", "the tiles are there before a name is");
        let end = chosen.told.len() - 3;
        assert_eq!(
            chosen.told[end..],
            [
                "A MARIA ROSSI, B LUCA BIANCHI".to_owned(),
                format!("A MARIA ROSSI, B LUCA BIANCHI -> {place}"),
                format!("reading {reader} {holder}"),
            ]
        );
    }
}

#[tokio::test]
async fn with_nobody_to_ask_no_card_is_taken() {
    let readers = ScriptedReaders::with(&[MARIA, LUCA]);
    let leaves = || Answered::Leaves;
    let outside = || Answered::Takes(2);
    for answer in [leaves as fn() -> Answered, outside] {
        let person = Person::who([Box::new(move |_: &[OfferedCard]| answer()) as Answer<'_>]);
        let chosen = choose(&readers, None, person).await;
        let expected = Problem::new(ProblemCode::SeveralCards).with("readers", "A, B");
        assert_eq!(chosen.found.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn the_reader_that_was_named_is_obeyed() {
    let readers = ScriptedReaders::with(&[MARIA, LUCA]);
    for reader in ["A", "B"] {
        let chosen = choose(&readers, Some(reader), Person::default()).await;
        assert_eq!(chosen.ended(), Ok(reader));
    }
    readers.move_card("A", CardPresence::Absent);
    let cards = Cards::new(&readers, CardProfiles::built_in());
    let mut nobody = Person::default();
    let found = choose_card_in_place(&cards, Some("A"), &mut nobody, &|_| {}).await;
    assert_eq!(
        found.unwrap_err().code,
        ProblemCode::NoCard,
        "never the other one"
    );
}

#[tokio::test]
async fn a_card_that_comes_during_the_choice_is_offered_too() {
    let readers = ScriptedReaders::with(&[MARIA, LUCA, ("C", "classic-st2021", "citizen-ada")]);
    readers.move_card("C", CardPresence::Absent);
    let person = Person::who([
        Box::new(|_: &[OfferedCard]| {
            readers.move_card("C", CardPresence::Present);
            Answered::Hesitates
        }) as Answer<'_>,
        Box::new(|_: &[OfferedCard]| Answered::Takes(2)),
    ]);
    let chosen = choose(&readers, None, person).await;
    assert_eq!(chosen.ended(), Ok("C"));
    let shown: Vec<usize> = chosen.offered.iter().map(Vec::len).collect();
    assert_eq!(shown, [2, 3]);
    assert_eq!(readers.opened(), 3, "what was read stays read");
}

#[tokio::test]
async fn when_all_others_go_during_the_choice_the_last_card_is_the_one() {
    for (leaves, stays) in [("A", "B"), ("B", "A")] {
        let readers = ScriptedReaders::with(&[MARIA, LUCA]);
        let person = Person::who([Box::new(|_: &[OfferedCard]| {
            readers.move_card(leaves, CardPresence::Absent);
            Answered::Hesitates
        }) as Answer<'_>]);
        let chosen = choose(&readers, None, person).await;
        assert_eq!(chosen.ended(), Ok(stays));
    }
}

#[tokio::test]
async fn a_card_that_comes_while_the_first_is_read_makes_it_a_choice() {
    let readers = ScriptedReaders::with(&[MARIA, LUCA]);
    readers.move_card("B", CardPresence::Absent);
    let told = Mutex::new(Vec::new());
    let tell = |progress: Progress| {
        let words = told_in_words(&progress);
        if words == "reading A" {
            readers.card("A").pause();
            readers.move_card("B", CardPresence::Present);
        }
        if words == "A, B" {
            readers.card("A").resume();
        }
        told.lock().unwrap().push(words);
    };
    let cards = Cards::new(&readers, CardProfiles::built_in());
    let mut person = Person::takes(0);
    let found = choose_card(&cards, None, &mut person, &tell).await.unwrap();
    assert_eq!(found.slot.reader, "A");
    assert_eq!(person.offered.len(), 1, "{:?}", told.lock().unwrap());
}

#[tokio::test]
async fn one_cns_among_cards_that_are_none_is_taken_and_the_others_are_told() {
    for other in ["health-professional", "signature-dsd", "bank-emv", "mute"] {
        let kind = if other == "mute" { "classic-st2021" } else { other };
        let readers = ScriptedReaders::with(&[
            ("A", kind, "citizen-luca"),
            ("B", "classic-st2021", "citizen-good"),
        ]);
        if other == "mute" {
            readers.move_card("A", CardPresence::Mute);
        }
        let chosen = choose(&readers, None, Person::default()).await;
        assert_eq!(chosen.ended(), Ok("B"), "{other}");
        let taken = &chosen.told[chosen.told.len() - 2];
        assert!(taken.ends_with(", B MARIA ROSSI -> 1"), "{taken}");
        let problem = taken.split([' ', ',']).nth(1).unwrap();
        assert!(
            ["not_a_cns", "unknown_card", "card_mute"].contains(&problem),
            "{taken}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_card_that_may_be_the_one_that_is_meant_is_not_passed_over() {
    for code in [ProblemCode::CardBusy, ProblemCode::ReaderFailed] {
        let readers = ScriptedReaders::with(&[MARIA, LUCA]);
        readers.refuse("B", Some(code));
        let chosen = choose(&readers, None, Person::takes(0)).await;
        assert_eq!(chosen.ended(), Ok("A"));
        assert_eq!(chosen.offered[0][1], format!("B {}", code.name()));

        let chosen = choose(&readers, None, Person::takes(1)).await;
        assert_eq!(chosen.ended(), Err(code), "chosen all the same, it says why not");
    }
}

#[tokio::test(start_paused = true)]
async fn of_several_that_cannot_be_used_the_most_telling_says_why() {
    let rows = [
        ("health-professional", "bank-emv", None, ProblemCode::NotACns),
        ("bank-emv", "health-professional", None, ProblemCode::NotACns),
        (
            "classic-st2021",
            "classic-st2021",
            Some(ProblemCode::CardBusy),
            ProblemCode::CardBusy,
        ),
    ];
    for (one, other, refusal, expected) in rows {
        let readers = ScriptedReaders::with(&[("A", one, "citizen-good"), ("B", other, "citizen-luca")]);
        for reader in ["A", "B"] {
            readers.refuse(reader, refusal);
        }
        let chosen = choose(&readers, None, Person::default()).await;
        assert_eq!(chosen.ended(), Err(expected), "{one} {other}");
    }

    let mute_beside_a_built_in_one = ScriptedReaders::with(&[("A", "bank-emv", "citizen-good"), LUCA]);
    mute_beside_a_built_in_one.move_card("B", CardPresence::Mute);
    let chosen = choose(&mute_beside_a_built_in_one, None, Person::default()).await;
    assert_eq!(chosen.ended(), Err(ProblemCode::CardMute));
}

#[tokio::test]
async fn what_a_card_of_another_kind_gave_away_is_told_before_the_end() {
    let readers = ScriptedReaders::with(&[("A", "health-professional", "citizen-good")]);
    let chosen = choose(&readers, None, Person::default()).await;
    assert_eq!(chosen.ended(), Err(ProblemCode::NotACns));
    assert_eq!(chosen.told.last().unwrap(), "not read A");
}

#[tokio::test(start_paused = true)]
async fn a_card_that_two_slots_see_is_one_and_its_contacts_are_used() {
    let contact = "st2022";
    let radio = "st2022-nfc";
    for (first, second, used) in [(contact, radio, "A"), (radio, contact, "B")] {
        let readers = ScriptedReaders::with(&[("A", first, "citizen-good"), ("B", second, "citizen-good")]);
        let chosen = choose(&readers, None, Person::default()).await;
        assert_eq!(chosen.ended(), Ok(used));
        assert_eq!(
            chosen.told.last().unwrap(),
            &format!("reading {used} MARIA ROSSI")
        );
    }

    let broken = ScriptedReaders::with(&[("A", contact, "citizen-good"), ("B", radio, "citizen-good")]);
    broken.move_card("A", CardPresence::Mute);
    let chosen = choose(&broken, None, Person::default()).await;
    assert_eq!(chosen.ended(), Ok("B"), "by radio, where the contacts are dirty");
}

#[tokio::test]
async fn two_cards_are_two_even_when_they_look_alike() {
    for kinds in [["classic-st2021", "classic-st2021"], ["st2022-nfc", "st2022-nfc"]] {
        let readers =
            ScriptedReaders::with(&[("A", kinds[0], "citizen-good"), ("B", kinds[1], "citizen-good")]);
        let chosen = choose(&readers, None, Person::takes(1)).await;
        assert_eq!(chosen.ended(), Ok("B"), "{kinds:?}");
    }
    let two_persons = [
        ("A", "classic-st2021", "citizen-good"),
        ("B", "st2022-nfc", "citizen-luca"),
    ];
    let chosen = choose(&ScriptedReaders::with(&two_persons), None, Person::takes(1)).await;
    assert_eq!(chosen.ended(), Ok("B"));
}

#[tokio::test]
async fn a_choice_that_is_dropped_leaves_the_cards_as_they_were() {
    let readers = ScriptedReaders::with(&[MARIA, LUCA]);
    let cards = Cards::new(&readers, CardProfiles::built_in());
    let (begun, asked) = (Notify::new(), Notify::new());
    readers.card("A").pause();
    let (mut nobody, tell) = (Person::default(), |_| begun.notify_one());
    tokio::select! {
        _ = choose_card(&cards, None, &mut nobody, &tell) => panic!("A is silent"),
        () = begun.notified() => {}
    }
    readers.card("A").resume();
    let hesitates = |_: &[OfferedCard]| {
        asked.notify_one();
        Answered::Hesitates
    };
    let mut person = Person::who([Box::new(hesitates) as Answer<'_>]);
    tokio::select! {
        _ = choose_card(&cards, None, &mut person, &|_| {}) => panic!("nobody has chosen"),
        () = asked.notified() => {}
    }
    assert_eq!(person.offered, [["A MARIA ROSSI", "B LUCA BIANCHI"]]);
    let opened = readers.opened();
    let found = choose_card(&cards, None, &mut Person::takes(0), &|_| {})
        .await
        .unwrap();
    assert_eq!(found.slot.reader, "A");
    assert_eq!(readers.opened(), opened, "what was open stays open");
}
