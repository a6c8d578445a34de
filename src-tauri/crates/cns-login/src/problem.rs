//! Every way in which the story can end badly.

mod from;

use crate::Advice;
use crate::texts::{self, Language};
use cns_card::Secret;
use serde::Serialize;

/// A named problem: a code to branch on, and the facts its text needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which problem it is.
    pub code: ProblemCode,
    /// Facts for the placeholders of the text, such as `("tries_left", "2")`. Never a secret.
    pub facts: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem without facts, but for one whose remedy differs by operating system.
    pub fn new(code: ProblemCode) -> Self {
        let mut facts = Vec::new();
        if code == ProblemCode::ServiceNotRunning {
            facts.push(("system", std::env::consts::OS.to_owned()));
        }
        Self { code, facts }
    }

    /// Adds one fact for the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// One of its facts.
    pub fn fact(&self, name: &str) -> Option<&str> {
        let fact = self.facts.iter().find(|(fact, _)| *fact == name);
        fact.map(|(_, value)| value.as_str())
    }

    /// Whether the person can simply try again.
    pub fn retriable(&self) -> bool {
        self.code.retriable()
    }

    /// What happened.
    pub fn what(&self, language: Language) -> String {
        texts::problem_text(self, "what", language)
    }

    /// What it means for the person, and what it may have cost them.
    pub fn meaning(&self, language: Language) -> String {
        let mut meaning = texts::problem_text(self, "meaning", language);
        for (fact, cost) in IN_DOUBT {
            if self.fact(fact).is_some() {
                meaning = format!("{meaning} {}", cost.text(language));
            }
        }
        meaning
    }

    /// Adds that the card was asked to compare a PIN or a PUK and its verdict is not known, if this problem is one that
    /// can come in the place of a verdict.
    #[must_use]
    pub(crate) fn doubting(self, is_in_doubt: impl Fn(Secret) -> bool) -> Self {
        if !self.code.may_hide_a_verdict() {
            return self;
        }
        let secrets = [Secret::Pin, Secret::Puk].into_iter().zip(IN_DOUBT);
        let doubts = secrets.filter(|(secret, _)| is_in_doubt(*secret));
        doubts.fold(self, |problem, (_, (fact, _))| match problem.fact(fact) {
            Some(_) => problem,
            None => problem.with(fact, "true"),
        })
    }

    /// Adds that the portal may have made a new PIN that nobody was told, if this problem is one that can come in the
    /// place of its answer.
    #[must_use]
    pub fn doubting_the_new_pin(self) -> Self {
        let (fact, _) = IN_DOUBT[2];
        match self.code.may_hide_a_new_pin() {
            true => self.with(fact, "true"),
            false => self,
        }
    }

    /// Whether something may have been done of which nothing is known.
    pub fn is_in_doubt(&self) -> bool {
        IN_DOUBT.iter().any(|(fact, _)| self.fact(fact).is_some())
    }

    /// What to do now.
    pub fn next(&self, language: Language) -> String {
        texts::problem_text(self, "next", language)
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $retriable:literal;)*) => {
        /// The code of a problem: stable, shown to the person, and what programs branch on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl ProblemCode {
            /// All of them, in the order of the journey.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it is shown and sent.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether the person can simply try again.
            pub fn retriable(self) -> bool {
                match self { $(Self::$variant => $retriable,)* }
            }
        }
    };
}

