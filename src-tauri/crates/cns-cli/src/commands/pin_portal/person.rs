//! The person at the terminal, before a portal that asks for its PIN.

use super::{codice_fiscale_prompted, rules};
use crate::output::Output;
use crate::typing::{self, Lines};
use cns_login::{
    ChangeRequest, Half, Halves, NewPortalPin, PinKind, PortalPin, PortalPinEntry, PortalPinRequest, Problem,
    ProblemCode, TypedLogin,
};
use zeroize::Zeroizing;

/// The person at the terminal, for one run.
pub(super) struct Person<'a> {
    output: &'a Output,
    /// Standard input, where everything comes from there; there is nobody to ask again.
    lines: Option<Lines>,
    given: Option<TypedLogin>,
    /// The PIN that the portal made, for the answer to a program.
    made: Option<PortalPin>,
}

impl<'a> Person<'a> {
    /// Reads codice fiscale and PIN from standard input if that is where they come from, before the portal is asked.
    pub(super) fn of(stdin: bool, output: &'a Output) -> Result<Self, Problem> {
        let mut person = Self {
            output,
            lines: None,
            given: None,
            made: None,
        };
        if stdin {
            let mut lines = Lines::of_stdin()?;
            let codice_fiscale =
                super::line_read(&mut lines, super::CODICE_FISCALE, output, rules::codice_fiscale)?;
            let pin = lines.next().ok_or(ProblemCode::PortalPinNotGiven)?;
            let pin = PortalPin::parse(&pin)?;
            person.given = Some(TypedLogin { codice_fiscale, pin });
            person.lines = Some(lines);
        }
        Ok(person)
    }

    /// The PIN that the portal made, if it has to be in the answer.
    pub(super) fn made(&self) -> Option<&PortalPin> {
        self.made.as_ref()
    }

    /// Asks for a working PIN, or for both parts of an initial one.
    fn pin_prompted(&self) -> Option<PortalPin> {
        let question = self.output.say(
            "PIN del portale, 8 caratteri (Invio se hai ancora le due parti)",
            "PIN of the portal, 8 characters (Enter if you still have the two parts)",
        );
        let half = |question| typing::secret_read(question, self.output, Half::parse);
        typing::secret_read(question, self.output, PortalPin::parse).or_else(|| {
            let first = half(self.output.say("Prima parte", "First part"))?;
            let second = half(self.output.say("Seconda parte", "Second part"))?;
            Some(Halves { first, second }.into())
        })
    }
}

impl PortalPinEntry for Person<'_> {
    async fn ask(&mut self, request: PortalPinRequest) -> Option<TypedLogin> {
        if self.lines.is_some() {
            return self.given.take();
        }
        if !typing::somebody_is_there() {
            return None;
        }
        match &request.problem {
            Some(problem) => self.output.note_problem(problem),
            None => {
                let whose = format!(
                    "{} {}",
                    self.output.say(
                        "Codice fiscale e PIN del portale vanno a",
                        "Codice fiscale and PIN of the portal go to"
                    ),
                    request.host
                );
                self.output.warn(&whose, &whose);
            }
        }
        let codice_fiscale = codice_fiscale_prompted(self.output)?;
        let pin = self.pin_prompted()?;
        Some(TypedLogin { codice_fiscale, pin })
    }

    async fn change(&mut self, request: ChangeRequest) -> Option<NewPortalPin> {
        if let Some(lines) = &mut self.lines {
            // There is nobody to ask again, and a choice that was refused is not made another way by itself.
            if request.problem.is_some() {
                return None;
            }
            let line = lines.next().filter(|line| !line.is_empty());
            return match (line, request.may_choose) {
                (Some(line), true) => PortalPin::parse(&line).ok().map(NewPortalPin::Chosen),
                (Some(_) | None, _) => Some(NewPortalPin::Generated),
            };
        }
        match &request.problem {
            Some(problem) => self.output.note_problem(problem),
            None => {
                for text in why(&request, self.output) {
                    self.output.warn(text, text);
                }
            }
        }
        if request.may_choose {
            return chosen_prompted(self.output).map(NewPortalPin::Chosen);
        }
        let go_on = self.output.say(
            "Premi Invio per fare il PIN nuovo.",
            "Press Enter to make the new PIN.",
        );
        entered(go_on, self.output).then_some(NewPortalPin::Generated)
    }

    async fn show(&mut self, pin: PortalPin) {
        if self.output.for_programs() {
            self.made = Some(pin);
            return;
        }
        show_once(&pin, self.output);
    }
}

