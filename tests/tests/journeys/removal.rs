//! Pulling the card: at any moment it ends in a named problem, and the next insertion works.

use journeys::card::PIN;
use journeys::portal::Portal;
use journeys::scene::Scene;

#[test]
fn the_card_may_be_pulled_at_any_command() {
    let mut scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    scene.log_in(&portal, None, PIN).done();
    let whole = scene.card.spent().apdus;
    assert!((8..=19).contains(&whole), "{whole} commands for a login");
    for moment in 0..whole {
        scene.card.fault(&format!("{moment} removal"));
        let problem = scene.log_in(&portal, None, PIN).problem();
        assert_eq!(problem, "card_removed", "pulled at command {moment} of {whole}");
        let Scene { card, stack, .. } = &mut scene;
        card.reinsert(stack);
    }
    scene.card.forget();
    scene.log_in(&portal, None, PIN).done();
    assert_eq!(scene.card.tries_left(), 3);
}

#[test]
fn garbage_from_the_card_at_any_command_is_a_named_problem() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    scene.log_in(&portal, None, PIN).done();
    let whole = scene.card.spent().apdus;
    for (moment, fault) in (0..whole).zip(["status 6F00", "garbage 00", "truncated 1"].into_iter().cycle()) {
        scene.card.fault(&format!("{moment} {fault}"));
        let ended = scene.log_in(&portal, None, PIN);
        // A fault in a file that a login does not need may be survived.
        assert!(
            ended.code == 0 || !ended.problem().is_empty(),
            "{fault} at {moment}"
        );
    }
    assert!(scene.card.tries_left() > 0, "garbage never costs all tries");
}
