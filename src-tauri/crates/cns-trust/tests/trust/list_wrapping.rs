//! Signatures that are sound, and cover something else than what would be read: wrapped, moved, or told to leave a part
//! out.

use crate::list_maker::*;
use crate::list_signature::{SIGNED, check};
use cns_trust::TrustListError;

#[test]
fn a_signature_that_does_not_cover_the_whole_is_refused() {
    let signed = &*SIGNED;
    let signature = between(signed, "<ds:Signature ", "</ds:Signature>");
    let unsigned_text = with(signed, &signature, "");
    let body = between(
        &unsigned_text,
        "<TrustServiceStatusList",
        "</TrustServiceStatusList>",
    );
    let evil = with(&unsigned_text, ">195<", ">999<");
    let end = "</TrustServiceStatusList>";
    let wrapped = |list: String| (list, TrustListError::Wrapped);
    let into = |place: &str| wrapped(with(&unsigned_text, place, &format!("{place}{signature}")));
    let in_object = format!("<ds:Object>{body}</ds:Object></ds:Signature>{end}");
    let detached = with(&evil, end, &with(&signature, "</ds:Signature>", &in_object));
    let rows = [
        ("no signature", (unsigned_text.clone(), TrustListError::Unsigned)),
        (
            "one of another name's space",
            (
                signed.replace(
                    "http://www.w3.org/2000/09/xmldsig#\"",
                    "http://www.w3.org/2000/09/xmldsig2#\"",
                ),
                TrustListError::Unsigned,
            ),
        ),
        ("moved into the scheme", into("<SchemeInformation>")),
        ("moved into a service", into("<TSPServices>")),
        ("twice", wrapped(with(signed, end, &format!("{signature}{end}")))),
        (
            "twice, once deep",
            wrapped(with(
                signed,
                "<TSPServices>",
                &format!("<TSPServices>{signature}"),
            )),
        ),
        (
            "one inside the other",
            wrapped(with(
                signed,
                "</ds:KeyInfo>",
                &format!("{signature}</ds:KeyInfo>"),
            )),
        ),
        (
            "an empty one beside",
            wrapped(with(
                signed,
                end,
                &format!("<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>{end}"),
            )),
        ),
        (
            "the list in an object of its signature",
            wrapped(detached.clone()),
        ),
        (
            "the list below another",
            wrapped(with(
                &evil,
                end,
                &format!("{}{end}", between(signed, "<TrustServiceStatusList", end)),
            )),
        ),
        (
            "the list below another, the signature on top",
            (
                with(&evil, end, &format!("<a>{body}</a>{signature}{end}")),
                TrustListError::Changed,
            ),
        ),
        (
            "two roots",
            (
                format!("{signed}{}", between(signed, "<TrustServiceStatusList", end)),
                TrustListError::Malformed,
            ),
        ),
    ];
    check(rows.map(|(name, (list, expected))| (name, list, expected)));
    // What the signature is told to cover by somebody else is no longer what was signed, but is not even looked at.
    for (part, other) in [(" URI=\"\"", " URI=\"#list\""), ("Id=\"list\"", "Id=\"other\"")] {
        assert!(read(with(signed, part, other)).is_err(), "{other}");
        let moved = detached.replacen(part, other, 1);
        assert_eq!(read(moved).unwrap_err(), TrustListError::Wrapped, "{other}");
    }
}

