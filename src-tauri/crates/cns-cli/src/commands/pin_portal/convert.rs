//! `cns pin-portal convert`: form and document, and somebody at the body who looks at both.

use super::whom_to_call_of;
use crate::args::{Convert, DocumentWord};
use crate::commands::sessions::{forgetting, newest};
use crate::output::{Output, Report};
use crate::typing::{self, Lines};
use cns_login::{PinKind, PinPortal, Problem, ProblemCode, Session, read_page, write_new};
use cns_portal_api::{Conversion, ConversionState, DocumentKind, DocumentSide, NewConversion};
use cns_session::SessionVault;
use cns_tls::HttpsPortal;
use cns_trust::SystemClock;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

pub(crate) async fn run(args: &Convert, output: &Output) -> Result<Report, Problem> {
    let sent = papers(args, output)?;
    let vault = SessionVault::open(Arc::new(SystemClock));
    let (session, portal) = newest(&vault, args.session.session.as_deref()).await?;
    let done = match (sent, &args.print_form) {
        (Some(papers), _) => hand_in(papers, &session, &portal, output).await,
        (None, Some(file)) => print_form(file, &session, &portal, output).await,
        (None, None) => how_it_goes(&session, &portal, output).await,
    };
    forgetting(done, &session, &vault).await
}

/// Everything that is handed in, read before the portal is asked.
struct Papers {
    conversion: NewConversion,
    pages: [(DocumentSide, Vec<u8>); 3],
}

fn papers(args: &Convert, output: &Output) -> Result<Option<Papers>, Problem> {
    let (Some(front), Some(back), Some(form), Some(document), Some(expiry)) =
        (&args.front, &args.back, &args.form, args.document, &args.expiry)
    else {
        return Ok(None);
    };
    let missing = |field: &str| Problem::new(ProblemCode::RequestIncomplete).with("field", field);
    let document_expiry = super::day_of(expiry).ok_or_else(|| missing("--expiry"))?;
    let pages = [
        (DocumentSide::Front, read_page(front)?),
        (DocumentSide::Back, read_page(back)?),
        (DocumentSide::Form, read_page(form)?),
    ];
    let number = ("numero del documento", "number of the document");
    let document_number = match args.stdin {
        true => super::line(&mut Lines::of_stdin()?, number, output)?,
        false => typing::answer(
            output,
            output.say("Numero del documento: ", "Number of the document: "),
        )
        .ok_or_else(|| missing(output.say(number.0, number.1)))?,
    };
    let conversion = NewConversion {
        document_kind: match document {
            DocumentWord::CartaIdentita => DocumentKind::CartaIdentita,
            DocumentWord::Passaporto => DocumentKind::Passaporto,
        },
        document_number,
        document_expiry,
    };
    Ok(Some(Papers { conversion, pages }))
}

async fn hand_in(
    papers: Papers,
    session: &Session,
    portal: &HttpsPortal,
    output: &Output,
) -> Result<Report, Problem> {
    let begun = portal.start_conversion(session, &papers.conversion).await?;
    for (side, page) in papers.pages {
        portal.send_document(session, &begun.id, side, page).await?;
    }
    let sent = portal.submit_conversion(session, &begun.id).await?;
    Ok(told(&sent, session, output))
}

async fn print_form(
    file: &Path,
    session: &Session,
    portal: &HttpsPortal,
    output: &Output,
) -> Result<Report, Problem> {
    let form = portal.conversion_form(session).await?;
    write_new(file, &form).map_err(|error| {
        tracing::debug!(%error, "the form was not written");
        Problem::new(ProblemCode::ReportNotWritten).with("path", file.display().to_string())
    })?;
    let said = output.say(
        "Il modulo è scritto. Stampalo, compilalo in ogni parte, mettici la data e firmalo a mano; poi mandalo con fronte e retro di un documento valido.",
        "The form is written. Print it, fill in every part, date it and sign it by hand; then send it with front and back of a valid document.",
    );
    Ok(Report {
        json: json!({"form": file.display().to_string()}),
        text: format!("{said}\n{}", whom_to_call_of(session, output)),
    })
}

async fn how_it_goes(session: &Session, portal: &HttpsPortal, output: &Output) -> Result<Report, Problem> {
    let about = portal.about_pin(session).await?;
    if let Some(id) = &about.conversion {
        return Ok(told(&portal.conversion(session, id).await?, session, output));
    }
    let said = match about.kind {
        PinKind::Dispositivo => output.say(
            "Il tuo PIN del portale è già dispositivo.",
            "Your PIN of the portal is dispositivo already.",
        ),
        PinKind::Ordinario => output.say(
            "Il tuo PIN del portale è ordinario. Per convertirlo: «--print-form» dà il modulo da firmare; «--front», «--back» e «--form» mandano le pagine. Anche via fax, o di persona allo sportello, dove è immediato.",
            "Your PIN of the portal is an ordinario. To convert it: “--print-form” gives the form to sign; “--front”, “--back” and “--form” send the pages. By fax too, or in person at the counter, where it is immediate.",
        ),
    };
    Ok(Report {
        json: json!({"kind": about.kind, "conversion": null}),
        text: format!("{said}\n{}", whom_to_call_of(session, output)),
    })
}

fn told(conversion: &Conversion, session: &Session, output: &Output) -> Report {
    let said = match conversion.state {
        ConversionState::Bozza => output.say(
            "La conversione è iniziata e non ancora inviata: manda le pagine con «--front», «--back» e «--form».",
            "The conversion has begun and is not sent yet: send the pages with “--front”, “--back” and “--form”.",
        ),
        ConversionState::Inviata => output.say(
            "Le pagine sono arrivate e qualcuno le guarderà: tu non devi fare nulla. Le domande trattenute andranno avanti da sole, con la data che hanno. A che punto è: «cns pin-portal convert».",
            "The pages have arrived and somebody will look at them: you need do nothing. Applications that are held will go on by themselves, with the date they have. How it goes: “cns pin-portal convert”.",
        ),
        ConversionState::InVerifica => output.say(
            "Qualcuno sta guardando le pagine: tu non devi fare nulla. A che punto è: «cns pin-portal convert».",
            "Somebody is looking at the pages: you need do nothing. How it goes: “cns pin-portal convert”.",
        ),
        ConversionState::Accolta => output.say(
            "Il tuo PIN del portale è dispositivo: le domande trattenute sono andate avanti, con la data che avevano.",
            "Your PIN of the portal is dispositivo: applications that were held went on, with the date they had.",
        ),
        ConversionState::Respinta => output.say(
            "La conversione è stata respinta: puoi rifarla, con «--print-form» e poi le pagine.",
            "The conversion was refused: you can do it again, with “--print-form” and then the pages.",
        ),
    };
    let reason = conversion.reason.as_deref().unwrap_or_default();
    Report {
        json: serde_json::to_value(conversion).unwrap_or_default(),
        text: format!("{said}\n{reason}\n{}", whom_to_call_of(session, output)).replace("\n\n", "\n"),
    }
}
