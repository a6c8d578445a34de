//! "Prova con una tessera di esempio": the same story with a card and a portal that live inside the process.

use crate::commands::{DemoMove, DemoMoves};
use crate::events::Stage;
use crate::person::{Exit, Person, Turn};
use crate::session::World;
use cns_card::CardProfiles;
use cns_contract::{DemoSeen, PortalSeen, View};
use cns_demo::{Demo, Example};
use cns_login::Cards;
use cns_session::SessionVault;
use cns_trust::Clock;
use std::sync::Arc;

/// Plays the example until the person leaves it. Its roots are trusted here and nowhere else.
pub(crate) async fn play(clock: Arc<dyn Clock>, person: &mut Person, moves: &mut DemoMoves) -> Exit {
    person.stage.show(View::Starting);
    let demo = match Demo::start(clock.clone()).await {
        Ok(demo) => demo,
        Err(problem) => {
            person.stage.show(View::problem(&problem));
            return match person.again(std::future::pending()).await {
                Turn::Exit(exit) => exit,
                Turn::Begin | Turn::Again | Turn::Care(_) | Turn::Door => Exit::LeaveDemo,
            };
        }
    };
    while moves.try_recv().is_ok() {}
    let stage = person.stage.clone();
    stage.set_scene(PortalSeen::from(&demo.profile), Some(seen(Example::default())));
    let vault = SessionVault::in_memory(clock.clone());
    let cards = Cards::new(&demo.readers, CardProfiles::built_in());
    let judge = demo.judge(clock.clone());
    let world = World {
        cards: &cards,
        portal: &demo.portal,
        vault: &vault,
        profile: &demo.profile,
        judge: &judge,
        clock: clock.as_ref(),
    };
    let exit = tokio::select! {
        exit = world.play(person) => exit,
        () = move_card(&demo, clock.as_ref(), moves, &stage) => Exit::Closed,
    };
    demo.stop().await;
    exit
}

/// Moves the example card for as long as the window is open.
async fn move_card(demo: &Demo, clock: &dyn Clock, moves: &mut DemoMoves, stage: &Stage) {
    let mut inserted = true;
    while let Some(wanted) = moves.recv().await {
        match wanted {
            DemoMove::In if !inserted => demo.readers.insert(),
            DemoMove::Out if inserted => demo.readers.remove(),
            DemoMove::In | DemoMove::Out => continue,
            DemoMove::Exchange(name) => {
                let Some(example) = Example::named(&name) else {
                    continue;
                };
                if let Err(problem) = demo.exchange(example, clock).await {
                    tracing::error!(problem = problem.code.name(), "the example card stays");
                    continue;
                }
                inserted = true;
                stage.set_demo(|demo| *demo = seen(example));
                continue;
            }
            DemoMove::Operator => continue,
        }
        inserted = !inserted;
        stage.set_demo(|demo| demo.card_inserted = inserted);
    }
}

/// The example as it is with a new card.
fn seen(card: Example) -> DemoSeen {
    let name = |example: Example| example.name().to_owned();
    DemoSeen {
        pin: Some(cns_demo::PIN.to_owned()),
        puk: cns_demo::PUK.to_owned(),
        card_inserted: true,
        card: name(card),
        cards: Example::ALL.into_iter().map(name).collect(),
        people: Vec::new(),
        mailbox: Vec::new(),
    }
}
