//! The signature: the card's part is plain RSA, everything else is done and checked here.

use crate::file::refused;
use crate::habits::{Carriage, Habits};
use crate::padding::{fits, pad};
use crate::profile::{Operation, Profile};
use crate::{CardError, SignatureScheme};
use cns_iso7816::{ChannelError, Exchange, Response, SecretBytes, StatusWord, commands, send, send_chained};
use rsa::RsaPublicKey;
use rsa::traits::PublicKeyParts;

/// A key that is ready to sign: the PIN is verified, and the transaction of the VERIFY has not ended.
pub(crate) struct Signer<'card> {
    profile: &'card Profile,
    key: &'card RsaPublicKey,
    environment_is_set: bool,
}

/// Returns the schemes that a key can do, best first.
pub(crate) fn schemes_of(key: &RsaPublicKey) -> Vec<SignatureScheme> {
    SignatureScheme::ALL
        .into_iter()
        .filter(|scheme| fits(*scheme, key.n().bits()))
        .collect()
}

impl<'card> Signer<'card> {
    pub(crate) fn new(profile: &'card Profile, key: &'card RsaPublicKey) -> Self {
        Self {
            profile,
            key,
            environment_is_set: false,
        }
    }

    /// Signs a message and checks the signature against the certificate's key.
    ///
    /// # Errors
    /// [`CardError::SchemeNotSupported`] before the card is touched, [`CardError::SignatureMismatch`],
    /// [`CardError::Refused`] and [`CardError::Channel`].
    pub(crate) fn sign(
        &mut self,
        line: &mut dyn Exchange,
        habits: &mut Habits,
        scheme: SignatureScheme,
        message: &[u8],
    ) -> Result<Vec<u8>, CardError> {
        let block = pad(scheme, message, self.key.n().bits())?;
        let signature = self
            .set_environment(line)
            .and_then(|()| plain_rsa(line, habits, self.profile.key.operation, &block));
        if signature.is_err() {
            // What a failure leaves of the environment differs from card to card.
            self.environment_is_set = false;
        }
        let signature = signature?;
        if !scheme.verify(self.key, message, &signature) {
            return Err(CardError::SignatureMismatch);
        }
        Ok(signature)
    }

    /// Points the security environment to the key, once: it lasts as long as the transaction.
    fn set_environment(&mut self, line: &mut dyn Exchange) -> Result<(), CardError> {
        if self.environment_is_set {
            return Ok(());
        }
        let key = &self.profile.key;
        let restore = key.security_environment.map(commands::mse_restore);
        let set = match key.operation {
            Operation::Decipher => commands::mse_set_confidentiality(key.reference),
            Operation::ComputeSignature => commands::mse_set_signature(key.reference),
        };
        for command in restore.into_iter().chain([set]) {
            let status = send(line, &command)?.status();
            if !status.is_success() {
                return Err(refused(status, command.name()));
            }
        }
        self.environment_is_set = true;
        Ok(())
    }
}

/// Has the card compute `block^d mod n`, in the first form that card and reader carry.
///
/// Trying another form costs no PIN try.
fn plain_rsa(
    line: &mut dyn Exchange,
    habits: &mut Habits,
    operation: Operation,
    block: &[u8],
) -> Result<Vec<u8>, CardError> {
    let forms = match &habits.carriage {
        Some(known) => std::slice::from_ref(known),
        None => &Carriage::ALL[..],
    }
    .to_vec();
    let mut failure = None;
    for form in forms {
        if form == Carriage::WholeExact && failure.as_ref().is_some_and(|failure| !is_about_length(failure)) {
            continue;
        }
        match send_block(line, form, operation, block) {
            Ok(response) if response.is_success() => {
                habits.carriage = Some(form);
                return Ok(response.data().to_vec());
            }
            Ok(response) => {
                let status = response.status();
                let another = status.asks_for_another_form() || status.exact_length().is_some();
                // A chain that fails because the transport broke before it says less than the break itself.
                if !matches!(failure, Some(CardError::Channel(_))) {
                    failure = Some(refused(status, operation.name()));
                }
                if !another {
                    break;
                }
            }
            Err(error @ (ChannelError::Transport { .. } | ChannelError::Garbled)) => {
                failure.get_or_insert(error.into());
            }
            Err(gone) => return Err(gone.into()),
        }
    }
    // The list of forms is never empty, so there is a failure to tell.
    Err(failure.unwrap_or(CardError::SchemeNotSupported))
}