problem_codes! {
    /// The smart card service of the system does not run.
    ServiceNotRunning, "service_not_running", true;
    /// No reader is plugged in.
    NoReader, "no_reader", true;
    /// The reader that was named is not there.
    ReaderNotFound, "reader_not_found", true;
    /// The reader was unplugged.
    ReaderGone, "reader_gone", true;
    /// There is no card in the reader.
    NoCard, "no_card", true;
    /// The card was taken out.
    CardRemoved, "card_removed", true;
    /// The card answers no reset.
    CardMute, "card_mute", true;
    /// The card was spoken to and has been silent for too long.
    CardSilent, "card_silent", true;
    /// There are several cards, and nobody to say which one is meant (`{readers}`).
    SeveralCards, "several_cards", true;
    /// Another program holds the card.
    CardBusy, "card_busy", true;
    /// Another program reset the card.
    CardReset, "card_reset", true;
    /// The reader or its driver failed in transport (`{transport_code}`).
    ReaderFailed, "reader_failed", true;
    /// The card is something else than a CNS (`{kind}`).
    NotACns, "not_a_cns", false;
    /// The card is unknown.
    UnknownCard, "unknown_card", false;
    /// The card holds no certificate to log in with.
    NoCertificate, "no_certificate", false;
    /// The card's content could not be understood (`{file}`).
    CardMalformed, "card_malformed", false;
    /// The card refused a command (`{command}`, `{status}`).
    CardRefused, "card_refused", true;
    /// What was typed is not 5 to 8 digits; no try was spent.
    PinFormat, "pin_format", true;
    /// A PIN of the card would be the last try known, which was not confirmed; nothing was sent.
    PinLastTry, "pin_last_try", true;
    /// The PIN of the card was wrong (`{tries_left}`).
    PinWrong, "pin_wrong", true;
    /// The PIN of the card was wrong, and the card does not say how many tries are left.
    PinWrongUncounted, "pin_wrong_uncounted", true;
    /// The PIN of the card is blocked.
    PinBlocked, "pin_blocked", false;
    /// The card is probably not activated.
    PinNotUsable, "pin_not_usable", false;
    /// The card has no PIN where its profile looks for it.
    PinNotFound, "pin_not_found", false;
    /// The card does not compare its PIN in its present state.
    PinNotAllowed, "pin_not_allowed", true;
    /// The person gave up, or no PIN was given.
    PinNotGiven, "pin_not_given", true;
    /// This kind of card cannot be asked for its tries without risk.
    TriesNotAsked, "tries_not_asked", false;
    /// The new PIN is not 5 to 8 digits; the card was not touched.
    NewPinFormat, "new_pin_format", true;
    /// The new PIN is easy to guess (`{reason}`); the card was not touched.
    NewPinWeak, "new_pin_weak", true;
    /// The new PIN is the old one; the card was not touched.
    NewPinSame, "new_pin_same", true;
    /// The new PIN was typed a second time, and differently; the card was not touched.
    NewPinDiffers, "new_pin_differs", true;
    /// A step that nobody can take back was not confirmed; nothing was done.
    NotConfirmed, "not_confirmed", true;
    /// Writing the report down was not confirmed; nothing was written.
    ReportDeclined, "report_declined", true;
    /// What was typed is not 8 digits; no try of the PUK was spent.
    PukFormat, "puk_format", true;
    /// A PUK would be the last try known, which was not confirmed; nothing was sent.
    PukLastTry, "puk_last_try", true;
    /// The PUK was wrong (`{tries_left}`).
    PukWrong, "puk_wrong", true;
    /// The PUK was wrong, and the card does not say how many tries are left.
    PukWrongUncounted, "puk_wrong_uncounted", true;
    /// The PUK is blocked.
    PukBlocked, "puk_blocked", false;
    /// The card has no PUK where its profile looks for it.
    PukNotFound, "puk_not_found", false;
    /// This kind of card cannot be unblocked here; no try of the PUK was spent.
    UnblockNotSupported, "unblock_not_supported", false;
    /// The reader has no PIN pad that can do this.
    NoPinPad, "no_pin_pad", false;
    /// Nobody typed on the reader's PIN pad in time.
    PadTimeout, "pad_timeout", true;
    /// The entry on the reader's PIN pad was cancelled.
    PadCancelled, "pad_cancelled", true;
    /// The new PINs typed on the reader's PIN pad differ.
    PadPinsDiffer, "pad_pins_differ", true;
    /// What was typed on the reader's PIN pad is too short or too long.
    PadPinLength, "pad_pin_length", true;
    /// The reader refused to use its PIN pad.
    PadRefused, "pad_refused", true;
    /// The card has its PIN elsewhere than the reader's PIN pad was told; nothing was compared.
    PadOnceMore, "pad_once_more", true;
    /// The file of card profiles cannot be used (`{path}`, and `{line}` or `{row}` with `{reason}`).
    CardProfilesUnusable, "card_profiles_unusable", false;
    /// The report could not be written (`{path}`).
    ReportNotWritten, "report_not_written", true;
    /// Too much time passed between the PIN and the signature.
    UnlockExpired, "unlock_expired", true;
    /// The card's signature does not match its certificate.
    SignatureMismatch, "signature_mismatch", false;
    /// The certificate is bad (`{check}`, `{case}`: the first check that failed); the verdict says why.
    CertificateRefused, "certificate_refused", false;
    /// The file or folder of trusted roots cannot be used (`{path}`).
    RootsUnusable, "roots_unusable", false;
    /// A file that the person named cannot be used (`{path}`).
    FileUnusable, "file_unusable", false;
    /// No portal has this name (`{portal}`).
    PortalUnknown, "portal_unknown", false;
    /// The portal's profile is not valid (`{reason}`).
    ProfileInvalid, "profile_invalid", false;
    /// A profile that is not ours was not read by the person who uses it (`{path}`); nobody was connected to.
    ProfileNotRead, "profile_not_read", true;
    /// The address is not an https address (`{url}`).
    NotHttps, "not_https", false;
    /// The host is not on the portal's allow-list (`{host}`).
    HostNotAllowed, "host_not_allowed", false;
    /// No connection to the host (`{host}`).
    PortalUnreachable, "portal_unreachable", true;
    /// The computer's settings name a proxy that cannot be used, or the person did (`{host}`).
    ProxyUnusable, "proxy_unusable", false;
    /// No connection to the proxy (`{host}`).
    ProxyUnreachable, "proxy_unreachable", true;
    /// The proxy lets nobody through without a name and a password, or not with these (`{host}`).
    ProxyWantsPassword, "proxy_wants_password", true;
    /// The proxy does not lead where the program wants to go (`{host}`, `{reason}`).
    ProxyRefused, "proxy_refused", true;
    /// The host did not answer in time (`{host}`, `{seconds}`).
    PortalTimeout, "portal_timeout", true;
    /// The host's certificate is not trusted (`{host}`, `{reason}`).
    ServerUntrusted, "server_untrusted", false;
    /// The host asks for the card by TLS renegotiation, which is not done there (`{host}`).
    RenegotiationAsked, "renegotiation_asked", false;
    /// The host asked for the card in the middle, and what followed was not as it must be (`{host}`, `{reason}`).
    RenegotiationRefused, "renegotiation_refused", false;
    /// Over TLS 1.3 the host asks for the card after the request, which no client of ours can answer (`{host}`).
    LateCertificate, "late_certificate", false;
    /// The portal led on and on without arriving (`{host}`, `{hops}`).
    WalkTooLong, "walk_too_long", true;
    /// A page on the way in was refused (`{host}`, `{status}`).
    PageRefused, "page_refused", true;
    /// The window for the portal's pages could not be opened.
    WindowNotOpened, "window_not_opened", true;
    /// The host wants a signature that this card cannot make (`{host}`).
    SchemeNotSupported, "scheme_not_supported", false;
    /// The host took the connection but not the card's certificate (`{host}`).
    PortalRefusedCard, "portal_refused_card", false;
    /// TLS failed for another reason (`{host}`, `{reason}`).
    TlsFailed, "tls_failed", true;
    /// The portal answered with an error (`{host}`, `{status}`).
    PortalRefused, "portal_refused", true;
    /// The portal's answer cannot be understood (`{host}`).
    PortalAnswerMalformed, "portal_answer_malformed", false;
    /// The portal's answer is larger than allowed (`{host}`, `{limit}`).
    PortalAnswerTooLarge, "portal_answer_too_large", false;
    /// The session is over on the portal.
    SessionEnded, "session_ended", true;
    /// There is no session to use.
    NoSession, "no_session", true;
    /// Sessions of more than one person are open, and it was not said whose is meant.
    SeveralPeople, "several_people", true;
    /// The keyring refused (`{reason}`).
    KeyringFailed, "keyring_failed", true;
    /// The portal has no PIN of its own that is used here (`{portal}`; `{reason}`: residual, forbidden).
    PinNotOffered, "pin_not_offered", false;
    /// The portal is opened in the browser; there is no way in from here (`{portal}`).
    BrowserOnly, "browser_only", false;
    /// The portal is not entered with a card (`{portal}`).
    CardNotOffered, "card_not_offered", false;
    /// What was typed is not 8 or 16 of the portal's symbols; nothing was sent.
    PortalPinFormat, "portal_pin_format", true;
    /// The person gave up, or no PIN of the portal was given.
    PortalPinNotGiven, "portal_pin_not_given", true;
    /// The new PIN of the portal was typed a second time, and differently; nothing was sent.
    PortalPinDiffers, "portal_pin_differs", true;
    /// Something that a request needs is missing or malformed (`{field}`); nothing was sent.
    RequestIncomplete, "request_incomplete", true;
    /// Codice fiscale and PIN do not go together, or the PIN cannot be used: the portal does not say which.
    CredentialsRefused, "credentials_refused", true;
    /// Too many tries (`{seconds}` to wait).
    TooManyRequests, "too_many_requests", true;
    /// The session may only make a new PIN.
    PinChangeRequired, "pin_change_required", true;
    /// The new PIN cannot be taken (`{reason}`).
    PinNotAcceptable, "pin_not_acceptable", true;
    /// The code that came is wrong, used or too old: the portal does not say which.
    PortalCodeRefused, "code_refused", true;
    /// The service is not for the holder's profiles.
    NotYourService, "not_your_service", false;
    /// The service asks for a PIN dispositivo or for the card.
    LevelTooLow, "level_too_low", false;
    /// The thing is not in a state in which this can be done.
    PortalConflict, "conflict", false;
    /// The PIN of the portal is dispositivo already: there is nothing to convert.
    AlreadyDispositivo, "already_dispositivo", false;
    /// The thing has changed since it was read.
    ChangedMeanwhile, "changed_meanwhile", true;
    /// The portal does not take what was written (`{fields}`).
    RequestInvalid, "invalid_request", true;
    /// The portal has no such thing.
    NotFound, "not_found", false;
    /// The page is not a JPEG, a PNG or a PDF.
    DocumentRefused, "document_refused", true;
    /// The page is larger than the portal takes.
    DocumentTooLarge, "document_too_large", true;
    /// The portal cannot answer at the moment.
    PortalUnavailable, "unavailable", true;
    /// The example card or the example portal could not start (`{reason}`).
    DemoFailed, "demo_failed", true;
}

