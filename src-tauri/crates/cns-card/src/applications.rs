//! Going to a place on the card: an application, a directory, the key.

use crate::CardError;
use crate::file::refused;
use crate::place::Aid;
use crate::profile::{Paths, Profile};
use cns_iso7816::{Command, Exchange, StatusWord, commands, send};

/// Makes the application current; `false` when the card has none of this name, or does not let it be selected.
///
/// Cards without an application say so in many ways (6A82, 6A81, 6D00, 6999, …), and each means the same: no.
///
/// # Errors
/// [`CardError::Channel`].
pub(crate) fn enter(line: &mut dyn Exchange, application: &Aid) -> Result<bool, CardError> {
    let status = send(line, &commands::select_aid(application.as_bytes()))?.status();
    Ok(is_current(status))
}

/// Makes current what must be current before the PIN and the key are named.
///
/// The application and the directory come before VERIFY because no source says whether a verified PIN survives the
/// SELECT of another one. Everything is done anew: another program may have left the card anywhere.
///
/// # Errors
/// [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn go_to_key(line: &mut dyn Exchange, profile: &Profile) -> Result<(), CardError> {
    for command in way_to_key(profile) {
        let status = send(line, &command)?.status();
        if !is_current(status) {
            return Err(refused(status, "SELECT"));
        }
    }
    Ok(())
}

fn way_to_key(profile: &Profile) -> Vec<Command> {
    let application = profile
        .application
        .as_ref()
        .map(|application| commands::select_aid(application.as_bytes()));
    let directory = profile.key.directory.as_ref().map(|path| match profile.paths {
        Paths::FromMaster => commands::select_path(path.as_bytes()),
        Paths::FromApplication => commands::select_from_current(path.as_bytes()),
    });
    match (application, directory) {
        (None, None) => vec![commands::select_mf()],
        (application, directory) => application.into_iter().chain(directory).collect(),
    }
}

fn is_current(status: StatusWord) -> bool {
    // What is deactivated (6283) is current all the same; what it allows, the next command will tell.
    status.is_success() || status == StatusWord::FILE_DEACTIVATED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::built_in;

    #[test]
    fn the_way_to_the_key_is_as_the_profile_says() {
        let mut profile = built_in().profiles[0].clone();
        let application = Aid::try_from("A0 00 00 00 95 01 00 4D".to_owned()).ok();
        let directory = "1400 9002".to_owned().try_into().ok();
        let aid = "00A4040008A00000009501004D00";
        let rows = [
            (None, None, Paths::FromMaster, vec!["00A40000023F0000"]),
            (
                None,
                directory.clone(),
                Paths::FromMaster,
                vec!["00A40800041400900200"],
            ),
            (application.clone(), None, Paths::FromApplication, vec![aid]),
            (
                application.clone(),
                directory.clone(),
                Paths::FromMaster,
                vec![aid, "00A40800041400900200"],
            ),
            (
                application,
                directory,
                Paths::FromApplication,
                vec![aid, "00A40900041400900200"],
            ),
        ];
        for (application, directory, paths, expected) in rows {
            profile.application = application;
            profile.key.directory = directory;
            profile.paths = paths;
            let way: Vec<String> = way_to_key(&profile)
                .iter()
                .map(|command| {
                    command
                        .encode()
                        .unwrap()
                        .iter()
                        .map(|byte| format!("{byte:02X}"))
                        .collect()
                })
                .collect();
            assert_eq!(way, expected);
        }
    }
}
