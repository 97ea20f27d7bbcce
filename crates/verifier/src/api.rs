//! The server's API as roles use it: entries, ballots, credentials, setup, status (§22).

use plebiscite_board::entry_bundle;
use plebiscite_election::manifest::ElectionId;
use serde::Deserialize;
use thiserror::Error;

use crate::source::{Answer, Http, HttpError, base_address};

/// Most entries in one post.
pub const BUNDLE_ENTRIES: usize = 256;
/// Most bytes in one post.
pub const BUNDLE_BYTES: usize = 4 * 1024 * 1024;
/// Longest JSON answer that is read.
const JSON_LIMIT: u64 = 16 * 1024 * 1024;
/// Longest receipt, and longest view of a credential.
const BINARY_LIMIT: u64 = 1024 * 1024;

/// Why a server did not do what it was asked.
#[derive(Clone, Debug, Error)]
pub enum RemoteError {
    /// It was not reached, or answered without end.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// It refused, and says why (RFC 9457).
    #[error("the server refused: {0}")]
    Refused(Problem),
    /// It answered with something that is none of its answers.
    #[error("the server's answer makes no sense: {reason}")]
    Answer {
        /// What is wrong with it.
        reason: String,
    },
    /// An entry that can be posted nowhere.
    #[error("entry {position} is empty or longer than an entry may be")]
    Entry {
        /// Its place among those to be posted.
        position: usize,
    },
}

impl RemoteError {
    /// The refusal's stable code: a check's name, or one of the server's own.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.code),
            _ => None,
        }
    }
}

/// A problem document. What it says is the server's word.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Error)]
#[error("{code} (status {status}): {detail}")]
pub struct Problem {
    /// The status code.
    #[serde(default)]
    pub status: u16,
    /// The stable code.
    #[serde(default)]
    pub code: String,
    /// The sentence.
    #[serde(default)]
    pub detail: String,
    /// Of a bundle: the entry that was refused.
    pub position: Option<usize>,
    /// Of a bundle: how many entries before it stand.
    pub accepted: Option<usize>,
    /// Of a ballot out of its chain: the index of the head.
    pub head_index: Option<u64>,
    /// Of a ballot out of its chain: the head's `seq`.
    pub head_seq: Option<u32>,
}

/// What became of a posted entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Posted {
    /// Its index.
    pub index: u64,
    /// `accepted` or `fault`.
    pub outcome: String,
    /// Whose fault it shows.
    pub fault: Option<PostedFault>,
}

/// A trustee's fault, as the server says it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PostedFault {
    /// The trustee.
    pub trustee: u16,
    /// What is false.
    pub what: String,
}

/// An election that a server has taken. Servers from before there were warnings say none.
#[derive(Deserialize)]
struct AddedElection {
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Deserialize)]
struct PostedBundle {
    entries: Vec<Posted>,
}

/// Proposals as a server lists them (§24.11); of each nothing is looked at but the entry itself.
#[derive(Deserialize)]
struct ListedProposals {
    proposals: Vec<ListedProposal>,
}

#[derive(Deserialize)]
struct ListedProposal {
    entry: String,
}

impl ListedProposal {
    fn bytes(&self) -> Result<Vec<u8>, RemoteError> {
        let wrong = |_| RemoteError::Answer { reason: "a proposal is not hexadecimal".to_owned() };
        hex::decode(&self.entry).map_err(wrong)
    }
}

/// Where an election's setup stands in the log: hints, to be verified through the tiles.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Setup {
    /// Entries of the log when the answer was made.
    pub size: u64,
    /// The manifest's head and chunks.
    pub manifest: Vec<u64>,
    /// Each trustee's confirmation of the keys: head and chunks.
    pub confirmations: Vec<Vec<u64>>,
    /// The roll seal.
    pub roll_seal: Option<u64>,
    /// The opening.
    pub open: Option<u64>,
    /// Extensions.
    #[serde(default)]
    pub extensions: Vec<u64>,
    /// Successors of keys.
    #[serde(default)]
    pub successors: Vec<u64>,
    /// The close.
    pub close: Option<u64>,
    /// The cancel.
    pub cancel: Option<u64>,
}

/// One election on a server.
#[derive(Clone, Debug)]
pub struct Remote<H> {
    server: String,
    prefix: String,
    http: H,
}

impl<H: Http> Remote<H> {
    /// An election on a server (`http://host:port`).
    ///
    /// # Errors
    /// [`HttpError::Address`].
    pub fn new(server: &str, election: ElectionId, http: H) -> Result<Self, RemoteError> {
        let prefix = election.to_string().chars().take(16).collect();
        Ok(Self { server: base_address(server)?, prefix, http })
    }

    /// The address of the log: what the verifier takes.
    #[must_use]
    pub fn log_address(&self) -> String {
        format!("{}/e/{}/", self.server, self.prefix)
    }

