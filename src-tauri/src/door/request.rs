//! The request of a PIN, in steps: who, the rest, a look at the whole, a receipt.

use super::{Next, Threshold, deliveries, elsewhere, word_of};
use crate::asked::Asked;
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_contract::{DoorPage, FormSeen, Input, ProblemSeen, TypedSeen};
use cns_login::{Readers, Vault};
use cns_portal_api::{
    Address, CallSlot, ContactKind, NewContacts, NewPinRequest, PinRequestCheck, Residence, Sex, written,
};
use time::format_description::well_known::Rfc3339;

impl<R: Readers, D: WholePortal, V: Vault> Threshold<'_, R, D, V> {
    /// Asks for a PIN. Each step keeps what was typed, so that one can go back and correct it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    pub(super) async fn request(&self) -> Next {
        let mut start = forms::request_start();
        let mut person = forms::request_person();
        let mut at = At::Start;
        let mut checked = None;
        let mut request = None;
        let key = cns_tls::fresh_key();
        loop {
            at = match at {
                At::Start => {
                    let typed = match self.fill(&mut start).await {
                        Ok(typed) => typed,
                        Err(step) => return step.into(),
                    };
                    let mut check = Check::of(&mut start, &typed);
                    let codice_fiscale = check.codice_fiscale("codice_fiscale");
                    let residence = check.word::<Residence>("residence");
                    let (Some(codice_fiscale), Some(residence)) = (codice_fiscale, residence) else {
                        continue;
                    };
                    let first = PinRequestCheck {
                        codice_fiscale,
                        residence,
                    };
                    match self.world.portal.check_request(&first).await {
                        Ok(()) => {
                            checked = Some(first);
                            At::Person
                        }
                        Err(problem) => {
                            forms::refuse(&mut start, &problem);
                            At::Start
                        }
                    }
                }
                At::Person => {
                    let Some(checked) = &checked else {
                        at = At::Start;
                        continue;
                    };
                    let page = DoorPage::Form { form: person.clone() };
                    match self.ask(page).await {
                        Asked::Filled(typed) if typed.form() == person.name => {
                            forms::keep(&mut person, &typed);
                            let mut check = Check::of(&mut person, &typed);
                            request = whole(&mut check, checked, &key);
                            if request.is_some() {
                                At::Review(None)
                            } else {
                                At::Person
                            }
                        }
                        Asked::Back => At::Start,
                        asked => return elsewhere(asked).into(),
                    }
                }
                At::Review(refused) => {
                    let Some(request) = &request else {
                        at = At::Person;
                        continue;
                    };
                    let facts = [&start, &person].into_iter().flat_map(review).collect();
                    match self.ask(DoorPage::Review { facts, refused }).await {
                        Asked::Send => match self.world.portal.request(request).await {
                            Ok(mut received) => {
                                let page = DoorPage::Received {
                                    receipt: std::mem::take(&mut received.receipt),
                                    expected: deliveries(&received.expected),
                                };
                                return elsewhere(self.ask(page).await).into();
                            }
                            Err(problem) => {
                                let seen = ProblemSeen::from(&problem);
                                if seen.facts.contains_key("fields") {
                                    forms::refuse(&mut person, &problem);
                                    At::Person
                                } else {
                                    At::Review(Some(seen))
                                }
                            }
                        },
                        Asked::Back => At::Person,
                        asked => return elsewhere(asked).into(),
                    }
                }
            };
        }
    }

    /// Tells how a request is going, to who has its receipt.
    pub(super) async fn lookup(&self) -> Next {
        let mut form = forms::request_lookup();
        loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                Err(step) => return step.into(),
            };
            let Some(receipt) = Check::of(&mut form, &typed).code("receipt") else {
                continue;
            };
            match self.world.portal.request_status(&receipt).await {
                Ok(status) => {
                    let page = DoorPage::Status {
                        state: word_of(&status.state),
                        received_at: status.received_at.format(&Rfc3339).unwrap_or_default(),
                        expected: deliveries(&status.expected),
                    };
                    return elsewhere(self.ask(page).await).into();
                }
                Err(problem) => forms::refuse(&mut form, &problem),
            }
        }
    }
}

/// Which step of the request is shown.
enum At {
    Start,
    Person,
    Review(Option<ProblemSeen>),
}

/// The whole request, if nothing is wrong with it.
fn whole(check: &mut Check<'_>, first: &PinRequestCheck, key: &str) -> Option<NewPinRequest> {
    let at_home = first.residence == Residence::Italy;
    let surname = check.text("surname");
    let name = check.text("name");
    let sex = check.word::<Sex>("sex");
    let birth_date = check.day("birth_date");
    let birth_place = check.text("birth_place");
    let address = address(check, at_home);
    let contacts = NewContacts {
        mobile: check.phone("mobile"),
        landline: check.phone("landline"),
        email: check.email("email"),
        pec: check.email("pec"),
    };
    if contacts.mobile.is_none() && contacts.landline.is_none() {
        check.fault::<()>("mobile", "no_phone");
    }
    if contacts.email.is_none() && contacts.pec.is_none() {
        check.fault::<()>("email", "no_email");
    }
    let preferred_phone = check.word::<ContactKind>("preferred_phone");
    if preferred_phone == Some(ContactKind::Mobile) && contacts.mobile.is_none() {
        check.fault::<()>("mobile", "missing");
    }
    if preferred_phone == Some(ContactKind::Landline) && contacts.landline.is_none() {
        check.fault::<()>("landline", "missing");
    }
    let call_slot = check.word::<CallSlot>("call_slot");
    if !check.is_clean() {
        return None;
    }
    Some(NewPinRequest {
        idempotency_key: key.to_owned(),
        codice_fiscale: first.codice_fiscale.clone(),
        residence: first.residence,
        surname: surname?,
        name: name?,
        sex: sex?,
        birth_date: birth_date?,
        birth_place: birth_place?,
        address: address?,
        contacts,
        preferred_phone: preferred_phone?,
        call_slot: call_slot?,
    })
}

/// An address, of Italy or of elsewhere.
pub(crate) fn address(check: &mut Check<'_>, in_italy: bool) -> Option<Address> {
    let street = check.text("street");
    let town = check.text("town");
    let country = check.text_by("country", "country", written::two_letters);
    let (province, postal_code) = if in_italy {
        (
            check.text_by("province", "province", written::two_letters),
            check.text_by("postal_code", "postal_code", written::cap),
        )
    } else {
        (Some(String::new()), check.text("postal_code"))
    };
    Some(Address {
        street: street?,
        town: town?,
        province: province?,
        postal_code: postal_code?,
        country: country?,
    })
}

/// What was typed into a form, line by line; what was left empty is left out.
fn review(form: &FormSeen) -> Vec<TypedSeen> {
    let filled = form.fields.iter().filter(|field| !field.value.is_empty());
    filled
        .map(|field| TypedSeen {
            name: field.name.clone(),
            value: field.value.clone(),
            is_word: field.input == Input::Choice,
        })
        .collect()
}
