//! Where the lists come from. The network is scripted here; a real one is asked by the crate that has one.

use crate::list_maker::*;
use cns_trust::{
    Answering, Fetch, FetchError, FetchPurpose, FetchRequest, Fetched, Floor, ListAddresses, ListFile, Pins,
    Pour, TrustList, TrustListError, WhichList, load, load_beside,
};
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{LazyLock, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

const LOTL_AT: &str = "https://lotl.example.eu/lotl.xml";

/// What each address gives, and which were asked.
#[derive(Default)]
struct Scripted {
    answers: HashMap<String, Result<String, FetchError>>,
    asked: Mutex<Vec<String>>,
    /// How long each answer takes, and how long all have taken.
    takes: Duration,
    elapsed: Mutex<Duration>,
}

impl Scripted {
    /// The list of lists and the Italian list, where they belong.
    fn with(lotl: &str, italy: &str) -> Self {
        Self::default().and(LOTL_AT, Ok(lotl)).and(ITALY_AT, Ok(italy))
    }

    fn and(mut self, url: &str, answer: Result<&str, FetchError>) -> Self {
        self.answers.insert(url.to_owned(), answer.map(str::to_owned));
        self
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Fetch for Scripted {
    fn fetch<'a>(
        &'a self,
        request: FetchRequest<'a>,
        body: &'a mut (dyn Pour + Send),
    ) -> Answering<'a, Result<Fetched, FetchError>> {
        assert_eq!((request.purpose, request.post), (FetchPurpose::TrustList, None));
        assert_eq!(request.limits.body, 16 * 1024 * 1024);
        // Of half a minute for both, what is left.
        let left = Duration::from_secs(30).saturating_sub(self.elapsed());
        assert_eq!(request.limits.whole, left);
        assert_eq!(request.limits.connect, left.min(Duration::from_secs(5)));
        *self.elapsed.lock().unwrap() += self.takes;
        self.asked.lock().unwrap().push(request.url.to_owned());
        let host = request.url.split('/').nth(2).unwrap_or_default().to_owned();
        let answer = self.answers.get(request.url).cloned();
        let answer = answer.unwrap_or_else(|| Err(FetchError::Unreachable { host: host.clone() }));
        Box::pin(async move {
            let answer = answer?;
            for piece in answer.as_bytes().chunks(1000) {
                assert!(body.pour(piece).is_continue());
            }
            Ok(Fetched {
                host,
                server_date: None,
                bytes: answer.len() as u64,
            })
        })
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap()
    }
}

/// Nothing here waits for anything.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// Only the signer of the list of lists is pinned: the Italian one is named there.
fn pins() -> Pins {
    Pins {
        lotl: vec![SIGNER.pin()],
        ..Pins::default()
    }
}

fn addresses() -> ListAddresses {
    ListAddresses {
        lotl: LOTL_AT.to_owned(),
        list: None,
    }
}

static ITALIAN: LazyLock<ListSigner> = LazyLock::new(|| SIGNER.with_certificate(other_certificate()));

fn numbered(sequence: u64) -> String {
    ITALIAN.sign(&with(&italian_list(), ">195<", &format!(">{sequence}<")))
}

fn lotl() -> String {
    SIGNER.sign(&list_of_lists(&[&ITALIAN]))
}

#[test]
fn the_list_of_lists_is_fetched_first_and_says_where_to_go_on() {
    let network = Scripted::with(&lotl(), &numbered(195));
    let mut seen = Floor::default();
    let list = at_once(load(&addresses(), &network, &pins(), &mut seen)).unwrap();
    assert_eq!(network.asked(), [LOTL_AT, ITALY_AT]);
    assert_eq!(list.facts().origin, "lista.example.it");
    assert_eq!(
        seen,
        Floor {
            lotl: 333,
            italy: 195
        }
    );
    // An address that the user names takes the place of that of the list of lists, not of its signers.
    let elsewhere = ListAddresses {
        list: Some("https://copia.example.it/lista.xml".to_owned()),
        ..addresses()
    };
    let network = Scripted::with(&lotl(), "").and("https://copia.example.it/lista.xml", Ok(&numbered(195)));
    let list = at_once(load(&elsewhere, &network, &pins(), &mut seen)).unwrap();
    assert_eq!(list.facts().origin, "copia.example.it");
}

#[test]
fn both_lists_share_half_a_minute() {
    for takes in [1, 27, 30, 40] {
        let network = Scripted {
            takes: Duration::from_secs(takes),
            ..Scripted::with(&lotl(), &numbered(195))
        };
        // What is left for each is asserted where it is asked for.
        assert!(at_once(load(&addresses(), &network, &pins(), &mut Floor::default())).is_ok());
        assert_eq!(network.asked().len(), 2);
    }
}

#[test]
fn a_list_that_is_not_to_be_had_or_believed_says_why() {
    let timeout = FetchError::Timeout {
        host: "lotl.example.eu".to_owned(),
    };
    let unreachable = FetchError::Unreachable {
        host: "lista.example.it".to_owned(),
    };
    let to_http = with(
        &list_of_lists(&[&ITALIAN]),
        ITALY_AT,
        "http://lista.example.it/tl.xml",
    );
    let asked_lotl = vec![LOTL_AT.to_owned()];
    let asked_both = vec![LOTL_AT.to_owned(), ITALY_AT.to_owned()];
    let by_itself = SIGNER.sign(&italian_list());
    let rows = [
        (
            Scripted::default().and(LOTL_AT, Err(timeout.clone())),
            TrustListError::NotFetched(timeout),
            &asked_lotl,
        ),
        (
            Scripted::default().and(LOTL_AT, Ok(&lotl())),
            TrustListError::NotFetched(unreachable),
            &asked_both,
        ),
        (
            Scripted::with(&SIGNER.sign(&to_http), &numbered(195)),
            TrustListError::NotFetched(FetchError::Address),
            &asked_lotl,
        ),
        (
            Scripted::with(&with(&lotl(), ">333<", ">334<"), &numbered(195)),
            TrustListError::Changed,
            &asked_lotl,
        ),
        (
            Scripted::with(&numbered(195), &numbered(195)),
            TrustListError::SignerNotPinned {
                sha256: crate::list::hexadecimal(&ITALIAN.pin().sha256),
            },
            &asked_lotl,
        ),
        // The signer of the list of lists signs no Italian one.
        (
            Scripted::with(&lotl(), &by_itself),
            TrustListError::SignerNotPinned {
                sha256: crate::list::hexadecimal(&SIGNER.pin().sha256),
            },
            &asked_both,
        ),
        (
            Scripted::with(&lotl(), "<html/>"),
            TrustListError::Unsigned,
            &asked_both,
        ),
    ];
    for (network, expected, asked) in rows {
        let mut seen = Floor::default();
        let error = at_once(load(&addresses(), &network, &pins(), &mut seen)).unwrap_err();
        assert_eq!((error.reason(), &network.asked()), (&expected, asked));
        // What was asked last is what was refused; or what would have been next, at an address that is none.
        let is_next = expected == TrustListError::NotFetched(FetchError::Address);
        let which = match network.asked().len() {
            1 if !is_next => WhichList::OfLists,
            _ => WhichList::Italian,
        };
        assert_eq!(error.which(), Some(which));
        assert_eq!(seen.italy, 0, "{error}");
    }
    for address in [
        "http://lotl.example.eu/",
        "file:///etc/passwd",
        "",
        "lotl.xml",
        "httpſ://é",
    ] {
        let addresses = ListAddresses {
            lotl: address.to_owned(),
            list: None,
        };
        let network = Scripted::default();
        let error = at_once(load(&addresses, &network, &pins(), &mut Floor::default())).unwrap_err();
        assert_eq!(error.reason(), &TrustListError::NotFetched(FetchError::Address));
        assert!(network.asked().is_empty());
    }
}

#[test]
fn within_a_run_numbers_only_grow_and_only_by_lists_that_are_believed() {
    let mut seen = Floor::default();
    let mut try_number = |sequence: u64, is_sound: bool| {
        let list = match is_sound {
            true => numbered(sequence),
            false => with(&numbered(195), ">195<", &format!(">{sequence}<")),
        };
        let network = Scripted::with(&lotl(), &list);
        let read = at_once(load(&addresses(), &network, &pins(), &mut seen));
        let read = read.map_err(|error| error.reason().clone());
        (read.map(|list| list.facts().sequence), seen.italy)
    };
    let rolled_back = |sequence, floor| Err(TrustListError::RolledBack { sequence, floor });
    assert_eq!(try_number(200, true), (Ok(200), 200));
    assert_eq!(try_number(300, false), (Err(TrustListError::Changed), 200));
    assert_eq!(try_number(199, true), (rolled_back(199, 200), 200));
    assert_eq!(try_number(200, true), (Ok(200), 200));
    assert_eq!(try_number(201, true), (Ok(201), 201));
    let pins = Pins {
        floor: Floor { lotl: 334, italy: 0 },
        ..pins()
    };
    let network = Scripted::with(&lotl(), &numbered(201));
    let error = at_once(load(&addresses(), &network, &pins, &mut seen)).unwrap_err();
    assert_eq!(rolled_back(333, 334), Err::<u64, _>(error.reason().clone()));
}

#[test]
fn a_list_of_the_package_is_a_floor_and_what_remains_without_a_network() {
    let packaged_list = numbered(200);
    let lotl = lotl();
    let packaged = [("lotl.xml", &lotl), ("trust-list.xml", &packaged_list)].map(|(origin, xml)| ListFile {
        xml: xml.as_bytes(),
        origin,
    });
    let broken = [ListFile {
        xml: b"<html/>",
        origin: "trust-list.xml",
    }];
    let with_network = |packaged: &[ListFile<'_>], network: Scripted| -> Result<TrustList, TrustListError> {
        at_once(load_beside(
            packaged,
            &addresses(),
            &network,
            &pins(),
            &mut Floor::default(),
        ))
    };
    let told = |read: Result<TrustList, TrustListError>| {
        read.map(|list| (list.facts().sequence, list.facts().origin.clone()))
            .map_err(|error| error.reason().clone())
    };
    let from = |sequence: u64, origin: &str| Ok((sequence, origin.to_owned()));
    let network = |sequence| Scripted::with(&lotl, &numbered(sequence));
    assert_eq!(
        told(with_network(&packaged, network(201))),
        from(201, "lista.example.it")
    );
    assert_eq!(
        told(with_network(&packaged, network(200))),
        from(200, "lista.example.it")
    );
    // Older than the package's: as good as none.
    assert_eq!(
        told(with_network(&packaged, network(199))),
        from(200, "trust-list.xml")
    );
    assert_eq!(
        told(with_network(&packaged, Scripted::default())),
        from(200, "trust-list.xml")
    );
    assert_eq!(
        told(with_network(&broken, network(199))),
        from(199, "lista.example.it")
    );
    let host = "lotl.example.eu".to_owned();
    let unreachable = Err(TrustListError::NotFetched(FetchError::Unreachable { host }));
    assert_eq!(told(with_network(&broken, Scripted::default())), unreachable);
    assert_eq!(told(with_network(&[], Scripted::default())), unreachable);
}
