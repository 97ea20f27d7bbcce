//! What was asked and answered, kept as evidence for whoever is told of a failure.
//!
//! A credential never enters it, not even the public one: the address that asks about it is cut, and of the answer only
//! the checkpoint is kept. A ballot may enter it: it is encrypted, and public as soon as it stands.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plebiscite_verifier::source::{Answer, Http, HttpError};
use serde_json::{Value, json};

/// Exchanges that are kept, the latest ones.
const EXCHANGES: usize = 24;
/// Bytes of a body that are kept whole; of a longer one its length and how it begins.
const BODY: usize = 16 * 1024;

/// The latest exchanges with servers. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<VecDeque<Exchange>>>);

#[derive(Debug)]
struct Exchange {
    method: &'static str,
    address: String,
    sent: Option<Vec<u8>>,
    status: Option<u16>,
    /// Length and kept part of the body, or why there is none.
    answer: Result<(usize, Vec<u8>), String>,
}

/// A way to ask servers, with all that is asked written down.
#[derive(Clone, Debug)]
pub struct Recorded<H> {
    http: H,
    journal: Journal,
}

impl<H: Http> Recorded<H> {
    /// Writes what is asked through `http` down in `journal`.
    pub const fn new(http: H, journal: Journal) -> Self {
        Self { http, journal }
    }
}

impl<H: Http> Http for Recorded<H> {
    fn get(&self, address: &str, limit: u64) -> Result<Answer, HttpError> {
        let answer = self.http.get(address, limit);
        self.journal.note("GET", address, None, &answer);
        answer
    }

    fn post(&self, address: &str, media_type: &str, body: &[u8], limit: u64) -> Result<Answer, HttpError> {
        let answer = self.http.post(address, media_type, body, limit);
        self.journal.note("POST", address, Some(body), &answer);
        answer
    }
}

impl Journal {
    /// Forgets everything.
    pub fn clear(&self) {
        self.exchanges().clear();
    }

    /// The exchanges as evidence, the oldest first. Bytes are in hexadecimal.
    #[must_use]
    pub fn evidence(&self) -> Vec<Value> {
        self.exchanges().iter().map(Exchange::evidence).collect()
    }

    fn note(
        &self,
        method: &'static str,
        address: &str,
        sent: Option<&[u8]>,
        answer: &Result<Answer, HttpError>,
    ) {
        let personal = personal(address);
        let exchange = Exchange {
            method,
            address: personal.map_or_else(|| address.to_owned(), |(shown, _)| format!("{shown}…")),
            sent: sent.map(|bytes| bytes.get(..BODY).unwrap_or(bytes).to_vec()),
            status: answer.as_ref().ok().map(|answer| answer.status),
            answer: match (answer, personal) {
                (Ok(answer), None) => Ok((answer.body.len(), kept(&answer.body))),
                (Ok(answer), Some(_)) => Ok((answer.body.len(), checkpoint_of(&answer.body))),
                (Err(error), None) => Err(error.to_string()),
                (Err(_), Some(_)) => Err("there was no answer".to_owned()),
            },
        };
        let mut exchanges = self.exchanges();
        if exchanges.len() == EXCHANGES {
            exchanges.pop_front();
        }
        exchanges.push_back(exchange);
    }

    fn exchanges(&self) -> MutexGuard<'_, VecDeque<Exchange>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    fn evidence(&self) -> Value {
        let mut evidence = json!({ "method": self.method, "address": self.address, "status": self.status });
        let answer = match &self.answer {
            Ok((length, kept)) => {
                json!({ "length": length, "whole": *length == kept.len(), "hex": hex::encode(kept) })
            }
            Err(reason) => json!({ "none": reason }),
        };
        if let Some(evidence) = evidence.as_object_mut() {
            evidence.insert("answer".to_owned(), answer);
            if let Some(sent) = &self.sent {
                evidence.insert("sent".to_owned(), hex::encode(sent).into());
            }
        }
        evidence
    }
}

/// An address that names a voter: what may be shown of it, and what may not.
fn personal(address: &str) -> Option<(&str, &str)> {
    ["/credential/", "/roll/"].iter().find_map(|part| {
        let at = address.find(part)?;
        address.split_at_checked(at.checked_add(part.len())?)
    })
}

fn kept(body: &[u8]) -> Vec<u8> {
    body.get(..BODY).unwrap_or(body).to_vec()
}

/// The checkpoint that an answer about a voter begins with: two bytes of length, then the note (§22).
fn checkpoint_of(view: &[u8]) -> Vec<u8> {
    let note = view
        .split_first_chunk::<2>()
        .and_then(|(length, rest)| rest.get(..usize::from(u16::from_be_bytes(*length))));
    // Only what is a note: where a server answers with other bytes, they could be anything about the voter.
    note.filter(|note| note.starts_with(b"plebiscite/v1/")).map(<[u8]>::to_vec).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Says(Vec<u8>);

    impl Http for Says {
        fn get(&self, _: &str, _: u64) -> Result<Answer, HttpError> {
            Ok(Answer { status: 200, media_type: String::new(), retry_after: None, body: self.0.clone() })
        }

        fn post(&self, address: &str, _: &str, _: &[u8], limit: u64) -> Result<Answer, HttpError> {
            self.get(address, limit)
        }
    }

    fn asked(address: &str, body: &[u8]) -> String {
        let journal = Journal::default();
        Recorded::new(Says(body.to_vec()), journal.clone()).get(address, 1 << 20).unwrap();
        serde_json::to_string(&journal.evidence()).unwrap()
    }

    #[test]
    fn an_answer_is_kept_whole_and_one_about_a_voter_is_not() {
        let note = b"plebiscite/v1/abc\n1\n";
        let view = [&[0, note.len() as u8][..], note, b"secret row"].concat();
        let kept = asked("http://h/e/0011/checkpoint", &view);
        assert!(kept.contains(&hex::encode(&view)) && kept.contains("http://h/e/0011/checkpoint"));
        for address in ["http://h/api/v1/e/0011/credential/aabbcc", "http://h/api/v1/e/0011/roll/77123"] {
            let kept = asked(address, &view);
            assert!(kept.contains(&hex::encode(note)), "{kept}");
            for told in [hex::encode(b"secret row"), "aabbcc".to_owned(), "77123".to_owned()] {
                assert!(!kept.contains(&told), "{kept}");
            }
        }
        let other = asked("http://h/api/v1/e/0011/credential/aabbcc", b"\x00\x04 row of the voter");
        assert!(!other.contains(&hex::encode(" row")), "{other}");
    }

    #[test]
    fn only_the_latest_exchanges_and_the_beginnings_of_long_bodies_are_kept() {
        let journal = Journal::default();
        let http = Recorded::new(Says(vec![7; BODY + 1]), journal.clone());
        for number in 0..EXCHANGES + 3 {
            http.post(&format!("http://h/{number}"), "", &[1, 2], 1 << 20).unwrap();
        }
        let evidence = journal.evidence();
        assert_eq!(evidence.len(), EXCHANGES);
        assert_eq!(evidence[0]["address"], "http://h/3");
        assert_eq!(evidence[0]["sent"], "0102");
        assert_eq!(evidence[0]["answer"]["whole"], false);
        assert_eq!(evidence[0]["answer"]["hex"].as_str().unwrap().len(), 2 * BODY);
        journal.clear();
        assert!(journal.evidence().is_empty());
    }
}
