//! What a person at a terminal is asked about a portal's PIN, how what is typed is read, and that no secret is seen.

use journeys::cns::{self, answer, answer_unseen};
use journeys::home::Person;
use journeys::town::Town;
use std::collections::BTreeMap;

#[test]
fn at_a_terminal_the_two_parts_are_typed_apart_and_unseen_and_the_new_pin_is_shown_once() {
    let town = Town::new();
    let (first, second) = town.home().halves(&Person::ANNA);
    let mut person = town.at_a_terminal(&["--language", "it", "login", "--with-pin"]);
    answer(&mut person, "Codice fiscale: ", 1, Person::ANNA.code);
    answer_unseen(&mut person, "PIN del portale, 8 caratteri", 1, "");
    answer_unseen(&mut person, "Prima parte", 1, &first);
    answer_unseen(&mut person, "Seconda parte", 1, &second.to_lowercase());
    answer(&mut person, "Premi Invio per fare il PIN nuovo.", 1, "");
    answer(&mut person, "Premi Invio quando l'hai.", 1, "");
    let said = person.wait();
    for words in [
        "Il tuo PIN è ordinario",
        "cns pin-portal convert",
        "Il tuo nuovo PIN del portale: ",
        "Stampalo o imparalo",
        "Sei dentro:",
        "VRD············Y",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for half in [first, second] {
        assert!(!said.to_uppercase().contains(&half), "a half was shown");
    }
}

#[test]
fn at_a_terminal_what_cannot_be_is_asked_again_with_its_reason_and_nothing_typed_is_lost() {
    let town = Town::new();
    let mut person = town.at_a_terminal(&["--language", "it", "pin-portal", "request"]);
    let too_long = "Via del Campione, ".repeat(8);
    let mut times = BTreeMap::new();
    for (question, typed, why) in [
        ("Codice fiscale: ", "VRDNNA85P52Z999X", "Non è un codice fiscale"),
        ("Codice fiscale: ", "vrdnna85p52z999y", ""),
        ("Residenza (", "italia", ""),
        ("Cognome: ", "", "Qui serve una risposta"),
        ("Cognome: ", "Verdi", ""),
        ("Nome: ", "Anna", ""),
        ("Sesso (", "f", ""),
        ("Data di nascita (", "31/9/1985", "un giorno che esiste"),
        ("Data di nascita (", "12/9/1985", ""),
        ("Luogo di nascita: ", "Borgo Esempio", ""),
        ("Via e numero civico: ", &too_long, ""),
        ("CAP: ", "9999", "Il CAP ha 5 cifre"),
        ("CAP: ", "99999", ""),
        ("Comune: ", "Borgo Esempio", ""),
        ("Provincia, due lettere: ", "zz", ""),
        ("Paese, due lettere", "FR", "non vanno insieme"),
        ("Paese, due lettere", "it", ""),
        ("Cellulare, con +39 (", "", ""),
        ("Telefono fisso, con +39: ", "", "Serve almeno un telefono"),
        ("Telefono fisso, con +39: ", "06 99999999", "con il prefisso"),
        ("Telefono fisso, con +39: ", "+39 06 9999-9999", ""),
        ("E-mail (", "anna@esempio", "Controlla l'indirizzo"),
        ("E-mail (", "anna@esempio.it", ""),
        ("PEC (", "", ""),
        ("Telefono preferenziale (", "cellulare", "non l'hai indicato"),
        ("Telefono preferenziale (", "fisso", ""),
        ("Quando preferisci", "1", ""),
        // What the portal alone knows is said at the review, where everything else still stands.
        ("Scrivi «invio»", "invio", "Da cambiare: 8. Via e numero civico"),
        ("Scrivi «invio»", "8", ""),
        ("Via e numero civico: ", "Piazza del Campione 3", ""),
        // Who moves is asked for what moves with them.
        ("Scrivi «invio»", "2", ""),
        ("Residenza (", "estero", "non vanno insieme"),
        ("Paese, due lettere", "FR", ""),
        ("Scrivi «invio»", "2", ""),
        ("Residenza (", "italia", ""),
        ("Paese, due lettere", "IT", ""),
        ("Scrivi «invio»", "invio", "La richiesta è stata inserita"),
    ] {
        let count = times.entry(question).or_insert(0);
        *count += 1;
        answer(&mut person, &format!("\n{question}"), *count, typed);
        person.wait_for(why, |said| said.contains(why).then_some(()));
    }
    let said = person.wait();
    for words in [
        "14. Telefono fisso, con +39: +390699999999",
        "06 99999999 (Ufficio)",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    town.office.post.code_by_mail("anna@esempio.it", "prima parte");
}

#[test]
fn each_of_the_seven_commands_says_what_happens_next_and_whom_to_call_in_both_languages() {
    let town = Town::new();
    let bruno = Person {
        mobile: Some("+393338888888"),
        ..Person::BRUNO
    };
    for (language, person, number, in_session) in [
        (
            "it",
            &Person::ANNA_WITH_A_MOBILE,
            "Aiuto: 06 99999999 (Ufficio)",
            "Aiuto: ",
        ),
        ("en", &bruno, "Help: 06 99999999 (Office)", "Help: "),
    ] {
        let it = language == "it";
        let say = |italian, english| if it { italian } else { english };
        let (post, mobile, mail) = (&town.office.post, person.mobile.unwrap(), person.mail());
        let office = town.office.words();
        let run = |words: &[&str], lines: &[&str], at_the_office: bool, next: &str| {
            let mut all = vec!["--language", language, "pin-portal"];
            all.extend(words);
            if at_the_office {
                all.extend(office.iter().map(String::as_str));
            }
            let mut command = cns::in_words(&town.place, &all);
            town.keyring.lead(&mut command);
            let ended = cns::run(
                &mut command,
                &lines.iter().map(|line| format!("{line}\n")).collect::<String>(),
            );
            assert_eq!(ended.code, 0, "{words:?}: {}{}", ended.out, ended.err);
            let help = if at_the_office { number } else { in_session };
            for wanted in [help, next] {
                assert!(ended.out.contains(wanted), "{words:?}: {wanted}: {}", ended.out);
            }
            ended.out
        };

        let form = town.place.write("form.toml", person.form()).display().to_string();
        let whose = format!("{} {}", person.name, person.surname);
        let log_in = "cns login --with-pin";
        let asked = run(&["request", "--yes", "--from-file", &form], &[], true, log_in);
        let receipt = asked
            .split_whitespace()
            .find(|word| word.len() == 19 && word.matches('-').count() == 3);
        let (first, second) = (
            post.code_by_sms(mobile, "prima parte"),
            post.code_by_letter(&town.place, &[&whose, "seconda parte"]),
        );
        run(
            &["status", "--receipt-stdin"],
            &[receipt.expect("a receipt")],
            true,
            log_in,
        );

        let inside = town.log_in(person.code, &format!("{first}{second}")).done();
        let pin = inside["new_pin"].as_str().expect("the new PIN").to_owned();
        run(&["status"], &[], false, "cns pin-portal convert");
        run(&["change", "--stdin"], &[&pin], false, log_in);
        run(&["convert"], &[], false, "--print-form");
        let form = town.place.file(&format!("{language}.pdf")).display().to_string();
        run(
            &["convert", "--print-form", &form],
            &[],
            false,
            say("Stampalo", "Print it"),
        );

        town.home().cns(&["logout"], &[]).done();

        let code = [person.code];
        run(&["restore", "--stdin"], &code, true, "--confirm");
        let confirm = post.code_by_sms(mobile, "chiesto il ripristino");
        run(
            &["restore", "--confirm", "--stdin"],
            &[person.code, &confirm],
            true,
            log_in,
        );
        post.mail(&mail, "seconda parte");

        let tessera = [person.code, person.tessera, person.expiry];
        run(&["revoke", "--yes", "--stdin"], &tessera, true, "--confirm");
        let confirm = post.code_by_sms(mobile, "chiesto la revoca");
        let words = ["revoke", "--confirm", "--yes", "--stdin"];
        run(&words, &[person.code, &confirm], true, "cns pin-portal request");

        let operator = town.office.operator(&town.place);
        let people = format!(r#"{{"people":["{}"]}}"#, person.code);
        operator.post(&town.place, "/operator/v1/campaigns", &people);
        let first = post.code_by_letter(&town.place, &[&whose, "Attiva"]);
        let contacts = [
            person.code,
            person.tessera,
            person.expiry,
            &first,
            mobile,
            "email",
            &mail,
            "email",
        ];
        run(&["activate", "--stdin"], &contacts, true, log_in);
    }
}