fn is_about_length(failure: &CardError) -> bool {
    matches!(failure, CardError::Refused { status, .. }
        if *status == StatusWord::WRONG_LENGTH.value() || StatusWord::new(*status).exact_length().is_some())
}

fn send_block(
    line: &mut dyn Exchange,
    form: Carriage,
    operation: Operation,
    block: &[u8],
) -> Result<Response, ChannelError> {
    let expected = form.expected(block.len());
    // The block tells the digest of what is signed: it goes as a secret, which wipes itself.
    let command = match operation {
        Operation::Decipher => {
            commands::pso_decipher(&[], expected).with_secret(SecretBytes::joined(&[&[RAW], block]))
        }
        Operation::ComputeSignature => {
            commands::pso_compute_signature(&[], expected).with_secret(SecretBytes::joined(&[block]))
        }
    };
    match form {
        Carriage::Whole | Carriage::WholeExact => send(line, &command),
        Carriage::Chained => send_chained(line, &command),
    }
}

/// The padding indicator of PSO DECIPHER: the block stands as it is (ISO/IEC 7816-8 §11.12).
const RAW: u8 = 0x00;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::built_in;
    use cns_iso7816::transcript::Transcript;
    use cns_iso7816::{Channel, Ending};
    use rsa::traits::PrivateKeyParts;
    use rsa::{BigUint, RsaPrivateKey};
    use std::sync::LazyLock;

    static KEY: LazyLock<RsaPrivateKey> =
        LazyLock::new(|| RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048).unwrap());
    static SHORT_KEY: LazyLock<RsaPrivateKey> =
        LazyLock::new(|| RsaPrivateKey::new(&mut rand::rngs::OsRng, 1024).unwrap());

    const MESSAGE: &[u8] = b"a message";
    const RESTORE: &str = "00 22 F3 03 00";
    const SET: &str = "00 22 F1 B8 03 83 01 01";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// The block of PKCS#1 v1.5, which is the same each time, and what a card answers to it.
    fn block_and_answer(key: &RsaPrivateKey) -> (String, String) {
        let block = pad(SignatureScheme::Pkcs1Sha256, MESSAGE, key.n().bits()).unwrap();
        let number = BigUint::from_bytes_be(&block)
            .modpow(key.d(), key.n())
            .to_bytes_be();
        let signature = [vec![0; key.size() - number.len()], number].concat();
        (hex(&block), hex(&signature) + "9000")
    }

    fn with_environment() -> Transcript {
        Transcript::new("3B00")
            .answer(RESTORE, "90 00")
            .answer(SET, "90 00")
    }

    fn sign(
        key: &RsaPrivateKey,
        habits: &mut Habits,
        mut written: Transcript,
        scheme: SignatureScheme,
        times: usize,
    ) -> Vec<Result<Vec<u8>, CardError>> {
        let public = key.to_public_key();
        let mut outcomes = Vec::new();
        let act = &mut |line: &mut dyn Exchange| {
            let mut signer = Signer::new(&built_in().profiles[0], &public);
            for _ in 0..times {
                outcomes.push(signer.sign(line, habits, scheme, MESSAGE));
            }
        };
        written.transaction(Ending::Reset, act).unwrap();
        written.finished().unwrap();
        outcomes
    }

    fn sign_once(key: &RsaPrivateKey, written: Transcript) -> (Result<Vec<u8>, CardError>, Habits) {
        let mut habits = Habits::default();
        let mut outcomes = sign(key, &mut habits, written, SignatureScheme::Pkcs1Sha256, 1);
        (outcomes.remove(0), habits)
    }

    #[test]
    fn a_2048_bit_block_goes_in_one_extended_apdu_and_the_second_costs_one() {
        let (block, answer) = block_and_answer(&KEY);
        let pso = format!("00 2A 80 86 00 01 01 00 {block} 00 00");
        let written = with_environment().answer(&pso, &answer).answer(&pso, &answer);
        let outcomes = sign(
            &KEY,
            &mut Habits::default(),
            written,
            SignatureScheme::Pkcs1Sha256,
            2,
        );
        assert!(outcomes.iter().all(Result::is_ok));
    }

    #[test]
    fn a_1024_bit_block_goes_in_one_short_apdu() {
        let (block, answer) = block_and_answer(&SHORT_KEY);
        let written = with_environment().answer(&format!("00 2A 80 86 81 00 {block} 00"), &answer);
        assert!(sign_once(&SHORT_KEY, written).0.is_ok());
    }

    #[test]
    fn a_card_that_wants_the_exact_length_gets_it() {
        let (block, answer) = block_and_answer(&KEY);
        let written = with_environment()
            .answer(&format!("00 2A 80 86 00 01 01 00 {block} 00 00"), "67 00")
            .answer(&format!("00 2A 80 86 00 01 01 00 {block} 01 00"), &answer);
        let (outcome, habits) = sign_once(&KEY, written);
        assert!(outcome.is_ok());
        assert_eq!(habits.carriage, Some(Carriage::WholeExact));
    }

    #[test]
    fn chaining_is_the_fallback_and_is_remembered() {
        let (block, answer) = block_and_answer(&KEY);
        let extended = format!("00 2A 80 86 00 01 01 00 {block} 00 00");
        let (head, tail) = block.split_at(2 * 254);
        let chained = |card: Transcript| {
            card.answer(&format!("10 2A 80 86 FF 00 {head}"), "90 00")
                .answer(&format!("00 2A 80 86 02 {tail} 00"), &answer)
        };
        for refusal in ["6E 00", "6D 00", "68 83", "68 84"] {
            let (outcome, mut habits) =
                sign_once(&KEY, chained(with_environment().answer(&extended, refusal)));
            assert!(outcome.is_ok(), "{refusal}");
            let again = chained(with_environment());
            assert!(
                sign(&KEY, &mut habits, again, SignatureScheme::Pkcs1Sha256, 1)[0].is_ok(),
                "{refusal}"
            );
        }
        let broken = with_environment().fail(&extended, ChannelError::Transport { code: 0x8010_0016 });
        assert!(sign_once(&KEY, chained(broken)).0.is_ok());
    }

    #[test]
    fn a_broken_transport_is_told_when_chaining_fails_after_it() {
        let (block, _) = block_and_answer(&KEY);
        let broken = ChannelError::Transport { code: 0x8010_0016 };
        let written = with_environment()
            .fail(&format!("00 2A 80 86 00 01 01 00 {block} 00 00"), broken)
            .answer(&format!("10 2A 80 86 FF 00 {}", &block[..2 * 254]), "69 82");
        assert_eq!(sign_once(&KEY, written).0, Err(CardError::Channel(broken)));
    }

    #[test]
    fn what_is_no_question_of_form_is_not_tried_in_another() {
        let (block, _) = block_and_answer(&KEY);
        for (status, value) in [("69 82", 0x6982), ("69 85", 0x6985), ("6F 00", 0x6F00)] {
            let written =
                with_environment().answer(&format!("00 2A 80 86 00 01 01 00 {block} 00 00"), status);
            let refused = CardError::Refused {
                status: value,
                command: "PSO DECIPHER",
            };
            assert_eq!(sign_once(&KEY, written).0, Err(refused));
        }
    }

    #[test]
    fn a_signature_of_another_key_never_leaves() {
        let (block, answer) = block_and_answer(&KEY);
        let pso = format!("00 2A 80 86 00 01 01 00 {block} 00 00");
        let other = if answer.ends_with("009000") { "01" } else { "00" };
        for wrong in [
            format!("{}{other} 9000", &answer[..2 * 255]),
            "90 00".to_owned(),
            format!("00{answer}"),
        ] {
            let outcome = sign_once(&KEY, with_environment().answer(&pso, &wrong)).0;
            assert_eq!(outcome, Err(CardError::SignatureMismatch));
        }
    }

    #[test]
    fn a_scheme_that_does_not_fit_leaves_the_card_alone() {
        let untouched = Transcript::new("3B00");
        let outcome = sign(
            &SHORT_KEY,
            &mut Habits::default(),
            untouched,
            SignatureScheme::PssSha512,
            1,
        );
        assert_eq!(outcome, [Err(CardError::SchemeNotSupported)]);
        assert_eq!(schemes_of(&SHORT_KEY.to_public_key()).len(), 5);
        assert_eq!(schemes_of(&KEY.to_public_key()), SignatureScheme::ALL);
    }

    #[test]
    fn a_refused_environment_is_named() {
        let written = Transcript::new("3B00").answer(RESTORE, "6A 88");
        let refused = CardError::Refused {
            status: 0x6A88,
            command: "MSE RESTORE",
        };
        assert_eq!(sign_once(&KEY, written).0, Err(refused));
    }
}