/// All of these are signed by the right signer: the form alone is wrong.
#[test]
fn a_signature_of_another_form_is_refused() {
    let list = italian_list();
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
    let both = format!("{enveloped}{exclusive}");
    let of_document = between(&list, "<ds:Reference Id", "</ds:Reference>");
    let of_properties = between(&list, "<ds:Reference Type", "</ds:Reference>");
    let prefixes =
        "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"ns3\"/>";
    let parameter = format!(
        "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{prefixes}</ds:Transform>"
    );
    let transform = |algorithm: &str, inside: &str| {
        format!("<ds:Transform Algorithm=\"{algorithm}\">{inside}</ds:Transform>")
    };
    let instead = |transforms: String| with(&list, &both, &transforms);
    let xpath = transform(
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "<ds:XPath>not(self::TSPService)</ds:XPath>",
    );
    let filter = transform("http://www.w3.org/2002/06/xmldsig-filter2", "<a/>");
    let xslt = transform("http://www.w3.org/TR/1999/REC-xslt-19991116", "<a/>");
    let rows = [
        ("an XPath", instead(format!("{xpath}{both}"))),
        (
            "an XPath between",
            instead(format!("{enveloped}{xpath}{exclusive}")),
        ),
        ("a filter", instead(format!("{enveloped}{filter}{exclusive}"))),
        ("an XSLT", instead(format!("{both}{xslt}"))),
        (
            "base64",
            instead(format!(
                "{both}{}",
                transform("http://www.w3.org/2000/09/xmldsig#base64", "")
            )),
        ),
        ("not enveloped", instead(exclusive.to_owned())),
        ("not canonical", instead(enveloped.to_owned())),
        ("the other order", instead(format!("{exclusive}{enveloped}"))),
        ("canonical twice", instead(format!("{both}{exclusive}"))),
        (
            "no transform",
            with(&list, &format!("<ds:Transforms>{both}</ds:Transforms>"), ""),
        ),
        (
            "canonical in another way",
            instead(format!(
                "{enveloped}{}",
                transform("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "")
            )),
        ),
        (
            "with comments",
            instead(format!(
                "{enveloped}{}",
                transform("http://www.w3.org/2001/10/xml-exc-c14n#WithComments", "")
            )),
        ),
        ("prefixes", instead(format!("{enveloped}{parameter}"))),
        (
            "prefixes of the properties",
            with(
                &list,
                &of_properties,
                &of_properties.replace(exclusive, &parameter),
            ),
        ),
        (
            "prefixes of what is signed",
            with(
                &list,
                "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
                &format!(
                    "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{prefixes}</ds:CanonicalizationMethod>"
                ),
            ),
        ),
        (
            "another canonicalisation of what is signed",
            with(
                &list,
                "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
                "CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"",
            ),
        ),
        ("the list alone", with(&list, &of_properties, "")),
        ("the properties alone", with(&list, &of_document, "")),
        ("the list twice", with(&list, &of_properties, &of_document)),
        ("the properties twice", with(&list, &of_document, &of_properties)),
        (
            "a third part",
            with(
                &list,
                "</ds:SignedInfo>",
                &format!("{of_document}</ds:SignedInfo>"),
            ),
        ),
        (
            "by the identifier of the root",
            with(&list, " URI=\"\"", " URI=\"#list\""),
        ),
        ("by a path", with(&list, " URI=\"\"", " URI=\"#xpointer(/)\"")),
        ("by a file", with(&list, " URI=\"\"", " URI=\"list.xml\"")),
        ("by nothing", with(&list, " URI=\"\"", "")),
        (
            "by an attribute of another name's space",
            with(&list, " URI=\"\"", " ds:URI=\"\""),
        ),
        (
            "by two attributes",
            with(&list, " URI=\"\"", " URI=\"\" ds:URI=\"#list\""),
        ),
        (
            "by an attribute more",
            with(&list, " URI=\"\"", " URI=\"\" uri=\"\""),
        ),
        (
            "no type",
            with(&list, " Type=\"http://uri.etsi.org/01903#SignedProperties\"", ""),
        ),
        (
            "other properties",
            with(&list, "URI=\"#properties\"", "URI=\"#value\""),
        ),
        (
            "properties by a path",
            with(
                &list,
                "URI=\"#properties\"",
                "URI=\"#xpointer(id('properties'))\"",
            ),
        ),
        (
            "properties without the mark",
            with(&list, "URI=\"#properties\"", "URI=\"properties\""),
        ),
        (
            "another target",
            with(&list, "Target=\"#signature\"", "Target=\"#list\""),
        ),
        ("no target", with(&list, " Target=\"#signature\"", "")),
        ("no identifier", with(&list, " Id=\"signature\"", "")),
        (
            "the length of a code",
            with(
                &list,
                "<ds:SignatureMethod Algorithm=\"@@METHOD@@\"/>",
                "<ds:SignatureMethod Algorithm=\"@@METHOD@@\"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>",
            ),
        ),
        (
            "a manifest",
            with(
                &list,
                "</ds:KeyInfo>",
                "</ds:KeyInfo><ds:Object><ds:Manifest/></ds:Object>",
            ),
        ),
        (
            "something beside the properties",
            with(&list, "<ds:Object>", "<ds:Object><ds:Manifest/>"),
        ),
        (
            "properties twice",
            with(
                &list,
                "</xades:SignedProperties>",
                "</xades:SignedProperties><xades:SignedProperties Id=\"more\"/>",
            ),
        ),
        (
            "properties of another name's space",
            list.replace(
                "http://uri.etsi.org/01903/v1.3.2#\"",
                "http://uri.etsi.org/01903/v1.4.1#\"",
            ),
        ),
        (
            "no certificate",
            without(&list, "<ds:X509Data>", "</ds:X509Data>"),
        ),
        ("no key", without(&list, "<ds:KeyInfo>", "</ds:KeyInfo>")),
    ];
    check(rows.map(|(name, list)| (name, SIGNER.sign(&list), TrustListError::Wrapped)));
}

/// The signed properties are found by their path; whoever goes by the same identifier makes the list suspect.
#[test]
fn an_identifier_that_is_used_is_used_once() {
    let signed = &*SIGNED;
    let beside = |element: &str| {
        let unsigned = format!(
            "</xades:SignedProperties><xades:UnsignedProperties>{element}</xades:UnsignedProperties>"
        );
        with(signed, "</xades:SignedProperties>", &unsigned)
    };
    let in_key = |element: &str| with(signed, "</ds:KeyInfo>", &format!("{element}</ds:KeyInfo>"));
    let in_list = |element: &str| {
        SIGNER.sign(&with(
            &italian_list(),
            "<TSPServices>",
            &format!("<TSPServices>{element}"),
        ))
    };
    let rows = [
        ("in what is not signed", beside("<a Id=\"properties\"/>")),
        ("in another case", beside("<a ID=\"properties\"/>")),
        ("in small letters", beside("<a id=\"properties\"/>")),
        ("as XML has it", beside("<a xml:id=\"properties\"/>")),
        ("with spaces", beside("<a xml:id=\" properties \"/>")),
        ("by number", beside("<a Id=\"&#x70;roperties\"/>")),
        (
            "the same element",
            beside("<xades:SignedProperties Id=\"properties\"/>"),
        ),
        (
            "with the key",
            in_key(
                "<xades:SignedProperties xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\" Id=\"properties\"/>",
            ),
        ),
        ("before the signature", in_list("<a Id=\"properties\"/>")),
        (
            "in the root",
            SIGNER.sign(&with(&italian_list(), "Id=\"list\"", "Id=\"properties\"")),
        ),
        ("the signature's", beside("<a Id=\"signature\"/>")),
        (
            "the signature's in the root",
            SIGNER.sign(&with(&italian_list(), "Id=\"list\"", "Id=\"signature\"")),
        ),
    ];
    check(rows.map(|(name, list)| (name, list, TrustListError::Wrapped)));
}