    /// Posts a new election's manifest, head and chunks, where the server allows it; gives back what its operator should know,
    /// as the server says it.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn post_election(&self, entries: &[Vec<u8>]) -> Result<Vec<String>, RemoteError> {
        let address = format!("{}/api/v1/elections", self.server);
        let mut warnings = Vec::new();
        for bundle in bundles(entries)? {
            let answer = succeeded(self.http.post(&address, OCTETS, &bundle.bytes, JSON_LIMIT)?)?;
            warnings.extend(json::<AddedElection>(&answer)?.warnings);
        }
        Ok(warnings)
    }

    /// Posts entries in order, in as many bundles as it takes. Safe to repeat: what stands already is answered with its
    /// index.
    ///
    /// # Errors
    /// [`RemoteError::Refused`] with the position counted over all entries; those before it stand.
    pub fn post_entries(&self, entries: &[Vec<u8>]) -> Result<Vec<Posted>, RemoteError> {
        let mut posted = Vec::new();
        for bundle in bundles(entries)? {
            let answer = self.http.post(&self.api("entries"), OCTETS, &bundle.bytes, JSON_LIMIT)?;
            let answer: PostedBundle =
                json(&succeeded(answer).map_err(|error| error.counted_from(posted.len()))?)?;
            if answer.entries.len() != bundle.entries {
                let reason =
                    format!("{} entries were posted and {} answered", bundle.entries, answer.entries.len());
                return Err(RemoteError::Answer { reason });
            }
            posted.extend(answer.entries);
        }
        Ok(posted)
    }

    /// The acts that collect signatures on the server: entries with the signatures so far. What they are is the caller's to
    /// check.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn proposals(&self) -> Result<Vec<Vec<u8>>, RemoteError> {
        let listed: ListedProposals = json(&succeeded(self.http.get(&self.api("proposals"), JSON_LIMIT)?)?)?;
        listed.proposals.iter().map(ListedProposal::bytes).collect()
    }

    /// Posts an act with signatures for others to add theirs; gives back the act with all that the server has of it.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn post_proposal(&self, entry: &[u8]) -> Result<Vec<u8>, RemoteError> {
        let answer = self.http.post(&self.api("proposals"), OCTETS, entry, JSON_LIMIT)?;
        json::<ListedProposal>(&succeeded(answer)?)?.bytes()
    }

    /// Posts one ballot; the same bytes again give the same receipt. The receipt is the caller's to check.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn post_ballot(&self, ballot: &[u8]) -> Result<Vec<u8>, RemoteError> {
        Ok(succeeded(self.http.post(&self.api("ballots"), OCTETS, ballot, BINARY_LIMIT)?)?.body)
    }

    /// The view of a credential, by its public key in bytes. What it says is the caller's to check.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn credential(&self, key: &[u8; 32]) -> Result<Vec<u8>, RemoteError> {
        let address = self.api(&format!("credential/{}", hex::encode(key)));
        Ok(succeeded(self.http.get(&address, BINARY_LIMIT)?)?.body)
    }

    /// The view of a row of the roll, by its number. What it says is the caller's to check.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn roll_row(&self, index: u32) -> Result<Vec<u8>, RemoteError> {
        Ok(succeeded(self.http.get(&self.api(&format!("roll/{index}")), BINARY_LIMIT)?)?.body)
    }

    /// Where the setup's entries stand.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn setup(&self) -> Result<Setup, RemoteError> {
        json(&succeeded(self.http.get(&self.api("setup"), JSON_LIMIT)?)?)
    }

    /// The server's own summary: convenience, evidence of nothing.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn status(&self) -> Result<serde_json::Value, RemoteError> {
        json(&succeeded(self.http.get(&self.api("status"), JSON_LIMIT)?)?)
    }

    fn api(&self, what: &str) -> String {
        format!("{}/api/v1/e/{}/{what}", self.server, self.prefix)
    }
}

impl RemoteError {
    /// Counts a refused position over all bundles.
    fn counted_from(self, posted: usize) -> Self {
        match self {
            Self::Refused(mut problem) => {
                problem.position = problem.position.map(|position| position.saturating_add(posted));
                problem.accepted = problem.accepted.map(|accepted| accepted.saturating_add(posted));
                Self::Refused(problem)
            }
            other => other,
        }
    }
}

const OCTETS: &str = "application/octet-stream";

struct Bundle {
    entries: usize,
    bytes: Vec<u8>,
}

/// Entries in bundles that keep to both limits.
fn bundles(entries: &[Vec<u8>]) -> Result<Vec<Bundle>, RemoteError> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let mut bytes = Vec::new();
        if entry.is_empty() || entry_bundle::push(&mut bytes, entry).is_err() {
            return Err(RemoteError::Entry { position });
        }
        match bundles.last_mut() {
            Some(last) if last.entries < BUNDLE_ENTRIES && last.bytes.len() + bytes.len() <= BUNDLE_BYTES => {
                last.entries += 1;
                last.bytes.extend_from_slice(&bytes);
            }
            _ => bundles.push(Bundle { entries: 1, bytes }),
        }
    }
    Ok(bundles)
}

