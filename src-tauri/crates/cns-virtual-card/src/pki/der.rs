//! The few DER structures that the certificate library does not write (ITU-T X.690, RFC 5280 §4.2).

/// `certificatePolicies` (RFC 5280 §4.2.1.4): each policy with its user notice, if it has one.
pub(crate) fn certificate_policies(policies: &[(&[u128], Option<&str>)]) -> Vec<u8> {
    let infos: Vec<Vec<u8>> = policies
        .iter()
        .map(|(policy, notice)| {
            let mut info = oid(policy);
            if let Some(text) = notice {
                let user_notice = object(SEQUENCE, &object(UTF8_STRING, text.as_bytes()));
                let qualifier = object(SEQUENCE, &[oid(USER_NOTICE), user_notice].concat());
                info.extend(object(SEQUENCE, &qualifier));
            }
            object(SEQUENCE, &info)
        })
        .collect();
    object(SEQUENCE, &infos.concat())
}

/// `authorityInfoAccess` with one OCSP responder (RFC 5280 §4.2.2.1).
pub(crate) fn ocsp_access(url: &str) -> Vec<u8> {
    let description = [oid(OCSP), object(URI, url.as_bytes())].concat();
    object(SEQUENCE, &object(SEQUENCE, &description))
}

/// An object identifier, its first two arcs folded into one.
fn oid(arcs: &[u128]) -> Vec<u8> {
    let (head, tail) = arcs.split_at(arcs.len().min(2));
    let folded = head.iter().fold(0, |folded, arc| folded * 40 + arc);
    let body: Vec<u8> = std::iter::once(folded)
        .chain(tail.iter().copied())
        .flat_map(base_128)
        .collect();
    object(OBJECT_IDENTIFIER, &body)
}

fn base_128(arc: u128) -> Vec<u8> {
    let septets = (128 - arc.max(1).leading_zeros()).div_ceil(7);
    (0..septets)
        .rev()
        .map(|index| {
            let septet = (arc >> (7 * index)).to_le_bytes()[0] & 0x7F;
            if index == 0 { septet } else { septet | 0x80 }
        })
        .collect()
}

fn object(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length: Vec<u8> = value
        .len()
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0)
        .collect();
    match (value.len(), length.len()) {
        (0..=0x7F, _) => bytes.push(value.len().to_le_bytes()[0]),
        (_, count) => {
            bytes.push(0x80 | count.to_le_bytes()[0]);
            bytes.extend(length);
        }
    }
    bytes.extend_from_slice(value);
    bytes
}

const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0C;
/// `uniformResourceIdentifier` of a `GeneralName`.
const URI: u8 = 0x86;
const USER_NOTICE: &[u128] = &[1, 3, 6, 1, 5, 5, 7, 2, 2];
const OCSP: &[u128] = &[1, 3, 6, 1, 5, 5, 7, 48, 1];

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::transcript::bytes_of;

    #[test]
    fn object_identifiers_are_written_as_the_standard_writes_them() {
        assert_eq!(oid(&[1, 3, 76, 16, 2, 1]), bytes_of("06 05 2B 4C 10 02 01"));
        assert_eq!(oid(&[1, 3, 159, 6]), bytes_of("06 04 2B 81 1F 06"));
        assert_eq!(oid(&[2, 25, 0]), bytes_of("06 02 69 00"));
    }

    #[test]
    fn lengths_grow_when_they_must() {
        assert_eq!(object(4, &[0; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(object(4, &[0; 0x100])[..4], [4, 0x82, 0x01, 0x00]);
    }
}
