//! What the keeper of a card does to its PIN: change it, unblock it.

use crate::applications::go_to_key;
use crate::entrusted::Entrusted;
use crate::puk::unblock;
use crate::read::is_the_same;
use crate::thread::{Keeper, in_one_transaction};
use crate::verdict::compare;
use crate::verify::{by_reference, padded, pin_references, type_on_pad};
use crate::{CardError, CardPin, CardPuk, NewPin, Secret, Unblocked};
use cns_iso7816::{Ending, PadEntry, commands};

impl Keeper {
    /// Replaces the PIN with exactly one CHANGE REFERENCE DATA.
    pub(crate) fn change_pin(
        &mut self,
        typed: &Entrusted<(CardPin, NewPin)>,
        spends_last_try: bool,
    ) -> Result<(), CardError> {
        self.may_compare(Secret::Pin, spends_last_try)?;
        let reading = self.read()?;
        self.tries.asking().somebody_types();
        let (tries, known, habits) = (&self.tries.pin, &mut self.references.pin, &mut self.habits);
        in_one_transaction(&mut *self.channel, Ending::Reset, |line| {
            is_the_same(line, habits, &reading)?;
            go_to_key(line, &reading.profile)?;
            by_reference(known, pin_references(&reading.pin), |reference| {
                let command = typed.with(|(old, new)| {
                    let (old, new) = (padded(old.digits()), padded(new.digits()));
                    commands::change_reference_data(reference, old.expose(), new.expose())
                })?;
                compare(line, tries, &command)
            })?
            .on_pin("CHANGE REFERENCE DATA")
        })
    }

    /// Has the reader's pad ask for the old and the new PIN.
    pub(crate) fn change_pin_on_pad(&mut self, spends_last_try: bool) -> Result<(), CardError> {
        self.may_compare(Secret::Pin, spends_last_try)?;
        let reading = self.read()?;
        self.tries.asking().somebody_types();
        let (tries, known, habits) = (&self.tries.pin, &mut self.references, &mut self.habits);
        in_one_transaction(&mut *self.channel, Ending::Reset, |line| {
            is_the_same(line, habits, &reading)?;
            type_on_pad(
                line,
                &reading.profile,
                &reading.pin,
                known,
                tries,
                PadEntry::Change,
            )
        })
    }

    /// Unblocks the PIN; the PUK is compared once at most.
    pub(crate) fn unblock_pin(
        &mut self,
        typed: &Entrusted<(CardPuk, NewPin)>,
        spends_last_try: bool,
    ) -> Result<Unblocked, CardError> {
        self.may_compare(Secret::Puk, spends_last_try)?;
        let reading = self.read()?;
        if reading.contents.pin_rules.unblock.is_empty() {
            return Err(CardError::UnblockNotSupported);
        }
        self.tries.asking().somebody_types();
        let (tries, references, habits) = (&*self.tries, &mut self.references, &mut self.habits);
        in_one_transaction(&mut *self.channel, Ending::Reset, |line| {
            is_the_same(line, habits, &reading)?;
            unblock(line, &reading, references, tries, typed)
        })
    }
}
