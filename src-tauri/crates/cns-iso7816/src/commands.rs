//! The table of commands: one function per APDU, each headed by its clause.
//!
//! Where a clause is cited without a part, it is ISO/IEC 7816-4:2013.

use crate::{Command, Expected, FileOffset, SecretBytes};

/// SELECT by path from the master file, the file control information wanted (§11.1.1, P1 = `08`).
///
/// `path` is the identifiers without `3F00`.
pub fn select_path(path: &[u8]) -> Command {
    Command::new("SELECT", [0x00, 0xA4, 0x08, 0x00])
        .with_data(path)
        .expecting(Expected::Short(0))
}

/// SELECT the master file (§11.1.1, P1 = `00`, identifier `3F00`).
pub fn select_mf() -> Command {
    select_file(0x3F00)
}

/// SELECT a file of the current directory by its identifier (§11.1.1, P1 = `00`).
pub fn select_file(identifier: u16) -> Command {
    Command::new("SELECT", [0x00, 0xA4, 0x00, 0x00])
        .with_data(&identifier.to_be_bytes())
        .expecting(Expected::Short(0))
}

/// SELECT by path from the current directory (§11.1.1, P1 = `09`).
pub fn select_from_current(path: &[u8]) -> Command {
    Command::new("SELECT", [0x00, 0xA4, 0x09, 0x00])
        .with_data(path)
        .expecting(Expected::Short(0))
}

/// SELECT the parent directory (§11.1.1, P1 = `03`).
pub fn select_parent() -> Command {
    Command::new("SELECT", [0x00, 0xA4, 0x03, 0x00]).expecting(Expected::Short(0))
}

/// SELECT an application by its name (§11.1.1, P1 = `04`).
pub fn select_aid(aid: &[u8]) -> Command {
    Command::new("SELECT", [0x00, 0xA4, 0x04, 0x00])
        .with_data(aid)
        .expecting(Expected::Short(0))
}

/// READ BINARY of the current file (§11.3.3).
pub fn read_binary(offset: FileOffset, expected: Expected) -> Command {
    let [p1, p2] = offset.to_bytes();
    Command::new("READ BINARY", [0x00, 0xB0, p1, p2]).expecting(expected)
}

/// VERIFY (§11.5.6) with the PIN as the card stores it, padding included.
pub fn verify(reference: u8, padded_pin: &[u8]) -> Command {
    Command::new("VERIFY", [0x00, 0x20, 0x00, reference]).with_secret(SecretBytes::joined(&[padded_pin]))
}

/// VERIFY without a PIN (§11.5.6): the question for the tries left, in its bare form of four bytes.
///
/// Some cards count it as a wrong PIN. Nothing of the person's is in it, so nothing is secret.
pub fn verify_nothing(reference: u8) -> Command {
    Command::new("VERIFY", [0x00, 0x20, 0x00, reference])
}

/// CHANGE REFERENCE DATA (§11.5.7, P1 = `00`): the old PIN, then the new one, both padded.
pub fn change_reference_data(reference: u8, old_padded: &[u8], new_padded: &[u8]) -> Command {
    Command::new("CHANGE REFERENCE DATA", [0x00, 0x24, 0x00, reference])
        .with_secret(SecretBytes::joined(&[old_padded, new_padded]))
}

/// RESET RETRY COUNTER (§11.5.10, P1 = `00`): the PUK, then the new PIN, both padded.
pub fn reset_retry_counter(reference: u8, puk_padded: &[u8], new_padded: &[u8]) -> Command {
    Command::new("RESET RETRY COUNTER", [0x00, 0x2C, 0x00, reference])
        .with_secret(SecretBytes::joined(&[puk_padded, new_padded]))
}

/// RESET RETRY COUNTER (§11.5.10, P1 = `03`) without data: the PIN stays, after a VERIFY of the PUK.
pub fn reset_retry_counter_only(reference: u8) -> Command {
    Command::new("RESET RETRY COUNTER", [0x00, 0x2C, 0x03, reference])
}

/// MANAGE SECURITY ENVIRONMENT, restore environment `environment` (§11.5.11, P1 = `F3`).
///
/// The trailing `00` is an empty Lc of the CNS specification; on the wire it looks like Le.
pub fn mse_restore(environment: u8) -> Command {
    Command::new("MSE RESTORE", [0x00, 0x22, 0xF3, environment]).expecting(Expected::Short(0))
}

/// MANAGE SECURITY ENVIRONMENT, set the confidentiality template to a key (§11.5.11, P1-P2 = `F1 B8`).
pub fn mse_set_confidentiality(key: u8) -> Command {
    Command::new("MSE SET", [0x00, 0x22, 0xF1, 0xB8]).with_data(&[0x83, 0x01, key])
}

/// MANAGE SECURITY ENVIRONMENT, set the signature template to a key (§11.5.11, P1-P2 = `F1 B6`).
pub fn mse_set_signature(key: u8) -> Command {
    Command::new("MSE SET", [0x00, 0x22, 0xF1, 0xB6]).with_data(&[0x83, 0x01, key])
}

