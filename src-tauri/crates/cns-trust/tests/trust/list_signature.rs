//! The signature of a list: what it covers, and what it does not.

use crate::list_maker::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cns_trust::{TrustList, TrustListError};
use std::sync::LazyLock;

pub(crate) static SIGNED: LazyLock<String> = LazyLock::new(|| SIGNER.sign(&italian_list()));

/// Each list is refused, and for the reason that is wrong with it.
pub(crate) fn check(rows: impl IntoIterator<Item = (&'static str, String, TrustListError)>) {
    for (name, list, expected) in rows {
        match read(&list) {
            Err(error) => assert_eq!(error, expected, "{name}"),
            Ok(_) => panic!("accepted: {name}"),
        }
    }
}

/// What a signature of every form that is taken looks like, ready to be read; for a peer to look at as well.
pub(crate) fn accepted() -> Vec<(&'static str, String, &'static ListSigner)> {
    static SHA384: LazyLock<ListSigner> = LazyLock::new(|| ListSigner::by_rsa_with_sha(384));
    static SHA512: LazyLock<ListSigner> = LazyLock::new(|| ListSigner::by_rsa_with_sha(512));
    static P256: LazyLock<ListSigner> =
        LazyLock::new(|| ListSigner::by_ecdsa(&rcgen::PKCS_ECDSA_P256_SHA256));
    static P384: LazyLock<ListSigner> =
        LazyLock::new(|| ListSigner::by_ecdsa(&rcgen::PKCS_ECDSA_P384_SHA384));
    let list = italian_list();
    let v1 = between(&list, "<xades:SigningCertificate>", "</xades:SigningCertificate>");
    let first = between(&list, "<ds:Reference Id", "</ds:Reference>");
    let second = between(&list, "<ds:Reference Type", "</ds:Reference>");
    let certificate = between(&list, "<ds:X509Certificate>", "</ds:X509Certificate>");
    let unsigned = "</xades:SignedProperties><xades:UnsignedProperties>2026</xades:UnsignedProperties>";
    let longer = |method| list.replace("http://www.w3.org/2001/04/xmlenc#sha256", method);
    let mut lists = vec![
        ("version 5", SIGNER.sign(&list), &*SIGNER),
        (
            "version 6",
            SIGNER.sign(&with(&list, "Identifier>5<", "Identifier>6<")),
            &SIGNER,
        ),
        ("RSA with SHA-384", SHA384.sign(&list), &SHA384),
        ("RSA with SHA-512", SHA512.sign(&list), &SHA512),
        ("ECDSA on P-256", P256.sign(&list), &P256),
        ("ECDSA on P-384", P384.sign(&list), &P384),
        (
            "digests of SHA-384",
            SIGNER.sign(&longer("http://www.w3.org/2001/04/xmldsig-more#sha384")),
            &SIGNER,
        ),
        (
            "digests of SHA-512",
            SIGNER.sign(&longer("http://www.w3.org/2001/04/xmlenc#sha512")),
            &SIGNER,
        ),
        (
            "certificate V2",
            SIGNER.sign(&with(&list, &v1, SIGNING_CERTIFICATE_V2)),
            &SIGNER,
        ),
        (
            "both versions of the certificate",
            SIGNER.sign(&with(&list, &v1, &format!("{v1}{SIGNING_CERTIFICATE_V2}"))),
            &SIGNER,
        ),
        (
            "the properties first",
            SIGNER.sign(&with(
                &list,
                &format!("{first}{second}"),
                &format!("{second}{first}"),
            )),
            &SIGNER,
        ),
        ("no type", SIGNER.sign(&with(&list, " Type=\"\"", "")), &SIGNER),
        (
            "something unsigned beside",
            with(&SIGNED, "</xades:SignedProperties>", unsigned),
            &SIGNER,
        ),
        ("a byte order mark", format!("\u{feff}{}", *SIGNED), &SIGNER),
        ("no declaration", without(&SIGNED, "<?xml", "?>"), &SIGNER),
    ];
    // Certificates of others beside the signer's.
    let chain = with(
        &list,
        &certificate,
        &format!("{certificate}{}", other_in_key_info()),
    );
    lists.push(("a chain", SIGNER.sign(&chain), &SIGNER));
    lists
}

pub(crate) fn other_in_key_info() -> String {
    let certificate = STANDARD.encode(other_certificate());
    format!("<ds:X509Certificate>{certificate}</ds:X509Certificate>")
}

#[test]
fn every_sound_signature_is_verified() {
    for (name, list, signer) in accepted() {
        let read = TrustList::read(list.as_bytes(), &[signer.pin()], 195)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let ders: Vec<&[u8]> = read.cas().iter().map(|ca| ca.der.as_slice()).collect();
        assert_eq!(ders, [CAS[0].der.as_slice(), &CAS[1].der], "{name}");
        assert_eq!(read.facts().signer_sha256, signer.pin().sha256, "{name}");
    }
}

#[test]
fn what_was_changed_after_it_was_signed_is_refused() {
    let signed = &*SIGNED;
    let changed = |part: &str, other: &str| (with(signed, part, other), TrustListError::Changed);
    let rows = [
        ("a number", changed(">195<", ">196<")),
        (
            "a status",
            changed("Svcstatus/deprecated", "Svcstatus/recognised"),
        ),
        ("an attribute", changed("TSLTag=\"tag\"", "TSLTag=\"gat\"")),
        (
            "an attribute more",
            changed("TSLTag=\"tag\"", "TSLTag=\"tag\" a=\"b\""),
        ),
        ("an attribute less", changed(" TSLTag=\"tag\"", "")),
        ("a line break", changed("<TSPServices>\n", "<TSPServices>")),
        ("a space", changed("<TSPServices>\n", "<TSPServices>\n ")),
        ("an element", changed("<TSPServices>\n", "<TSPServices><a/>\n")),
        (
            "a processing instruction",
            changed("<TSPServices>\n", "<TSPServices><?a?>\n"),
        ),
        (
            "an instruction outside",
            changed("<TrustServiceStatusList", "<?a?><TrustServiceStatusList"),
        ),
        (
            "an instruction behind",
            (format!("{signed}<?a?>"), TrustListError::Changed),
        ),
        ("no name's space", changed("<TSPName>", "<TSPName xmlns=\"\">")),
        (
            "a name's space",
            (
                signed.replace("http://uri.etsi.org/02231/v2#", "http://uri.etsi.org/02231/v3#"),
                TrustListError::Changed,
            ),
        ),
        ("a service in a comment", {
            let services: Vec<&str> = signed.split("<TSPService>").collect();
            let commented = format!("<TSPService>{}", services[1]);
            changed(&commented, &format!("<!--{commented}-->"))
        }),
        (
            "the signing time",
            changed("SigningTime>2026-06", "SigningTime>2026-07"),
        ),
        (
            "the named certificate",
            changed(
                "SigningCertificate><xades:Cert>",
                "SigningCertificate><xades:Cert URI=\"a\">",
            ),
        ),
    ];
    check(rows.map(|(name, (list, expected))| (name, list, expected)));
}

/// What somebody else may do to a signed list without changing what it says.
pub(crate) fn unsigned_changes() -> Vec<(&'static str, String)> {
    let signed = &*SIGNED;
    let middle = &STANDARD.encode(&CAS[0].der)[20..40];
    let fake = service(
        "IdV",
        &CAS[1].der,
        "recognisedatnationallevel",
        "2026-01-01T00:00:00Z",
    );
    vec![
        (
            "a comment in a certificate",
            signed.replacen(middle, &format!("{}<!-- a -->{}", &middle[..7], &middle[7..]), 1),
        ),
        (
            "a comment in a status",
            with(signed, "deprecatedatnational", "deprecated<!-- a -->atnational"),
        ),
        (
            "a comment in the number",
            with(signed, ">195<", "><!--1-->1<!---->95<!--5--><"),
        ),
        ("a comment in the digest", {
            let value = between(signed, "<ds:DigestValue>", "=");
            with(
                signed,
                &value,
                &format!("<ds:DigestValue><!-- a -->{}", &value["<ds:DigestValue>".len()..]),
            )
        }),
        (
            "comments around",
            format!(
                "{}<!-- a -->",
                with(
                    signed,
                    "<TrustServiceStatusList",
                    "<!-- a --><TrustServiceStatusList"
                )
            ),
        ),
        (
            "a section of characters",
            with(signed, "deprecatedatnational", "<![CDATA[deprecated]]>atnational"),
        ),
        (
            "characters by number",
            with(signed, "deprecatedatnational", "&#x64;&#101;precatedatnational"),
        ),
        ("other quotes", with(signed, "TSLTag=\"tag\"", "TSLTag = 'tag'")),
        (
            "another order",
            with(
                signed,
                "Id=\"list\" TSLTag=\"tag\"",
                "TSLTag=\"tag\"  Id=\"list\"",
            ),
        ),
        (
            "a name's space that nobody uses",
            with(signed, " TSLTag", " xmlns:evil=\"urn:a\" TSLTag"),
        ),
        ("line ends of another system", signed.replace('\n', "\r\n")),
        (
            "a service in what is not signed",
            with(
                signed,
                "</xades:SignedProperties>",
                &format!(
                    "</xades:SignedProperties><xades:UnsignedProperties>{fake}</xades:UnsignedProperties>"
                ),
            ),
        ),
        (
            "a key beside",
            with(
                signed,
                "<ds:KeyInfo>",
                &format!("<ds:KeyInfo><ds:KeyName>{fake}</ds:KeyName>"),
            ),
        ),
        (
            "a certificate before",
            with(
                signed,
                "<ds:X509Data>",
                &format!("<ds:X509Data>{}", other_in_key_info()),
            ),
        ),
        ("lines in the value", {
            let value = between(signed, "<ds:SignatureValue Id=\"value\">", "</");
            with(signed, &value, &value.replace("==", " = \n= "))
        }),
    ]
}

#[test]
fn what_is_not_signed_changes_nothing() {
    let expected = read(&*SIGNED).unwrap();
    for (name, list) in unsigned_changes() {
        assert_ne!(list, *SIGNED, "{name}");
        let read = read(&list).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            (read.facts(), read.cas()),
            (expected.facts(), expected.cas()),
            "{name}"
        );
    }
}

/// The classic: a reader that takes only the text before a comment reads another word than was signed.
#[test]
fn a_comment_does_not_shorten_a_word() {
    let signed = SIGNER.sign(&with(
        &italian_list(),
        "deprecatedatnationallevel",
        "recognisedatnationallevel-not",
    ));
    let expected = read(&signed).unwrap();
    let shortened = with(
        &signed,
        "recognisedatnationallevel-not",
        "recognisedatnationallevel<!-- -->-not",
    );
    assert_eq!(read(&shortened).unwrap().cas(), expected.cas());
    assert!(matches!(
        &expected.cas()[1].standing,
        cns_trust::ListedStanding::Other(other) if other.ends_with("level-not")
    ));
}
