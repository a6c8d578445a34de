//! Whether what was typed has the form of what was asked for. Nothing else leaves the window.

use crate::asked::Typed;
use cns_contract::FormSeen;
use cns_login::{Half, PortalCode, PortalPin};
use cns_portal_api::written;
use cns_trust::CodiceFiscale;
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use time::Date;
use time::macros::format_description;

/// Reads the fields of a form one by one, and writes at each what is wrong with it.
pub(crate) struct Check<'a> {
    form: &'a mut FormSeen,
    typed: &'a Typed,
}

impl<'a> Check<'a> {
    /// Begins to read.
    pub(crate) fn of(form: &'a mut FormSeen, typed: &'a Typed) -> Self {
        Self { form, typed }
    }

    /// Says what is wrong with a field.
    pub(crate) fn fault<T>(&mut self, name: &str, why: &str) -> Option<T> {
        if let Some(field) = self.form.fields.iter_mut().find(|field| field.name == name) {
            field.fault.get_or_insert_with(|| why.to_owned());
        }
        None
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.typed.value(name) {
            "" => self.fault(name, "missing"),
            text => Some(text.to_owned()),
        }
    }

    /// A text that may be missing.
    pub(crate) fn perhaps(&mut self, name: &str) -> Option<String> {
        Some(self.typed.value(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// A text that is read by a rule.
    pub(crate) fn text_by(
        &mut self,
        name: &str,
        why: &str,
        rule: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        match rule(&self.text(name)?) {
            Some(read) => Some(read),
            None => self.fault(name, why),
        }
    }

    /// A codice fiscale, in capitals.
    pub(crate) fn codice_fiscale(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?.to_uppercase();
        if CodiceFiscale::parse(&text).is_err() {
            return self.fault(name, "codice_fiscale");
        }
        Some(text)
    }

    /// A day.
    pub(crate) fn day(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        match Date::parse(&text, format_description!("[year]-[month]-[day]")) {
            Ok(day) => Some(day),
            Err(_) => self.fault(name, "day"),
        }
    }

    /// One of the portal's words.
    pub(crate) fn word<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        match word(&text) {
            Some(word) => Some(word),
            None => self.fault(name, "missing"),
        }
    }

    /// A telephone number, or nothing: with its prefix, and without what people put between the digits.
    pub(crate) fn phone(&mut self, name: &str) -> Option<String> {
        self.perhaps(name)?;
        self.text_by(name, "phone", written::phone)
    }

    /// An e-mail address, or nothing.
    pub(crate) fn email(&mut self, name: &str) -> Option<String> {
        self.perhaps(name)?;
        self.text_by(name, "email", written::mail)
    }

    /// The number of a tessera sanitaria.
    pub(crate) fn tessera(&mut self) -> Option<String> {
        self.text_by("tessera_number", "tessera", written::tessera_number)
    }

    /// A half of a PIN.
    pub(crate) fn half(&mut self, name: &str) -> Option<Half> {
        match Half::parse(self.typed.value(name)) {
            Ok(half) => Some(half),
            Err(_) => self.fault(name, "half"),
        }
    }

    /// A working PIN.
    pub(crate) fn pin(&mut self, name: &str) -> Option<PortalPin> {
        match PortalPin::parse(self.typed.value(name)) {
            Ok(pin) if !pin.is_initial() => Some(pin),
            Ok(_) | Err(_) => self.fault(name, "pin"),
        }
    }

    /// A code, or a receipt.
    pub(crate) fn code(&mut self, name: &str) -> Option<PortalCode> {
        match PortalCode::parse(self.typed.value(name)) {
            Ok(code) => Some(code),
            Err(_) => self.fault(name, "code"),
        }
    }

    /// A box that must be ticked.
    pub(crate) fn accepted(&mut self, name: &str) -> Option<bool> {
        if self.typed.is_ticked(name) {
            return Some(true);
        }
        self.fault(name, "not_accepted")
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.typed.is_ticked(name)
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.form.fields.iter().all(|field| field.fault.is_none())
            && self
                .form
                .people
                .as_ref()
                .is_none_or(|people| people.fault.is_none())
    }

    /// Says what is wrong with the people who were named.
    pub(crate) fn fault_of_people(&mut self, why: &str) {
        if let Some(people) = &mut self.form.people {
            people.fault.get_or_insert_with(|| why.to_owned());
        }
    }
}

/// One of the portal's words, as it stands in its JSON.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let word: StrDeserializer<'_, Error> = text.into_deserializer();
    T::deserialize(word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms;
    use cns_contract::Filled;
    use cns_portal_api::CallSlot;

    fn typed(values: &[(&str, &str)]) -> Typed {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Filled {
            form: String::new(),
            values: values.collect(),
            people: Vec::new(),
        }
        .into()
    }

    #[test]
    fn each_mistake_stands_at_its_field() {
        let typed = typed(&[
            ("codice_fiscale", "rssmra85t10a562x"),
            ("tessera_number", "8038 0000 0000 0000 001"),
            ("tessera_expiry", "2030-02-31"),
            ("first_half", "ABCD1234"),
        ]);
        let mut form = forms::activate();
        let mut check = Check::of(&mut form, &typed);
        assert_eq!(check.codice_fiscale("codice_fiscale"), None);
        assert_eq!((check.tessera(), check.day("tessera_expiry")), (None, None));
        assert!(check.half("first_half").is_none() && !check.is_clean());
        let faults: Vec<_> = form.fields.iter().map(|field| field.fault.as_deref()).collect();
        let expected = ["codice_fiscale", "tessera", "day", "half"].map(Some);
        assert_eq!(faults, expected);
    }

    #[test]
    fn what_people_put_between_the_signs_does_not_count() {
        let typed = typed(&[
            ("codice_fiscale", " rssmra85t10a562s "),
            ("mobile", "+39 (333) 000-0000"),
            ("landline", "06 0000000"),
            ("email", "ada@example.org"),
            ("pec", "ada@example"),
            ("tessera_number", "80380 00000 00000 00017"),
            ("first_half", "abcd-2345"),
            ("call_slot", "evening"),
            ("preferred_phone", "pigeon"),
        ]);
        let mut form = forms::request_person();
        let mut check = Check::of(&mut form, &typed);
        assert_eq!(
            check.codice_fiscale("codice_fiscale").as_deref(),
            Some("RSSMRA85T10A562S")
        );
        assert_eq!(check.phone("mobile").as_deref(), Some("+393330000000"));
        assert_eq!(check.phone("landline"), None);
        assert_eq!(check.email("email").as_deref(), Some("ada@example.org"));
        assert_eq!(check.email("pec"), None);
        assert_eq!(check.tessera().as_deref(), Some("80380000000000000017"));
        assert_eq!(check.half("first_half").unwrap().reveal(), "ABCD2345");
        assert_eq!(check.word::<CallSlot>("call_slot"), Some(CallSlot::Evening));
        assert_eq!(check.word::<CallSlot>("preferred_phone"), None);
        let faulty = form.fields.iter().filter(|field| field.fault.is_some());
        let faulty: Vec<_> = faulty.map(|field| field.name.as_str()).collect();
        assert_eq!(faulty, ["landline", "pec", "preferred_phone"]);
    }

    #[test]
    fn a_secret_never_stands_in_a_form_that_is_shown_again() {
        let typed = typed(&[("codice_fiscale", "RSSMRA85T10A562S"), ("pin", "ABCD2345")]);
        let mut form = forms::log_in(false);
        forms::keep(&mut form, &typed);
        let values: Vec<_> = form.fields.iter().map(|field| field.value.as_str()).collect();
        assert_eq!(values, ["RSSMRA85T10A562S", ""]);
    }
}
