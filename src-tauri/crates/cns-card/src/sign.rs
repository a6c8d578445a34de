//! The signature: the card's part is plain RSA, everything else is done and checked here.

use crate::file::refused;
use crate::habits::{Carriage, Habits};
use crate::padding::{fits, pad};
use crate::profile::Profile;
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
    SignatureScheme::ALL.into_iter().filter(|scheme| fits(*scheme, key.n().bits())).collect()
}

impl<'card> Signer<'card> {
    pub(crate) fn new(profile: &'card Profile, key: &'card RsaPublicKey) -> Self {
        Self { profile, key, environment_is_set: false }
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
        let signature = self.set_environment(line).and_then(|()| plain_rsa(line, habits, &block));
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
        for command in
            [commands::mse_restore(key.security_environment), commands::mse_set_confidentiality(key.reference)]
        {
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
/// Trying another form costs no PIN try. PSO DECIPHER is taken because it is raw on every CNS known; COMPUTE
/// DIGITAL SIGNATURE pads on some.
fn plain_rsa(line: &mut dyn Exchange, habits: &mut Habits, block: &[u8]) -> Result<Vec<u8>, CardError> {
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
        match send_block(line, form, block) {
            Ok(response) if response.is_success() => {
                habits.carriage = Some(form);
                return Ok(response.data().to_vec());
            }
            Ok(response) => {
                let status = response.status();
                let another = status.asks_for_another_form() || status.exact_length().is_some();
                // A chain that fails because the transport broke before it says less than the break itself.
                if !matches!(failure, Some(CardError::Channel(_))) {
                    failure = Some(refused(status, "PSO DECIPHER"));
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

fn send_block(line: &mut dyn Exchange, form: Carriage, block: &[u8]) -> Result<Response, ChannelError> {
    // The block tells the digest of what is signed: it goes as a secret, which wipes itself.
    let data = SecretBytes::joined(&[&[RAW], block]);
    let command = commands::pso_decipher(&[], form.expected(block.len())).with_secret(data);
    match form {
        Carriage::Whole | Carriage::WholeExact => send(line, &command),
        Carriage::Chained => send_chained(line, &command),
    }
}

/// The padding indicator of PSO DECIPHER: the block stands as it is (ISO/IEC 7816-8 §11.12).
const RAW: u8 = 0x00;