/// PERFORM SECURITY OPERATION, DECIPHER (ISO/IEC 7816-8:2019 §11.12): padding indicator `00`, then the block.
///
/// With a 2048-bit key the data are 257 bytes: the APDU becomes extended, or is sent
/// [chained](Command::chained).
pub fn pso_decipher(block: &[u8], expected: Expected) -> Command {
    let mut data = Vec::with_capacity(block.len() + 1);
    data.push(0x00);
    data.extend_from_slice(block);
    Command::new("PSO DECIPHER", [0x00, 0x2A, 0x80, 0x86])
        .with_data(&data)
        .expecting(expected)
}

/// PERFORM SECURITY OPERATION, COMPUTE DIGITAL SIGNATURE (ISO/IEC 7816-8:2019 §11.7).
pub fn pso_compute_signature(input: &[u8], expected: Expected) -> Command {
    Command::new("PSO COMPUTE DIGITAL SIGNATURE", [0x00, 0x2A, 0x9E, 0x9A])
        .with_data(input)
        .expecting(expected)
}

/// GET RESPONSE (§11.7.1), which a `61xx` asks for.
pub fn get_response(length: u8) -> Command {
    Command::new("GET RESPONSE", [0x00, 0xC0, 0x00, 0x00]).expecting(Expected::Short(length))
}

/// GET CHALLENGE (§11.5.3).
pub fn get_challenge(length: u8) -> Command {
    Command::new("GET CHALLENGE", [0x00, 0x84, 0x00, 0x00]).expecting(Expected::Short(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::bytes_of;

    #[test]
    fn every_command_has_the_bytes_of_its_clause() {
        let pin = b"12345\xFF\xFF\xFF";
        let new = b"54321\xFF\xFF\xFF";
        let rows: [(Command, &str); 19] = [
            (
                select_path(&[0x11, 0x00, 0x11, 0x02]),
                "00 A4 08 00 04 11 00 11 02 00",
            ),
            (select_mf(), "00 A4 00 00 02 3F 00 00"),
            (select_file(0x1100), "00 A4 00 00 02 11 00 00"),
            (
                select_from_current(&[0x11, 0x00, 0x11, 0x02]),
                "00 A4 09 00 04 11 00 11 02 00",
            ),
            (select_parent(), "00 A4 03 00 00"),
            (select_aid(&[0xA0, 0x00]), "00 A4 04 00 02 A0 00 00"),
            (
                read_binary(FileOffset::START, Expected::Short(0)),
                "00 B0 00 00 00",
            ),
            (
                read_binary(FileOffset::new(0x0100).unwrap(), Expected::Short(0x90)),
                "00 B0 01 00 90",
            ),
            (verify(0x90, pin), "00 20 00 90 08 31 32 33 34 35 FF FF FF"),
            (
                change_reference_data(0x90, pin, new),
                "00 24 00 90 10 31 32 33 34 35 FF FF FF 35 34 33 32 31 FF FF FF",
            ),
            (
                reset_retry_counter(0x90, b"87654321", new),
                "00 2C 00 90 10 38 37 36 35 34 33 32 31 35 34 33 32 31 FF FF FF",
            ),
            (verify_nothing(0x90), "00 20 00 90"),
            (reset_retry_counter_only(0x10), "00 2C 03 10"),
            (mse_restore(0x03), "00 22 F3 03 00"),
            (mse_set_confidentiality(0x01), "00 22 F1 B8 03 83 01 01"),
            (mse_set_signature(0x01), "00 22 F1 B6 03 83 01 01"),
            (get_response(0x20), "00 C0 00 00 20"),
            (get_challenge(8), "00 84 00 00 08"),
            (
                pso_compute_signature(&[1], Expected::Short(0)),
                "00 2A 9E 9A 01 01 00",
            ),
        ];
        for (command, apdu) in rows {
            assert_eq!(
                command.encode().unwrap().as_slice(),
                bytes_of(apdu),
                "{command:?}"
            );
        }
    }

    #[test]
    fn deciphering_is_short_with_1024_bits_and_extended_with_2048() {
        let short = pso_decipher(&[0xAA; 128], Expected::Short(0));
        assert_eq!(
            short.encode().unwrap().as_slice(),
            bytes_of(&format!("00 2A 80 86 81 00 {} 00", "AA".repeat(128)))
        );
        let extended = pso_decipher(&[0xAA; 256], Expected::Short(0));
        assert_eq!(
            extended.encode().unwrap().as_slice(),
            bytes_of(&format!("00 2A 80 86 00 01 01 00 {} 00 00", "AA".repeat(256)))
        );
    }

    #[test]
    fn whatever_carries_a_pin_is_secret() {
        assert!(verify(0x10, &[0; 8]).is_secret());
        assert!(change_reference_data(0x10, &[0; 8], &[0; 8]).is_secret());
        assert!(reset_retry_counter(0x10, &[0; 8], &[0; 8]).is_secret());
    }
}
