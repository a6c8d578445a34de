//! `cns demo`: the whole journey with an example card, an example portal and nothing else.

use crate::commands::{login, statement};
use crate::output::{Output, Report};
use cns_card::{CardPin, CardProfiles};
use cns_demo::Demo;
use cns_login::{
    CardChoice, Cards, LoggedIn, OfferedCard, PinAnswer, PinEntry, PinRequest, Portal, Ports, Problem,
    Progress, log_in,
};
use cns_session::SessionVault;
use cns_trust::SystemClock;
use serde_json::json;
use std::sync::Arc;

pub(crate) async fn run(output: &Output) -> Result<Report, Problem> {
    let demo = Demo::start(Arc::new(SystemClock)).await?;
    let ended = play(&demo, output).await;
    demo.stop().await;
    ended
}

async fn play(demo: &Demo, output: &Output) -> Result<Report, Problem> {
    output.note(
        "Esempio: la tessera e il portale vivono dentro questo programma, la persona è inventata.",
        "Example: the card and the portal live inside this program, the person is invented.",
    );
    // The example's session is nobody's: it stays out of the keyring.
    let vault = SessionVault::in_memory(Arc::new(SystemClock));
    let cards = Cards::new(&demo.readers, CardProfiles::built_in());
    let ports = Ports {
        cards: &cards,
        person: &mut ExamplePin,
        portal: &demo.portal,
        vault: &vault,
    };
    let tell = |progress: Progress| login::tell(&progress, output);
    let LoggedIn { session, .. } = log_in(
        ports,
        None,
        &demo.profile,
        &demo.judge(Arc::new(SystemClock)),
        &tell,
    )
    .await?;
    let shown = demo
        .portal
        .statement(&session)
        .await
        .map(|statement| statement::report(&statement, output));
    demo.portal.log_out(&session).await?;
    let shown = shown?;
    output.note(
        "Sono uscito: la sessione di esempio è chiusa.",
        "Logged out: the example session is closed.",
    );
    let json =
        json!({"demo": true, "holder": session.holder_name, "statement": shown.json, "logged_out": true});
    Ok(Report {
        json,
        text: shown.text,
    })
}

/// Types the example's PIN, which is public.
struct ExamplePin;

impl PinEntry for ExamplePin {
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        if request.refused.is_some() {
            None
        } else {
            CardPin::parse(cns_demo::PIN).ok().map(PinAnswer::Typed)
        }
    }
}

impl CardChoice for ExamplePin {
    async fn choose(&mut self, _offered: &[OfferedCard]) -> Option<usize> {
        None
    }
}
