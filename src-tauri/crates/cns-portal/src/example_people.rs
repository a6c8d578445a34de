//! The invented people of the archive, with what they know of themselves: for whoever plays their part.

use crate::area::people;
use cns_portal_api::{Address, Sex};
use time::Date;

/// Somebody whom the archive of every example knows. Nobody is called so, and nobody was born there.
#[derive(Clone, Debug)]
pub struct ExamplePerson {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Sex, as the codice fiscale has it: `F` or `M`.
    pub sex: char,
    /// Day of birth.
    pub birth_date: Date,
    /// Place of birth.
    pub birth_place: String,
    /// Residence.
    pub address: Address,
    /// Number of the tessera sanitaria.
    pub tessera_number: String,
    /// Its expiry.
    pub tessera_expiry: Date,
}

/// The people of the example, as the archive has them on this day.
pub fn example_people(today: Date) -> Vec<ExamplePerson> {
    people::examples(today)
        .into_iter()
        .map(|person| ExamplePerson {
            codice_fiscale: person.codice_fiscale.as_str().to_owned(),
            surname: person.surname,
            name: person.name,
            sex: match person.sex {
                Sex::F => 'F',
                Sex::M => 'M',
            },
            birth_date: person.birth_date,
            birth_place: person.birth_place,
            address: person.address,
            tessera_number: person.tessera_number,
            tessera_expiry: person.tessera_expiry,
        })
        .collect()
}
