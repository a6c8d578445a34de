//! `cns pin-portal request`: codice fiscale and residence, then the person, then the review, then the receipt.

use super::answers::{Answers, flat, nested};
use super::fields::{FIRST, Field, SECOND};
use super::rules::Words;
use super::{coming, portal_with_pin, step, whom_to_call};
use crate::args::Request;
use crate::output::{Failed, Output, Report};
use crate::typing;
use cns_login::{PinPortal, PortalProfile, Problem, ProblemCode, read_form};
use cns_portal_api::{NewPinRequest, PinRequestCheck, PinRequestReceived};
use cns_tls::{HttpsPortal, fresh_key};
use serde_json::{Map, Value, json};

pub(crate) async fn run(args: &Request, output: &Output) -> Result<Report, Failed> {
    let (profile, portal) = portal_with_pin(&args.at, output)?;
    let received = match &args.from_file {
        Some(file) => {
            let request = request_of(read_form(file)?, fresh_key())?;
            well_written(&request, output)?;
            portal.check_request(&first_step(&request)).await?;
            if !args.yes && !reviewed(&request, output) {
                return Err(ProblemCode::NotConfirmed.into());
            }
            sent(&portal, &request).await?
        }
        None => asked(&portal, output).await?,
    };
    Ok(report(&received, &profile, output))
}

/// Asks for everything, checks the first step with the portal, lets the person change what the review shows, and sends.
async fn asked(portal: &HttpsPortal, output: &Output) -> Result<PinRequestReceived, Problem> {
    if !typing::somebody_is_there() {
        return Err(Problem::new(ProblemCode::RequestIncomplete).with("field", "--from-file"));
    }
    step(
        output,
        &[
            (
                "Richiesta del PIN del portale. Non è il PIN della carta.",
                "Request of the portal's PIN. It is not the card's PIN.",
            ),
            (
                "Tre passi: chi sei, i tuoi dati, il controllo. Non parte nulla prima del controllo.",
                "Three steps: who you are, your data, the review. Nothing is sent before the review.",
            ),
        ],
    );
    let mut answers = Answers::new();
    loop {
        ask_all(FIRST, &mut answers, output)?;
        let check = serde_json::from_value::<PinRequestCheck>(Value::Object(nested(&answers)));
        let check = check.map_err(|_| ProblemCode::RequestIncomplete)?;
        match portal.check_request(&check).await {
            Ok(()) => break,
            Err(problem) if problem.code == ProblemCode::RequestInvalid => output.note_problem(&problem),
            Err(problem) => return Err(problem),
        }
    }
    ask_all(SECOND, &mut answers, output)?;
    let mut key = fresh_key();
    loop {
        ask_what_is_wrong(&mut answers, output)?;
        show(&answers, output);
        match at_the_review(output)? {
            AtTheReview::Change(field) => {
                let answer = field.ask(&answers, output).ok_or(ProblemCode::NotConfirmed)?;
                answers.insert(field.name.to_owned(), answer);
                // Other data are another request.
                key = fresh_key();
            }
            AtTheReview::Send => match sent(portal, &request_of(nested(&answers), key.clone())?).await {
                Ok(received) => return Ok(received),
                // What was typed is not lost: it can be changed, or sent again later.
                Err(problem) if problem.retriable() => {
                    output.note_problem(&problem);
                    tell_refused(&problem, output);
                }
                Err(problem) => return Err(problem),
            },
        }
    }
}

/// Says which of the data the portal does not take, by the numbers of the review.
fn tell_refused(problem: &Problem, output: &Output) {
    let refused: Vec<&str> = problem.fact("fields").unwrap_or_default().split(", ").collect();
    for (place, field) in FIRST.iter().chain(SECOND).enumerate() {
        if refused.contains(&field.name) {
            let change = output.say("Da cambiare", "To be changed");
            let line = format!("{change}: {}. {}", place + 1, field.label_in(output));
            output.warn(&line, &line);
        }
    }
}

