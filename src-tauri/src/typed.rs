//! What the page typed becomes a secret that wipes itself. Its text ends here.

use crate::desk::Answer;
use cns_card::{CardPin, CardPuk};
use cns_contract::{NotTaken, PinChange, PinTyped, PinUnblock};
use cns_login::TypedPin;
use zeroize::Zeroizing;

/// The PIN, if it has the form of one.
pub(crate) fn pin(typed: PinTyped) -> Result<Answer, NotTaken> {
    let typed = Zeroizing::new(typed.pin);
    parsed(&typed).map(Answer::Pin)
}

/// The old PIN and the new one, if they have the form of one and the new one was typed twice alike.
pub(crate) fn change(typed: PinChange) -> Result<Answer, NotTaken> {
    let old = Zeroizing::new(typed.old);
    let (new, again) = (Zeroizing::new(typed.new), Zeroizing::new(typed.again));
    let old = parsed(&old)?;
    let new = twice(new, &again)?;
    Ok(Answer::NewPin { old, new })
}

/// The PUK and the new PIN, if they have the form of one and the new one was typed twice alike.
pub(crate) fn unblock(typed: PinUnblock) -> Result<Answer, NotTaken> {
    let puk = Zeroizing::new(typed.puk);
    let (new, again) = (Zeroizing::new(typed.new), Zeroizing::new(typed.again));
    let puk = CardPuk::parse(&puk).map_err(|_| NotTaken::PukFormat)?;
    let new = twice(new, &again)?;
    Ok(Answer::Puk { puk, new })
}

fn parsed(typed: &str) -> Result<CardPin, NotTaken> {
    CardPin::parse(typed).map_err(|_| NotTaken::PinFormat)
}

fn twice(mut new: Zeroizing<String>, again: &str) -> Result<TypedPin, NotTaken> {
    CardPin::parse(&new).map_err(|_| NotTaken::NewPinFormat)?;
    if *new != again {
        return Err(NotTaken::NewPinDiffers);
    }
    Ok(TypedPin::new(std::mem::take(&mut *new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_goes_no_further() {
        let change = |old: &str, new: &str, again: &str| {
            let [old, new, again] = [old, new, again].map(str::to_owned);
            super::change(PinChange { old, new, again }).err()
        };
        assert_eq!(change("12345", "24681", "24681"), None);
        assert_eq!(change("1234", "24681", "24681"), Some(NotTaken::PinFormat));
        assert_eq!(change("12345", "2468", "2468"), Some(NotTaken::NewPinFormat));
        assert_eq!(change("12345", "24681", "24682"), Some(NotTaken::NewPinDiffers));
        let unblock = |puk: &str, new: &str, again: &str| {
            let [puk, new, again] = [puk, new, again].map(str::to_owned);
            super::unblock(PinUnblock { puk, new, again }).err()
        };
        assert_eq!(unblock("87654321", "24681", "24681"), None);
        assert_eq!(unblock("8765432", "24681", "24681"), Some(NotTaken::PukFormat));
        assert_eq!(
            unblock("87654321", "24a81", "24a81"),
            Some(NotTaken::NewPinFormat)
        );
        assert_eq!(unblock("87654321", "24681", ""), Some(NotTaken::NewPinDiffers));
    }
}
