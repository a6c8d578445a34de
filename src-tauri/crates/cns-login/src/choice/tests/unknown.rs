//! A tessera that nobody knows yet, beside others.

use super::*;

#[tokio::test]
async fn an_unknown_tessera_of_somebody_is_not_passed_over() {
    let readers = ScriptedReaders::with(&[MARIA, ("B", "unknown-java", "citizen-luca")]);
    let chosen = choose(&readers, None, Person::takes(1)).await;
    assert_eq!(chosen.offered, [["A MARIA ROSSI", "B unknown_card"]]);
    assert_eq!(chosen.ended(), Err(ProblemCode::UnknownCard));
    assert_eq!(chosen.told.last().unwrap(), "not read B");
}

#[test]
fn an_unknown_card_that_says_whose_it_is_may_be_the_one_that_is_meant() {
    use ProblemCode::{CardMute, NoCertificate, NotACns, UnknownCard};
    let offered = |(holder, problem): &(Option<&str>, Option<ProblemCode>)| OfferedCard {
        slot: ScriptedReaders::with(&[MARIA]).slot("A"),
        holder_name: holder.map(str::to_owned),
        problem: problem.map(Problem::new),
    };
    let check = |cards: &[(Option<&str>, Option<ProblemCode>)], expected| {
        let offered: Vec<_> = cards.iter().map(offered).collect();
        assert_eq!(which(&offered), expected, "{cards:?}");
    };
    let maria = (Some("MARIA ROSSI"), None);
    check(&[maria, (Some("LUCA BIANCHI"), Some(UnknownCard))], Which::Asked);
    check(&[(None, Some(UnknownCard)), maria], Which::Only(1));
    check(&[(Some("LUCA BIANCHI"), Some(NotACns)), maria], Which::Only(1));
    check(&[maria, (None, Some(NoCertificate))], Which::Asked);
    let luca_newer = (Some("LUCA BIANCHI"), Some(UnknownCard));
    for less in [NotACns, CardMute, UnknownCard] {
        check(
            &[(None, Some(less)), luca_newer],
            Which::NoneUsable { most_telling: 1 },
        );
    }
}