/// What a person wants who looks at the whole.
enum AtTheReview {
    Send,
    Change(&'static Field),
}

fn at_the_review(output: &Output) -> Result<AtTheReview, Problem> {
    let question = output.say(
        "Scrivi «invio» per inviare la richiesta, il numero di un dato da modificare, oppure «no» per smettere: ",
        "Type “send” to send the request, the number of something to change, or “no” to give up: ",
    );
    loop {
        let typed = typing::line(output, question).ok_or(ProblemCode::NotConfirmed)?;
        let typed = typed.to_lowercase();
        if typed == "no" {
            return Err(ProblemCode::NotConfirmed.into());
        }
        if typed == output.say("invio", "send") {
            return Ok(AtTheReview::Send);
        }
        if let Some(field) = numbered(&typed) {
            return Ok(AtTheReview::Change(field));
        }
    }
}

/// Asks again for what does not go together any more, such as a province where the residence was changed.
fn ask_what_is_wrong(answers: &mut Answers, output: &Output) -> Result<(), Problem> {
    while let Some((field, (italian, english))) = first_fault(answers) {
        output.warn(
            &format!("{}: {italian}", field.label.0),
            &format!("{}: {english}", field.label.1),
        );
        let answer = field.ask(answers, output).ok_or(ProblemCode::NotConfirmed)?;
        answers.insert(field.name.to_owned(), answer);
    }
    Ok(())
}

fn first_fault(answers: &Answers) -> Option<(&'static Field, Words)> {
    let mut fields = FIRST.iter().chain(SECOND);
    fields.find_map(|field| field.fault(answers).map(|why| (field, why)))
}

/// What a file says, by the rules by which it would have been asked for.
///
/// # Errors
/// `invalid_request`, beside what is wrong with each of the data.
fn well_written(request: &NewPinRequest, output: &Output) -> Result<(), Failed> {
    let mut answers = match serde_json::to_value(request) {
        Ok(Value::Object(whole)) => flat(&whole),
        Ok(_) | Err(_) => Answers::new(),
    };
    let fields = || FIRST.iter().chain(SECOND);
    for field in fields() {
        answers.entry(field.name.to_owned()).or_default();
    }
    let faults: Vec<_> = fields()
        .filter_map(|field| Some((field.name, field.fault(&answers)?)))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = faults.iter().map(|(name, _)| *name).collect();
    let problem = Problem::new(ProblemCode::RequestInvalid).with("fields", names.join(", "));
    let mut json = Map::new();
    let mut text = String::new();
    for (name, (italian, english)) in faults {
        let why = output.say(italian, english);
        json.insert(name.to_owned(), why.into());
        text.push_str(&format!("{name}: {why}\n"));
    }
    Err(Failed::from(problem).showing("faults", Value::Object(json), &text))
}

fn ask_all(fields: &[Field], answers: &mut Answers, output: &Output) -> Result<(), Problem> {
    for field in fields {
        let gave_up = || Problem::new(ProblemCode::RequestIncomplete).with("field", field.label_in(output));
        let answer = field.ask(answers, output).ok_or_else(gave_up)?;
        answers.insert(field.name.to_owned(), answer);
    }
    Ok(())
}

/// The request that a file or the answers hold, under this name.
fn request_of(mut whole: Map<String, Value>, key: String) -> Result<NewPinRequest, Problem> {
    whole.insert("idempotency_key".to_owned(), key.into());
    serde_json::from_value(Value::Object(whole))
        .map_err(|error| Problem::new(ProblemCode::RequestIncomplete).with("field", error.to_string()))
}

fn first_step(request: &NewPinRequest) -> PinRequestCheck {
    PinRequestCheck {
        codice_fiscale: request.codice_fiscale.clone(),
        residence: request.residence,
    }
}

/// Shows a request that came from a file, and asks whether it is right.
fn reviewed(request: &NewPinRequest, output: &Output) -> bool {
    if let Ok(Value::Object(whole)) = serde_json::to_value(request) {
        show(&flat(&whole), output);
    }
    typing::confirmed_by(output.say("invio", "send"), output)
}

/// The review: each answer with its number.
fn show(answers: &Answers, output: &Output) {
    output.warn("Controlla i dati:", "Check the data:");
    for (place, field) in FIRST.iter().chain(SECOND).enumerate() {
        let answer = answers.get(field.name).map(String::as_str).unwrap_or_default();
        let answer = field.form.shown(answer, output);
        let line = format!("  {:>2}. {}: {answer}", place + 1, field.label_in(output));
        output.warn(&line, &line);
    }
}

fn numbered(typed: &str) -> Option<&'static Field> {
    let place = typed.parse::<usize>().ok()?.checked_sub(1)?;
    FIRST.iter().chain(SECOND).nth(place)
}

/// Sends the request, and once more where no answer came: it bears the same name, so it is one request all the same.
async fn sent(portal: &HttpsPortal, request: &NewPinRequest) -> Result<PinRequestReceived, Problem> {
    match portal.request(request).await {
        Err(problem) if problem.code == ProblemCode::PortalTimeout => portal.request(request).await,
        ended => ended,
    }
}

