//! What applicants are told of their applications, in Italian.

use cns_portal_api::{Application, ApplicationKind};
use time::Date;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// The note of an application that is held.
pub(crate) fn held(filed: Date) -> String {
    format!(
        "Domanda presentata il {}. La data è salva: la lavoreremo appena il tuo PIN sarà dispositivo.",
        day(filed)
    )
}

/// The note of one that goes on by itself.
pub(crate) fn moved_on(application: &Application) -> String {
    format!(
        "La domanda non è più trattenuta: la lavoriamo con la data in cui l'hai presentata, {}.",
        filed_on(application)
    )
}

/// A notice, title and text: it was filed.
pub(crate) fn filed(application: &Application) -> (String, String) {
    let (name, protocol) = (name(application.form.kind()), protocol(application));
    match application.events.last().and_then(|event| event.note.as_deref()) {
        Some(note) => (
            format!("{name}: domanda trattenuta"),
            format!("Protocollo {protocol}. {note} Puoi convertirlo nella sezione PIN del portale."),
        ),
        None => (
            format!("{name}: domanda acquisita"),
            format!(
                "Abbiamo ricevuto la domanda. Protocollo {protocol}, data {}.",
                filed_on(application)
            ),
        ),
    }
}

/// A notice: it goes on by itself.
pub(crate) fn acquired(application: &Application) -> (String, String) {
    (
        format!("{}: domanda acquisita", name(application.form.kind())),
        format!("Protocollo {}. {}", protocol(application), moved_on(application)),
    )
}

/// A notice: somebody moved it on.
pub(crate) fn worked(application: &Application, note: Option<&str>) -> (String, String) {
    use cns_portal_api::ApplicationState as State;
    let due = application.due.map(day).unwrap_or_default();
    let (word, text) = match application.state {
        State::InIstruttoria => ("in istruttoria", "Stiamo verificando la domanda.".to_owned()),
        State::InEvidenza => (
            "manca qualcosa",
            format!("Rispondi entro il {due}: dopo, la domanda è respinta."),
        ),
        State::Sospesa => ("sospesa", "La domanda è sospesa. Non devi fare nulla.".to_owned()),
        State::Accolta => ("accolta", "La domanda è accolta.".to_owned()),
        State::Respinta if application.due.is_some() => (
            "respinta",
            format!("La domanda è respinta. Puoi chiedere il riesame entro il {due}."),
        ),
        State::Respinta => ("respinta", "La domanda è respinta.".to_owned()),
        State::Bozza | State::Trattenuta | State::Acquisita | State::InRiesame | State::Annullata => {
            ("aggiornata", "La domanda è stata aggiornata.".to_owned())
        }
    };
    let note = note.map(|note| format!(" {note}")).unwrap_or_default();
    (
        format!("{}: {word}", name(application.form.kind())),
        format!("Protocollo {}. {text}{note}", protocol(application)),
    )
}

/// The note of one that nobody answered in time.
pub(crate) const OVERDUE: &str = "Il termine per rispondere è passato senza risposta.";

pub(crate) fn name(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::AssegnoUnico => "Assegno unico e universale",
        ApplicationKind::AssegnoNucleo => "Assegno per il nucleo familiare",
        ApplicationKind::Isee => "ISEE",
        ApplicationKind::VariazioneIndirizzo => "Variazione di indirizzo",
        ApplicationKind::VariazioneContatti => "Variazione di contatto",
    }
}

fn protocol(application: &Application) -> &str {
    application.protocol.as_deref().unwrap_or_default()
}

fn filed_on(application: &Application) -> String {
    application.filed_at.map(|at| day(at.date())).unwrap_or_default()
}

/// A day as people in Italy write it.
pub(crate) fn day(day: Date) -> String {
    const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day]/[month]/[year]");
    // A date has all its fields: formatting it cannot fail.
    day.format(DAY).unwrap_or_default()
}