/// An answer of success, or the problem that it is.
fn succeeded(answer: Answer) -> Result<Answer, RemoteError> {
    match answer.status {
        200 | 201 => Ok(answer),
        status if (300..400).contains(&status) => {
            Err(RemoteError::Answer { reason: format!("a redirect ({status})") })
        }
        status => Err(RemoteError::Refused(problem(status, &answer))),
    }
}

/// The problem document of a refusal, or what can be said without one.
fn problem(status: u16, answer: &Answer) -> Problem {
    let document = (answer.media_type == "application/problem+json").then_some(&answer.body);
    let read = document.and_then(|body| serde_json::from_slice::<Problem>(body).ok());
    match read {
        Some(problem) => Problem { status, ..problem },
        None => Problem {
            status,
            code: "none".to_owned(),
            detail: "no problem document came with it".to_owned(),
            position: None,
            accepted: None,
            head_index: None,
            head_seq: None,
        },
    }
}

fn json<T: for<'de> Deserialize<'de>>(answer: &Answer) -> Result<T, RemoteError> {
    serde_json::from_slice(&answer.body).map_err(|error| RemoteError::Answer { reason: error.to_string() })
}

#[cfg(test)]
#[cfg(feature = "fetch")]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::source::Client;

    /// A server on loopback that gives these answers, one a connection, and the requests' first lines back.
    fn server(answers: Vec<String>) -> (Remote<Client>, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let answer_one = |answer: String| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = vec![0; 65_536];
                let length = stream.read(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&request[..length]).lines().next().unwrap_or_default().to_owned()
            };
            answers.into_iter().map(answer_one).collect()
        });
        (Remote::new(&address, ElectionId([0xab; 32]), Client::default()).unwrap(), serving)
    }

    fn answer(status: &str, media_type: &str, body: &str) -> String {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
    }

    #[test]
    fn bundles_keep_to_both_limits_and_to_the_order() {
        let small: Vec<_> = (0..600u32).map(|n| n.to_be_bytes().to_vec()).collect();
        assert_eq!(
            bundles(&small).unwrap().iter().map(|bundle| bundle.entries).collect::<Vec<_>>(),
            [256, 256, 88]
        );
        let large = vec![vec![1; 65_535]; 130];
        let made = bundles(&large).unwrap();
        assert!(made.iter().all(|bundle| bundle.bytes.len() <= BUNDLE_BYTES));
        assert_eq!(made.iter().map(|bundle| bundle.entries).sum::<usize>(), 130);
        assert!(matches!(bundles(&[vec![1], vec![0; 65_536]]), Err(RemoteError::Entry { position: 1 })));
        assert!(matches!(bundles(&[vec![]]), Err(RemoteError::Entry { position: 0 })));
    }

    #[test]
    fn posted_entries_come_back_with_their_indices() {
        let body = r#"{"entries":[{"index":7,"outcome":"accepted"},{"index":8,"outcome":"fault","fault":{"trustee":2,"what":"x"}}],"size":9}"#;
        let (remote, serving) = server(vec![answer("200 OK", "application/json", body)]);
        let posted = remote.post_entries(&[vec![1], vec![2]]).unwrap();
        assert_eq!(posted[0].index, 7);
        assert_eq!(posted[1].fault.as_ref().unwrap().trustee, 2);
        assert_eq!(serving.join().unwrap(), ["POST /api/v1/e/abababababababab/entries HTTP/1.1"]);
    }

    #[test]
    fn fewer_answers_than_entries_make_no_sense() {
        let body = r#"{"entries":[{"index":7,"outcome":"accepted"}],"size":9}"#;
        let (remote, serving) = server(vec![answer("200 OK", "application/json", body)]);
        assert!(matches!(remote.post_entries(&[vec![1], vec![2]]), Err(RemoteError::Answer { .. })));
        serving.join().unwrap();
    }

    #[test]
    fn a_refusal_keeps_its_code_and_a_body_that_is_no_problem_is_not_believed() {
        let body = r#"{"type":"about:blank","title":"t","status":422,"code":"entry-order","detail":"no","position":1,"accepted":1}"#;
        let (remote, serving) = server(vec![
            answer("422 Unprocessable Content", "application/problem+json", body),
            answer("422 Unprocessable Content", "text/html", body),
        ]);
        let refused = remote.post_entries(&[vec![1], vec![2]]).unwrap_err();
        assert_eq!(refused.code(), Some("entry-order"));
        assert!(matches!(&refused, RemoteError::Refused(problem) if problem.position == Some(1)));
        assert_eq!(remote.setup().unwrap_err().code(), Some("none"));
        serving.join().unwrap();
    }

    #[test]
    fn a_redirect_is_no_answer() {
        let redirect = "HTTP/1.1 307 Temporary\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let (remote, serving) = server(vec![redirect.to_owned()]);
        assert!(matches!(remote.post_ballot(&[1]), Err(RemoteError::Answer { .. })));
        serving.join().unwrap();
    }
}