fn report(received: &PinRequestReceived, profile: &PortalProfile, output: &Output) -> Report {
    let text = format!(
        "{}\n{}: {}\n{}\n{}\n{}{}\n{}",
        output.say("La richiesta è stata inserita.", "The request was taken."),
        output.say("Codice per seguirla", "Code to follow it with"),
        received.receipt,
        output.say(
            "Tienilo per te: chi lo ha vede a che punto è la richiesta («cns pin-portal status»).",
            "Keep it to yourself: who has it sees how the request is going (“cns pin-portal status”).",
        ),
        output.say("Adesso:", "What happens next:"),
        coming(&received.expected, output),
        output.say(
            "Se i dati non corrispondono a quelli in archivio, per esempio l'indirizzo, ti chiamiamo al telefono preferenziale. Con le due parti entri con «cns login --with-pin», e il portale ti fa subito il PIN nuovo.",
            "If the data differ from those on file, such as the address, you are called at the preferred phone. With both parts you log in with “cns login --with-pin”, and the portal makes the new PIN at once.",
        ),
        whom_to_call(profile, output),
    );
    Report {
        json: json!({"receipt": received.receipt, "expected": received.expected}),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_together_are_a_request() {
        let answer = |field: &Field| match field.name {
            "residence" => "italy",
            "sex" => "F",
            "birth_date" => "1985-12-10",
            "preferred_phone" => "mobile",
            "call_slot" => "morning",
            "contacts.landline" | "contacts.pec" => "",
            _ => "x",
        };
        let fields = FIRST.iter().chain(SECOND);
        let answers: Answers = fields
            .map(|field| (field.name.to_owned(), answer(field).to_owned()))
            .collect();
        let request = request_of(nested(&answers), fresh_key()).unwrap();
        assert_eq!(request.contacts.pec, None);
        assert_eq!(request.idempotency_key.len(), 32);
        let Value::Object(mut whole) = serde_json::to_value(&request).unwrap() else {
            panic!("an object")
        };
        whole.remove("idempotency_key");
        let told: Answers = answers
            .into_iter()
            .filter(|(_, answer)| !answer.is_empty())
            .collect();
        assert_eq!(flat(&whole), told, "the review shows everything that is sent");
        assert_eq!(numbered("1").unwrap().name, "codice_fiscale");
        assert!(numbered("0").is_none() && numbered("99").is_none());
    }

    #[test]
    fn the_receipt_says_where_each_part_goes_and_that_somebody_may_call() {
        use cns_portal_api::{ContactKind, ExpectedDelivery, PinHalf};
        let delivery = |half, by, to: &str, within_hours| ExpectedDelivery {
            half,
            by,
            to: to.to_owned(),
            within_hours,
            sent: false,
        };
        let received = PinRequestReceived {
            receipt: "AAAA-BBBB-CCCC-DDDD".to_owned(),
            expected: vec![
                delivery(PinHalf::First, ContactKind::Mobile, "···· 456", 336),
                delivery(PinHalf::Second, ContactKind::Letter, "residenza", 48),
            ],
        };
        let profile = PortalProfile::named("riferimento").unwrap();
        let output = Output::new(false, cns_login::Language::It);
        let said = report(&received, &profile, &output).text;
        for words in [
            "AAAA-BBBB-CCCC-DDDD",
            "Prima parte: con un SMS al ···· 456, parte entro 14 giorni",
            "Seconda parte: con una lettera all'indirizzo di residenza, parte entro 48 ore",
            "ti chiamiamo al telefono preferenziale",
            "803 164",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }

    #[test]
    fn before_the_contacts_stands_that_the_first_part_goes_there() {
        let contacts = SECOND
            .iter()
            .find(|field| field.name == "contacts.mobile")
            .unwrap();
        assert!(contacts.help.0.contains("la prima parte del PIN arriva lì"));
        let address = SECOND
            .iter()
            .find(|field| field.name == "address.street")
            .unwrap();
        assert!(address.help.0.contains("per posta"));
    }

    #[test]
    fn a_request_without_one_of_its_data_names_it() {
        let problem = request_of(Map::new(), fresh_key()).unwrap_err();
        assert_eq!(problem.code, ProblemCode::RequestIncomplete);
        assert!(problem.fact("field").unwrap().contains("codice_fiscale"));
    }
}
