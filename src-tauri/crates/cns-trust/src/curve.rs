//! Is a public key a point of its curve (SEC 1 §3.2.2.1)? What is none can be no key, and helps to attack one.

use rsa::BigUint;

/// Whether these bytes are an uncompressed point of P-256.
pub(crate) fn is_on_p256(point: &[u8]) -> bool {
    is_on(point, 32, P256)
}

/// Whether these bytes are an uncompressed point of P-384.
pub(crate) fn is_on_p384(point: &[u8]) -> bool {
    is_on(point, 48, P384)
}

/// y² = x³ − 3x + b modulo p, and both below p.
fn is_on(point: &[u8], size: usize, (p, b): (&[u8], &[u8])) -> bool {
    let [4, coordinates @ ..] = point else {
        return false;
    };
    if coordinates.len() != 2 * size {
        return false;
    }
    let number = |digits: &[u8]| BigUint::parse_bytes(digits, 16).unwrap_or_default();
    let (p, b) = (number(p), number(b));
    let (x, y) = coordinates.split_at(size);
    let (x, y) = (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
    let three_x = BigUint::from(3_u8) * &x % &p;
    let right = (&x * &x * &x + &p - three_x + b) % &p;
    x < p && y < p && &y * &y % &p == right
}

/// FIPS 186-4 §D.1.2.3: p and b.
const P256: (&[u8], &[u8]) = (
    b"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
    b"5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
);
/// FIPS 186-4 §D.1.2.4.
const P384: (&[u8], &[u8]) = (
    b"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
    b"B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF",
);

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PublicKeyData};

    #[test]
    fn a_key_is_a_point_and_its_neighbours_are_none() {
        for (kind, is_on) in [
            (&PKCS_ECDSA_P256_SHA256, is_on_p256 as fn(&[u8]) -> bool),
            (&PKCS_ECDSA_P384_SHA384, is_on_p384),
        ] {
            let key = KeyPair::generate_for(kind).unwrap();
            let mut point = key.der_bytes().to_vec();
            assert!(is_on(&point));
            *point.last_mut().unwrap() ^= 1;
            assert!(!is_on(&point));
            point.pop();
            assert!(!is_on(&point) && !is_on(&[]) && !is_on(&[0]) && !is_on(&point[..33]));
        }
        assert!(!is_on_p256(&[4; 97]) && !is_on_p384(&[0xFF; 97]));
    }
}
