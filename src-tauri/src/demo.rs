//! "Prova con una tessera di esempio": the same story with a card and a portal that live inside the process.

use crate::commands::{DemoMove, DemoMoves};
use crate::events::Stage;
use crate::person::{Exit, Person, Turn};
use crate::session::World;
use cns_card::CardProfiles;
use cns_contract::{DemoPersonSeen, DemoSeen, MessageSeen, PortalSeen, View};
use cns_demo::{ChannelKind, Delivered, Demo, Example};
use cns_login::Cards;
use cns_session::SessionVault;
use cns_trust::Clock;
use std::sync::Arc;
use time::format_description::well_known::Rfc3339;

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
    stage.set_scene(
        PortalSeen::from(&demo.profile),
        Some(seen(Example::default(), &demo)),
    );
    let vault = SessionVault::in_memory(clock.clone());
    let cards = Cards::new(&demo.readers, CardProfiles::built_in());
    let judge = demo.judge(clock.clone());
    let world = World {
        cards: &cards,
        portal: &demo.portal,
        vault: &vault,
        profile: &demo.profile,
        judge: &judge,
        web: None,
        clock: clock.as_ref(),
    };
    let exit = tokio::select! {
        exit = world.play(person) => exit,
        () = move_card(&demo, clock.as_ref(), moves, &stage) => Exit::Closed,
        () = empty_the_letter_box(&demo, clock.as_ref(), &stage) => Exit::Closed,
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
                stage.set_demo(|shown| {
                    let mailbox = std::mem::take(&mut shown.mailbox);
                    *shown = DemoSeen {
                        mailbox,
                        ..seen(example, demo)
                    };
                });
                continue;
            }
            DemoMove::Operator => {
                match demo.play_operator().await {
                    Ok(cases) => tracing::info!(cases, "the operator of the example has done what waited"),
                    Err(problem) => {
                        tracing::error!(problem = problem.code.name(), "nobody is at the counter")
                    }
                }
                continue;
            }
        }
        inserted = !inserted;
        stage.set_demo(|demo| demo.card_inserted = inserted);
    }
}

/// Shows what the portal sends, as it comes.
async fn empty_the_letter_box(demo: &Demo, clock: &dyn Clock, stage: &Stage) {
    let mut delivered = demo.mailbox.delivered();
    let mut shown = 0;
    loop {
        let come: Vec<MessageSeen> = {
            let all = delivered.borrow_and_update();
            let new = all.iter().skip(shown);
            new.map(|message| seen_message(message, clock)).collect()
        };
        shown += come.len();
        if !come.is_empty() {
            stage.set_demo(|demo| demo.mailbox.extend(come));
        }
        if delivered.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn seen_message(message: &Delivered, clock: &dyn Clock) -> MessageSeen {
    let channel = match message.channel {
        ChannelKind::Sms => "sms",
        ChannelKind::Email => "email",
        ChannelKind::Pec => "pec",
        ChannelKind::Letter => "letter",
    };
    MessageSeen {
        channel: channel.to_owned(),
        at: clock.now().format(&Rfc3339).unwrap_or_default(),
        to: message.to.as_str().to_owned(),
        subject: message.subject.clone(),
        text: message.text.as_str().to_owned(),
    }
}

/// The example as it is with a new card.
fn seen(card: Example, demo: &Demo) -> DemoSeen {
    let name = |example: Example| example.name().to_owned();
    DemoSeen {
        pin: Some(cns_demo::PIN.to_owned()),
        puk: cns_demo::PUK.to_owned(),
        card_inserted: true,
        card: name(card),
        cards: Example::ALL.into_iter().map(name).collect(),
        people: demo
            .people
            .iter()
            .map(|person| DemoPersonSeen {
                name: format!("{} {}", person.name, person.surname),
                facts: cns_demo::facts_of(person),
            })
            .collect(),
        mailbox: Vec::new(),
    }
}
