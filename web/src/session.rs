//! One voter's session: the calls of the pages, over any [`Http`], so that what browsers run is tested without one.
//!
//! The order of the calls is the voter's: `open`, `enter`, `encrypt`, then `cast` or `test`; after `cast`, `confirm` as often as one likes. What is secret (codes, choice,
//! credential) stays in here and is wiped by `clear`; no answer, failure or evidence holds it but the opening of a test.

#[cfg(feature = "count")]
mod counting;
mod looking;
#[cfg(feature = "count")]
mod quick;
mod voting;

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::merkle::Hash;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::ballot::EncryptedBallot;
use plebiscite_election::credential::Credential;
use plebiscite_verifier::source::Http;
use plebiscite_voter::client::{Client, ClientError};
use plebiscite_voter::place::Place;
use plebiscite_voter::receipt::{Pending, Receipt};
use plebiscite_voter::setup::SetupError;
use serde_json::{Value, json};

use crate::arguments::{self, Nothing, Where};
use crate::failure::Failure;
use crate::journal::{Journal, Recorded};
use crate::shown;

/// The name of evidence's layout.
const EVIDENCE: &str = "plebiscite-evidence/1";

/// What a session needs of the device that it runs on.
pub trait Device {
    /// How servers are asked.
    type Http: Http + Clone;

    /// A way to ask servers.
    fn http(&self) -> Self::Http;

    /// 32 fresh uniform bytes.
    ///
    /// # Errors
    /// The device has no randomness: nothing is encrypted then.
    fn fresh(&self) -> Result<[u8; 32], Failure>;

    /// Seconds since 1970 UTC by the device's clock: for what is shown only.
    fn now(&self) -> u64;
}

/// What is told of a call while it runs.
pub type Progress<'p> = &'p mut dyn FnMut(Value);

/// A session. One at a time on a device.
pub struct Session<D: Device> {
    device: D,
    journal: Journal,
    election: Option<Opened<D>>,
    voter: Option<Voter>,
    ballot: Option<Ballot>,
    stood: Option<Stood>,
}

type ClientOf<D> = Client<Recorded<<D as Device>::Http>>;

/// The election that was opened.
struct Opened<D: Device> {
    origin: String,
    client: ClientOf<D>,
    /// `open`, `closed` or `cancelled`; ballots are made only while it is `open`.
    phase: &'static str,
}

/// Who votes, and where her next ballot stands.
struct Voter {
    credential: Credential,
    place: Place,
}

/// The one ballot at hand.
enum Ballot {
    /// Encrypted; neither cast nor tested yet.
    Encrypted(EncryptedBallot),
    /// Cast, and not known to stand yet: only its bytes are sent for its place. With the checkpoint that was known before.
    Pending(Pending, Checkpoint),
}

/// The vote that stands: nothing secret.
struct Stood {
    receipt: Receipt,
    proof: TlogProof,
    leaf: Hash,
}

impl<D: Device> Session<D> {
    /// A session on a device.
    pub fn new(device: D) -> Self {
        Self { device, journal: Journal::default(), election: None, voter: None, ballot: None, stood: None }
    }

    /// Does one call: `{ "ok": true, "value": … }`, or `{ "ok": false, "error": { code, message, evidence } }`.
    pub fn call(&mut self, call: &str, arguments: &str, progress: Progress<'_>) -> Value {
        match self.dispatch(call, arguments, progress) {
            Ok(value) => json!({ "ok": true, "value": value }),
            Err(failure) => json!({
                "ok": false,
                "error": {
                    "code": failure.code,
                    "message": failure.message,
                    "evidence": self.evidence(call, &failure),
                },
            }),
        }
    }

    fn dispatch(&mut self, call: &str, json: &str, progress: Progress<'_>) -> Result<Value, Failure> {
        match call {
            "open" => self.open(&arguments::read(json)?),
            "enter" => self.enter(&arguments::read(json)?),
            "encrypt" => self.encrypt(&arguments::read(json)?),
            "cast" => arguments::read(json).and_then(|Nothing {}| self.cast(progress)),
            "confirm" => arguments::read(json).and_then(|Nothing {}| self.confirm()),
            "test" => arguments::read(json).and_then(|Nothing {}| self.test()),
            "check_test" => self.check_test(&arguments::read(json)?),
            "check" => self.check(&arguments::read(json)?),
            "check_test_of" => Self::check_test_of(&arguments::read(json)?),
            "record" => self.record(&arguments::read(json)?),
            "qr" => arguments::read(json).and_then(|qr: arguments::Qr| crate::qr::modules(qr.text.text())),
            #[cfg(feature = "count")]
            "audit" => self.audit(&arguments::read(json)?, progress),
            #[cfg(feature = "count")]
            "quick" => self.quick(&arguments::read(json)?, progress),
            "clear" => arguments::read(json).map(|Nothing {}| self.clear()),
            _ => Err(Failure::arguments("there is no such call")),
        }
    }

    fn open(&mut self, place: &Where) -> Result<Value, Failure> {
        use crate::arguments::Place as _;
        self.ensure_nothing_pending()?;
        let _ = self.clear();
        let (origin, id) = place.place()?;
        let http = self.http();
        let (client, phase) = match Client::open_over(http.clone(), origin, id, None) {
            Err(ClientError::Setup(SetupError::Ended(_))) => {
                let client = Client::open_to_look_over(http, origin, id)?;
                let phase = if client.setup().is_cancelled() { "cancelled" } else { "closed" };
                (client, phase)
            }
            Err(ClientError::Setup(SetupError::Missing(_))) => {
                let announced = Client::announced_over(http, origin, id)?;
                return Ok(shown::announced(&announced, self.device.now()));
            }
            client => (client?, "open"),
        };
        // Before anything is encrypted: a false or another book stops here, and silence is said.
        let observed = if phase == "open" { client.observed_setup()? } else { None };
        let shown = shown::election(client.setup(), phase, observed.as_ref(), self.device.now());
        self.election = Some(Opened { origin: origin.to_owned(), client, phase });
        Ok(shown)
    }

    fn clear(&mut self) -> Value {
        self.election = None;
        self.voter = None;
        self.ballot = None;
        self.stood = None;
        self.journal.clear();
        json!({})
    }

    fn http(&self) -> Recorded<D::Http> {
        Recorded::new(self.device.http(), self.journal.clone())
    }

    fn opened(&self) -> Result<&Opened<D>, Failure> {
        self.election.as_ref().ok_or_else(|| Failure::new("order", "no election is opened"))
    }

    fn ensure_nothing_pending(&self) -> Result<(), Failure> {
        match &self.ballot {
            Some(Ballot::Pending(..)) => {
                Err(Failure::new("pending", "a ballot was cast and is not known to stand: cast again first"))
            }
            _ => Ok(()),
        }
    }

    fn evidence(&self, call: &str, failure: &Failure) -> Value {
        let seen = self.election.as_ref().map(|opened| opened.client.seen());
        json!({
            "schema": EVIDENCE,
            "call": call,
            "code": failure.code,
            "message": failure.message,
            "election": self.election.as_ref().map(|opened| opened.client.setup().id().to_string()),
            "seen": seen.map(|seen| {
                json!({ "origin": seen.origin, "size": seen.size, "root": hex::encode(seen.root.0) })
            }),
            "exchanges": self.journal.evidence(),
        })
    }
}
