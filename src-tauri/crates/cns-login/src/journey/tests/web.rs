//! The way into a portal of pages, with scripted ways.

use super::*;
use crate::{Doorstep, WalkedIn, WayIn, WebPorts, walk_in};

/// A way of which everything is known beforehand.
struct Way {
    /// The host that asks for the card; none where nobody does.
    card_host: Option<&'static str>,
    /// What ends it before the card.
    refusal: Option<ProblemCode>,
}

impl WayIn for Way {
    type Area = &'static str;

    async fn to_the_card(&mut self) -> Result<Doorstep<&'static str>, Problem> {
        match (self.refusal, self.card_host) {
            (Some(code), _) => Err(code.into()),
            (None, Some(host)) => Ok(Doorstep::Card {
                host: host.to_owned(),
            }),
            (None, None) => Ok(Doorstep::Arrived("without the card")),
        }
    }

    async fn with_card(
        self,
        card: UnlockedCard,
        certificate: &CheckedCertificate,
    ) -> Result<&'static str, Problem> {
        assert!(
            certificate.is_for(card.certificate_der()),
            "the proof is about another certificate"
        );
        Ok("with the card")
    }
}

async fn walk(
    identity: &str,
    typing: &mut Typing,
    way: Way,
) -> (Result<WalkedIn<&'static str>, ProblemCode>, ScriptedReaders) {
    let readers = ScriptedReaders::one(identity);
    let cards = Cards::new(&readers, CardProfiles::built_in());
    let ports = WebPorts {
        cards: &cards,
        person: typing,
        way,
    };
    let walked = walk_in(ports, None, &judge(), &|_| {}).await;
    drop(cards);
    (walked.map_err(|problem| problem.code), readers)
}

#[tokio::test]
async fn a_good_way_asks_for_the_pin_under_the_true_host_and_arrives() {
    let mut typing = Typing::these(&[EXAMPLE_PIN]);
    let way = Way {
        card_host: Some("idp.ente.example"),
        refusal: None,
    };
    let (walked, _) = walk("citizen-good", &mut typing, way).await;
    let walked = walked.unwrap();
    assert_eq!(
        (walked.area, walked.holder_name.as_deref()),
        ("with the card", Some("MARIA ROSSI"))
    );
    assert_eq!(typing.asked[0].host, "idp.ente.example");
}

#[tokio::test]
async fn nobody_is_asked_for_a_pin_that_no_host_wants() {
    for (way, ended) in [
        (
            Way {
                card_host: None,
                refusal: None,
            },
            Ok("without the card"),
        ),
        (
            Way {
                card_host: None,
                refusal: Some(ProblemCode::PortalUnreachable),
            },
            Err(ProblemCode::PortalUnreachable),
        ),
    ] {
        let mut typing = Typing::these(&[EXAMPLE_PIN]);
        let (walked, _) = walk("citizen-good", &mut typing, way).await;
        assert_eq!(walked.map(|walked| walked.area), ended);
        assert!(typing.asked.is_empty());
    }
}

#[tokio::test]
async fn a_bad_certificate_goes_to_no_host() {
    let mut typing = Typing::these(&[EXAMPLE_PIN]);
    let way = Way {
        card_host: Some("idp.ente.example"),
        refusal: None,
    };
    let (walked, _) = walk("citizen-expired", &mut typing, way).await;
    assert_eq!(
        walked.map(|walked| walked.area),
        Err(ProblemCode::CertificateRefused)
    );
}