/// Why a new PIN is due and, for who has an ordinario, what that does not do and where it is converted.
fn why(request: &ChangeRequest, output: &Output) -> Vec<&'static str> {
    let due = output.say(
        "Prima di entrare serve un PIN nuovo: al primo accesso, e poi quando è passato troppo tempo, il PIN del portale va cambiato.",
        "A new PIN is due before you get in: at the first log-in, and then when too much time has passed, the portal's PIN has to be changed.",
    );
    let ordinario = output.say(
        "Il tuo PIN è ordinario: con questo consulti, ma non ottieni prestazioni, ISEE o variazioni di indirizzo. Per convertirlo: «cns pin-portal convert».",
        "Your PIN is an ordinario: you can look things up with it, but not obtain benefits, the ISEE or a change of address. To convert it: “cns pin-portal convert”.",
    );
    match request.kind {
        Some(PinKind::Ordinario) => vec![due, ordinario],
        Some(PinKind::Dispositivo) | None => vec![due],
    }
}

/// A PIN of the person's choice, typed twice; none when the person leaves it to the portal or gives up.
pub(super) fn chosen_prompted(output: &Output) -> Option<PortalPin> {
    loop {
        let typed = typing::secret(output.say(
            "PIN nuovo: 8 tra lettere e cifre, senza 0, 1, I e O",
            "New PIN: 8 letters and digits, without 0, 1, I and O",
        ))?;
        let new = match PortalPin::parse(&typed) {
            Ok(new) if !new.is_initial() => new,
            Ok(_) | Err(_) => {
                output.note_problem(&ProblemCode::PortalPinFormat.into());
                continue;
            }
        };
        let again = typing::secret(output.say("PIN nuovo, un'altra volta", "New PIN, once more"))?;
        if PortalPin::parse(&again).is_ok_and(|again| again == new) {
            return Some(new);
        }
        output.note_problem(&ProblemCode::PortalPinDiffers.into());
    }
}

/// Shows a PIN that the portal made, and waits until the person has it.
pub(super) fn show_once(pin: &PortalPin, output: &Output) {
    let shown = Zeroizing::new(format!(
        "{}: {}\n",
        output.say("Il tuo nuovo PIN del portale", "Your new PIN of the portal"),
        *pin.in_groups()
    ));
    output.show(&shown);
    output.warn(
        "Stampalo o imparalo adesso: non te lo mostro più. Non scriverlo sul telefono e non darlo a nessuno.",
        "Print it or learn it now: it is not shown again. Do not write it on the phone and give it to nobody.",
    );
    if typing::somebody_is_there() {
        entered(
            output.say("Premi Invio quando l'hai.", "Press Enter when you have it."),
            output,
        );
    }
}

/// Waits for Enter; whether there was somebody to press it.
fn entered(question: &str, output: &Output) -> bool {
    if !typing::somebody_is_there() {
        return false;
    }
    output.ask(&format!("{question} "));
    Lines::of_stdin().is_ok_and(|mut lines| lines.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_login::Language;

    fn request(kind: Option<PinKind>) -> ChangeRequest {
        ChangeRequest {
            kind,
            may_choose: false,
            problem: None,
        }
    }

    #[test]
    fn the_change_says_why_it_is_due_and_quotes_no_repealed_law() {
        for language in [Language::It, Language::En] {
            let output = Output::new(false, language);
            let said = why(&request(Some(PinKind::Dispositivo)), &output).concat();
            assert!(
                said.contains("PIN") && !said.contains("196") && !said.contains("ordinario"),
                "{said}"
            );
        }
    }

    #[test]
    fn who_has_an_ordinario_is_told_what_it_does_not_do_and_where_to_convert_it() {
        let output = Output::new(false, Language::It);
        let said = why(&request(Some(PinKind::Ordinario)), &output).concat();
        for word in ["prestazioni", "ISEE", "indirizzo", "cns pin-portal convert"] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
