//! What a list may be made of, before anybody looks at its signature.

use crate::list::{ITALY_194, real};
use crate::list_maker::*;
use crate::list_signature::SIGNED;
use cns_trust::{Pins, TrustList, TrustListError};
use std::time::{Duration, Instant};

const LIMIT: usize = 16 * 1024 * 1024;

/// Why a list is refused, if it is.
fn refusal(list: impl AsRef<[u8]>) -> Option<TrustListError> {
    read(list).err()
}

#[test]
fn what_is_no_list_is_refused() {
    let signed = &*SIGNED;
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: &[u8]| {
        let text = signed.replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
        [mark, &text.encode_utf16().flat_map(bytes).collect::<Vec<_>>()].concat()
    };
    let latin: Vec<u8> = with(signed, "Ente di Prova &amp; figli", "Ente \u{e0}")
        .chars()
        .map(|c| c as u8)
        .collect();
    let text = |text: String| text.into_bytes();
    for (name, list) in [
        ("nothing", Vec::new()),
        ("a byte order mark", "\u{feff}".as_bytes().to_vec()),
        ("text", b"a list".to_vec()),
        ("JSON", b"{\"list\": []}".to_vec()),
        ("a packed file", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
        ("a web page", b"<html><p>It works!</html>".to_vec()),
        ("UTF-16", utf16(u16::to_be_bytes, &[])),
        ("UTF-16 with its mark", utf16(u16::to_be_bytes, &[0xfe, 0xff])),
        ("UTF-16 the other way", utf16(u16::to_le_bytes, &[])),
        (
            "UTF-16 the other way with its mark",
            utf16(u16::to_le_bytes, &[0xff, 0xfe]),
        ),
        (
            "UTF-16 by name alone",
            text(with(signed, "encoding=\"UTF-8\"", "encoding=\"UTF-16\"")),
        ),
        (
            "UTF-7 by name",
            text(with(signed, "encoding=\"UTF-8\"", "encoding=\"UTF-7\"")),
        ),
        ("Latin-1", latin),
        (
            "Latin-1 by name alone",
            text(with(signed, "encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"")),
        ),
        (
            "XML 1.1",
            text(with(signed, "version=\"1.0\"", "version=\"1.1\"")),
        ),
        ("two byte order marks", text(format!("\u{feff}\u{feff}{signed}"))),
        ("a space before the declaration", text(format!(" {signed}"))),
        ("a zero", text(with(signed, ">195<", ">195\0<"))),
        ("a zero by number", text(with(signed, ">195<", ">195&#0;<"))),
        ("a control character", text(with(signed, ">195<", ">195\u{1}<"))),
        ("half a character", text(with(signed, ">195<", ">195&#xd800;<"))),
        (
            "an entity that nobody declared",
            text(with(signed, ">195<", ">&number;<")),
        ),
        ("an unclosed tag", text(with(signed, "</SchemeInformation>", ""))),
        (
            "crossed tags",
            text(with(
                signed,
                ">195</TSLSequenceNumber>",
                "><a>195</TSLSequenceNumber></a>",
            )),
        ),
        (
            "an attribute twice",
            text(with(signed, "TSLTag=\"tag\"", "TSLTag=\"tag\" TSLTag=\"tag\"")),
        ),
        (
            "an attribute twice by two prefixes",
            text(with(
                signed,
                "TSLTag=\"tag\"",
                "TSLTag=\"tag\" xmlns:a=\"urn:a\" xmlns:b=\"urn:a\" a:c=\"\" b:c=\"\"",
            )),
        ),
        (
            "a prefix declared twice",
            text(with(
                signed,
                "TSLTag=\"tag\"",
                "TSLTag=\"tag\" xmlns:a=\"urn:a\" xmlns:a=\"urn:b\"",
            )),
        ),
        (
            "two names' spaces for one element",
            text(with(
                signed,
                "<TSPServices>",
                "<TSPServices xmlns=\"urn:a\" xmlns=\"urn:b\">",
            )),
        ),
        (
            "a prefix without a name's space",
            text(with(signed, "TSLTag=\"tag\"", "TSLTag=\"tag\" xmlns:a=\"\"")),
        ),
        (
            "a relative name's space",
            text(with(signed, "TSLTag=\"tag\"", "TSLTag=\"tag\" xmlns:a=\"a\"")),
        ),
        (
            "a space that is none in the value",
            text(with(signed, "</ds:SignatureValue>", "\u{a0}</ds:SignatureValue>")),
        ),
        (
            "XML's own prefix for another",
            text(with(
                signed,
                "TSLTag=\"tag\"",
                "TSLTag=\"tag\" xmlns:xml=\"urn:a\"",
            )),
        ),
        (
            "another prefix for XML's own",
            text(with(
                signed,
                "TSLTag=\"tag\"",
                "TSLTag=\"tag\" xmlns:a=\"http://www.w3.org/XML/1998/namespace\"",
            )),
        ),
        (
            "XML's own as everybody's",
            text(with(
                signed,
                "<TSPServices>",
                "<TSPServices xmlns=\"http://www.w3.org/XML/1998/namespace\">",
            )),
        ),
        (
            "the prefix of prefixes",
            text(with(
                signed,
                "TSLTag=\"tag\"",
                "TSLTag=\"tag\" xmlns:xmlns=\"urn:a\"",
            )),
        ),
        (
            "the name's space of prefixes",
            text(with(
                signed,
                "TSLTag=\"tag\"",
                "TSLTag=\"tag\" xmlns:a=\"http://www.w3.org/2000/xmlns/\"",
            )),
        ),
        (
            "a prefix that nobody declared",
            text(with(signed, "TSLTag=\"tag\"", "TSLTag=\"tag\" a:b=\"\"")),
        ),
        (
            "a tag in an attribute",
            text(with(signed, "TSLTag=\"tag\"", "TSLTag=\"<tag>\"")),
        ),
        ("words behind", text(format!("{signed}."))),
        ("words before", text(format!(".{signed}"))),
    ] {
        assert_eq!(refusal(list), Some(TrustListError::Malformed), "{name}");
    }
    for end in (0..signed.len()).step_by(97) {
        assert!(matches!(
            read(&signed[..end]).unwrap_err(),
            TrustListError::Malformed | TrustListError::Unsigned
        ));
    }
}

#[test]
fn a_list_declares_no_types_and_no_entities() {
    let laughs: String = (1..10)
        .map(|level| {
            format!(
                "<!ENTITY a{level} \"{}\">",
                format!("&a{};", level - 1).repeat(10)
            )
        })
        .collect();
    for declaration in [
        "<!DOCTYPE TrustServiceStatusList>".to_owned(),
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">".to_owned(),
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\">".to_owned(),
        "<!DOCTYPE a [<!ENTITY number \"195\">]>".to_owned(),
        "<!DOCTYPE a [<!ENTITY number SYSTEM \"file:///etc/passwd\">]>".to_owned(),
        "<!DOCTYPE a [<!ENTITY % more SYSTEM \"http://127.0.0.1:1/\"> %more;]>".to_owned(),
        "<!DOCTYPE a [<!ATTLIST a Id ID #IMPLIED>]>".to_owned(),
        format!("<!DOCTYPE a [<!ENTITY a0 \"ha\">{laughs}]>"),
        "<!doctype a>".to_owned(),
        "<!ENTITY number \"195\">".to_owned(),
    ] {
        let list = with(
            &SIGNED,
            "<TrustServiceStatusList",
            &format!("{declaration}<TrustServiceStatusList"),
        );
        for list in [
            list.clone(),
            with(&list, ">195<", ">&number;<"),
            with(&list, ">195<", ">&a9;<"),
        ] {
            assert_eq!(read(&list).unwrap_err(), TrustListError::Dtd, "{declaration}");
        }
    }
}

/// Each of these would cost the parser gigabytes or minutes; all of them together cost less than a login may wait.
#[test]
fn what_would_take_too_much_is_refused_at_once() {
    let in_list = |flood: &str| with(&SIGNED, "<TSPServices>", &format!("<TSPServices>{flood}"));
    let attributes = |count: u32, attribute: fn(u32) -> String| {
        let attributes: String = (0..count).map(attribute).collect();
        in_list(&format!("<a{attributes}/>"))
    };
    let started = Instant::now();
    for (name, list) in [
        ("elements", in_list(&"<a/>".repeat(200_001))),
        ("open elements", in_list(&"<a>".repeat(3_000_000))),
        ("comments", in_list(&"<!---->".repeat(200_001))),
        ("instructions", in_list(&"<?a?>".repeat(200_001))),
        ("sections", in_list(&"<![CDATA[]]>".repeat(200_001))),
        (
            "attributes",
            attributes(100_000, |number| format!(" a{number}=\"\"")),
        ),
        (
            "attributes in other quotes",
            attributes(100_000, |number| format!(" a{number}=''")),
        ),
        (
            "names' spaces",
            attributes(100_000, |number| format!(" xmlns:a{number}=\"urn:a\"")),
        ),
        (
            "attributes, a few at a time",
            in_list(&"<a b=\"\" c=\"\" d=\"\" e=\"\"/>".repeat(30_000)),
        ),
        (
            "names' spaces, one at a time",
            in_list(&"<a xmlns:b=\"urn:b\"/>".repeat(5_000)),
        ),
        ("a name's space that is long", {
            let name = "u".repeat(1_000_000);
            in_list(&format!("<a xmlns:b=\"{name}\">{}</a>", "<b:c/>".repeat(100_000)))
        }),
        (
            "depth",
            in_list(&format!("{}{}", "<a>".repeat(61), "</a>".repeat(61))),
        ),
    ] {
        assert_eq!(
            read(&list).unwrap_err(),
            TrustListError::TooManyElements,
            "{name}"
        );
    }
    for (name, list) in [
        // A depth that hides from the count behind what looks like the end of a tag.
        ("depth in disguise", in_list(&"<a>/>".repeat(100_000))),
        (
            "attributes without quotes",
            attributes(100_000, |number| format!(" a{number}=b")),
        ),
        (
            "attributes without values",
            attributes(100_000, |number| format!(" a{number}")),
        ),
        ("a name", in_list(&format!("<{}", "a".repeat(1_000_000)))),
        ("entities", in_list(&"&a;".repeat(1_000_000))),
    ] {
        assert_eq!(refusal(&list), Some(TrustListError::Malformed), "{name}");
    }
    let mut large = SIGNED.clone().into_bytes();
    large.resize(LIMIT + 1, b' ');
    let limit = LIMIT as u64;
    assert_eq!(read(&large).unwrap_err(), TrustListError::TooLarge { limit });
    large.resize(LIMIT, b' ');
    assert!(read(&large).is_ok());
    // Generous: a debug build on a busy machine.
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn what_is_within_the_bounds_is_read() {
    let in_list = |flood: &str| {
        SIGNER.sign(&with(
            &italian_list(),
            "<TSPServices>",
            &format!("<TSPServices>{flood}"),
        ))
    };
    let attributes: String = (0..250).map(|number| format!(" a{number}=\"\"")).collect();
    for (name, list) in [
        (
            "depth",
            in_list(&format!("{}{}", "<a>".repeat(60), "</a>".repeat(60))),
        ),
        ("attributes", in_list(&format!("<a{attributes}/>"))),
        ("elements", in_list(&"<a/>".repeat(100_000))),
    ] {
        if let Err(error) = read(&list) {
            panic!("{name}: {error}");
        }
    }
}

/// Whatever happens to one byte: the list is refused, or says the very same as before.
#[test]
fn no_change_of_one_byte_makes_a_list_say_something_else() {
    let list = between(&italian_list(), "<?xml", "<TSPService>");
    let list = format!(
        "{list}{}",
        &italian_list()[italian_list().find("</TSPServices>").unwrap()..]
    );
    let list = with(
        &list,
        "<TSPService></TSPServices>",
        &format!(
            "{}</TSPServices>",
            service(
                "IdV",
                &CAS[1].der,
                "deprecatedatnationallevel",
                "2023-09-25T22:00:00Z"
            )
        ),
    );
    let signed = SIGNER.sign(&list).into_bytes();
    let expected = read(&signed).unwrap();
    let mut said_the_same = 0;
    for position in 0..signed.len() {
        let mut flipped = signed.clone();
        flipped[position] ^= 1;
        let mut shorter = signed.clone();
        shorter.remove(position);
        let mut longer = signed.clone();
        longer.insert(position, signed[position]);
        for changed in [flipped, shorter, longer] {
            if let Ok(list) = read(&changed) {
                assert_eq!(
                    (list.facts(), list.cas()),
                    (expected.facts(), expected.cas()),
                    "{position}"
                );
                said_the_same += 1;
            }
        }
    }
    // A space more within a tag, say, or another letter in the declaration.
    assert!(said_the_same > 0);
}

#[test]
fn the_real_list_with_one_byte_changed_is_refused() {
    let signers = Pins::built_in().italy;
    let mut xml = real(ITALY_194);
    for position in (0..xml.len()).step_by(50_000) {
        xml[position] ^= 1;
        let error = TrustList::read(&xml, &signers, 0).unwrap_err();
        assert!(
            matches!(
                error,
                TrustListError::Changed | TrustListError::Malformed | TrustListError::BadSignature
            ),
            "{position}: {error:?}"
        );
        xml[position] ^= 1;
    }
    assert!(TrustList::read(&xml, &signers, 194).is_ok());
}
