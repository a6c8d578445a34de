//! `cns applications`: drafts, filing, and what becomes of it.

use crate::args;
use crate::commands::card::rfc3339;
use crate::commands::sessions::{forgetting, newest};
use crate::output::{Output, Report};
use cns_login::{Area, Problem, ProblemCode, Session, read_form};
use cns_portal_api::{Application, ApplicationForm, ApplicationState, NewApplication};
use cns_session::SessionVault;
use cns_tls::HttpsPortal;
use cns_trust::SystemClock;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) async fn run(args: &args::Applications, output: &Output) -> Result<Report, Problem> {
    let vault = SessionVault::open(Arc::new(SystemClock));
    let named = match args {
        args::Applications::List(session) => session,
        args::Applications::New(new) => &new.session,
        args::Applications::Submit(one) | args::Applications::Status(one) => &one.session,
    };
    let (session, portal) = newest(&vault, named.session.as_deref()).await?;
    let asked = carry_out(args, &session, &portal, output).await;
    forgetting(asked, &session, &vault).await
}

async fn carry_out(
    args: &args::Applications,
    session: &Session,
    portal: &HttpsPortal,
    output: &Output,
) -> Result<Report, Problem> {
    let one = match args {
        args::Applications::List(_) => {
            let listed = portal.applications(session).await?;
            let text: String = listed.items.iter().map(|one| line(one, output)).collect();
            return Ok(Report {
                json: serde_json::to_value(&listed).unwrap_or_default(),
                text: match text.is_empty() {
                    true => format!("{}\n", output.say("Nessuna domanda.", "No application.")),
                    false => text,
                },
            });
        }
        args::Applications::New(new) => {
            let form = form_of(read_form(&new.from_file)?)?;
            portal.begin_application(session, &form).await?
        }
        args::Applications::Submit(named) => {
            let draft = portal.application(session, &named.id).await?;
            portal
                .submit_application(session, &named.id, draft.version)
                .await?
        }
        args::Applications::Status(named) => portal.application(session, &named.id).await?,
    };
    Ok(Report {
        json: serde_json::to_value(&one).unwrap_or_default(),
        text: told(&one, output),
    })
}

/// The form in a file, as the portal takes it.
fn form_of(file: serde_json::Map<String, Value>) -> Result<ApplicationForm, Problem> {
    let new: Result<NewApplication, _> = serde_json::from_value(json!({ "form": file }));
    new.map(|new| new.form)
        .map_err(|error| Problem::new(ProblemCode::RequestIncomplete).with("field", error.to_string()))
}

fn line(one: &Application, output: &Output) -> String {
    format!(
        "{}  {}  {}\n",
        one.id,
        one.protocol.as_deref().unwrap_or("-"),
        state_in_words(one.state, output)
    )
}

/// Where an application is, what happened to it, and what happens next.
fn told(one: &Application, output: &Output) -> String {
    let mut text = line(one, output);
    if let Some(filed_at) = one.filed_at {
        text.push_str(&format!(
            "{}: {}\n",
            output.say("Presentata il", "Filed on"),
            output.moment(filed_at)
        ));
    }
    for event in &one.events {
        let note = event.note.as_deref().unwrap_or_default();
        text.push_str(&format!(
            "  {}  {}  {note}\n",
            rfc3339(event.at),
            state_in_words(event.state, output)
        ));
    }
    if let Some(next) = what_next(one.state, output) {
        text.push_str(&format!("{next}\n"));
    }
    text
}

fn what_next(state: ApplicationState, output: &Output) -> Option<&'static str> {
    match state {
        ApplicationState::Bozza => Some(output.say(
            "È una bozza: nessuno la lavora finché non la presenti con «cns applications submit».",
            "It is a draft: nobody works on it until you file it with “cns applications submit”.",
        )),
        ApplicationState::Trattenuta => Some(output.say(
            "La data è salva. Sarà lavorata quando il tuo PIN del portale diventa dispositivo («cns pin-portal convert»), oppure se entri con la tessera.",
            "Its date is safe. It will be worked on when your PIN of the portal becomes dispositivo (“cns pin-portal convert”), or if you log in with the card.",
        )),
        ApplicationState::InEvidenza => Some(output.say(
            "Manca qualcosa: guarda la nota, hai 60 giorni.",
            "Something is missing: look at the note, you have 60 days.",
        )),
        ApplicationState::Acquisita
        | ApplicationState::InIstruttoria
        | ApplicationState::Sospesa
        | ApplicationState::InRiesame => Some(output.say(
            "Non devi fare nulla: il prossimo passo è del portale.",
            "You need do nothing: the next step is the portal's.",
        )),
        ApplicationState::Accolta | ApplicationState::Respinta | ApplicationState::Annullata => None,
    }
}

fn state_in_words(state: ApplicationState, output: &Output) -> &'static str {
    match state {
        ApplicationState::Bozza => output.say("bozza", "draft"),
        ApplicationState::Trattenuta => output.say(
            "trattenuta, in attesa della conversione del PIN",
            "held until the PIN is converted",
        ),
        ApplicationState::Acquisita => output.say("acquisita", "received"),
        ApplicationState::InIstruttoria => output.say("in istruttoria", "being checked"),
        ApplicationState::InEvidenza => output.say("in evidenza: manca qualcosa", "something is missing"),
        ApplicationState::Sospesa => output.say("sospesa", "suspended"),
        ApplicationState::Accolta => output.say("accolta", "granted"),
        ApplicationState::Respinta => output.say("respinta", "refused"),
        ApplicationState::InRiesame => output.say("in riesame", "being looked at again"),
        ApplicationState::Annullata => output.say("annullata", "withdrawn"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_portal_api::ApplicationKind;

    #[test]
    fn a_form_comes_from_its_file_and_what_is_missing_is_named() {
        let form = |text: &str| {
            let folder = std::env::temp_dir();
            let file = folder.join(format!("cns-form-{:x}.toml", rand::random::<u64>()));
            std::fs::write(&file, text).unwrap();
            let form = read_form(&file).and_then(form_of);
            std::fs::remove_file(file).unwrap();
            form
        };
        let moved = "kind = \"variazione_contatti\"\ncontact = \"email\"\nvalue = \"a@example.org\"\n";
        assert_eq!(form(moved).unwrap().kind(), ApplicationKind::VariazioneContatti);
        for wrong in [
            "kind = \"altro\"\n",
            "kind = \"variazione_contatti\"\n",
            "kind = ",
            "",
        ] {
            assert_eq!(
                form(wrong).unwrap_err().code,
                ProblemCode::RequestIncomplete,
                "{wrong}"
            );
        }
    }
}