impl ProblemCode {
    /// Whether it can come in the place of an answer, so that nobody knows what the card did.
    pub fn may_hide_a_verdict(self) -> bool {
        matches!(
            self,
            Self::CardRemoved
                | Self::CardReset
                | Self::CardSilent
                | Self::CardMute
                | Self::CardMalformed
                | Self::CardRefused
                | Self::ReaderFailed
                | Self::ReaderGone
                | Self::ServiceNotRunning
        )
    }

    /// Whether it can come in the place of an answer, so that nobody knows what the portal did.
    fn may_hide_a_new_pin(self) -> bool {
        matches!(
            self,
            Self::PortalUnreachable
                | Self::PortalTimeout
                | Self::TlsFailed
                | Self::PortalRefused
                | Self::PortalAnswerMalformed
                | Self::PortalAnswerTooLarge
                | Self::PortalUnavailable
        )
    }
}

/// The facts that tell of a comparison without a verdict, that of the PIN first, or of a new PIN without an answer, and
/// what is said then.
const IN_DOUBT: [(&str, Advice); 3] = [
    ("pin_in_doubt", Advice::PinInDoubt),
    ("puk_in_doubt", Advice::PukInDoubt),
    ("portal_pin_in_doubt", Advice::PortalPinInDoubt),
];

#[cfg(test)]
mod tests;
