//! The example: the whole journey with no reader, no service, no keyring, no network.

use journeys::cns;
use journeys::disk::Watch;
use journeys::place::Place;

#[test]
fn the_demo_plays_the_whole_journey_and_leaves_nothing() {
    let place = Place::new();
    let watch = Watch::start(vec![place.home(), place.temporary(), place.runtime()]);
    let demo = cns::run(&mut cns::cns(&place, &["demo"]), "").done();
    assert_eq!(
        (&demo["demo"], &demo["logged_out"]),
        (&true.into(), &true.into()),
        "{demo}"
    );
    assert!(
        demo["holder"].is_string() && demo["statement"]["sections"].is_array(),
        "{demo}"
    );
    assert_eq!(
        watch.end().into_keys().collect::<Vec<_>>(),
        Vec::<std::path::PathBuf>::new()
    );
}

#[test]
fn the_demo_tells_its_story_to_people_in_both_languages() {
    let place = Place::new();
    for (language, word) in [("it", "Esempio"), ("en", "Example")] {
        let mut command = place.command(journeys::programs::built("cns"));
        let ended = cns::run(command.args(["--language", language, "demo"]), "");
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(ended.err.contains(word), "{}", ended.err);
    }
}
