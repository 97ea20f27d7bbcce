//! The calls of who votes: `enter`, `encrypt`, `cast`, `test`.

use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::credential::{Code, Credential, CredentialError};
use plebiscite_verifier::api::RemoteError;
use plebiscite_verifier::source::Http;
use plebiscite_voter::client::{Client, ClientError};
use plebiscite_voter::receipt::{Outcome, Pending, Receipt};
use plebiscite_voter::setup::SetupError;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Ballot, Device, Progress, Session, Stood, Voter};
use crate::arguments::{Chosen, Encrypt, Enter};
use crate::failure::Failure;
use crate::shown;

impl<D: Device> Session<D> {
    pub(super) fn enter(&mut self, enter: &Enter) -> Result<Value, Failure> {
        self.ensure_nothing_pending()?;
        let client = &self.opened()?.client;
        let codes = enter.codes.iter().map(|code| Code::parse(code.text()));
        let codes: Vec<Code> = codes.collect::<Result<_, _>>()?;
        let credential = credential(client, &codes)?;
        let place = client.place(&credential)?;
        let shown = shown::place(client.setup(), &place);
        self.voter = Some(Voter { credential, place });
        self.ballot = None;
        Ok(shown)
    }

    /// A ballot that was at hand and neither cast nor tested is dropped.
    pub(super) fn encrypt(&mut self, encrypt: &Encrypt) -> Result<Value, Failure> {
        self.ensure_nothing_pending()?;
        self.ballot = None;
        let fresh = Zeroizing::new(self.device.fresh()?);
        let opened = self.opened()?;
        if opened.phase != "open" {
            return Err(Failure::new("ended", "voting has ended"));
        }
        let voter = self.voter.as_ref().ok_or_else(no_codes)?;
        let setup = opened.client.setup();
        let documents = &setup.manifest().document().contests;
        let contests = setup.manifest().contests().iter().zip(documents);
        let choices = contests.map(|(contest, document)| {
            shown::choice(contest, document, one(&encrypt.choices, contest.id())?.choice.as_ref())
        });
        let choices: Vec<_> = choices
            .collect::<Option<_>>()
            .filter(|choices: &Vec<_>| choices.len() == encrypt.choices.len())
            .ok_or_else(|| Failure::new("choice", "not one offered choice for each contest"))?;
        let ballot = opened.client.encrypt(&voter.place, &choices, *fresh)?;
        let control_code = ballot.tracker().to_string();
        self.ballot = Some(Ballot::Encrypted(ballot));
        Ok(json!({ "control_code": control_code }))
    }

    /// Casts the ballot at hand, or sends the pending one again: the same bytes each time.
    pub(super) fn cast(&mut self, progress: Progress<'_>) -> Result<Value, Failure> {
        self.seal()?;
        progress(json!({ "step": "sealed" }));
        let opened = self.opened()?;
        let voter = self.voter.as_ref().ok_or_else(no_codes)?;
        let Some(Ballot::Pending(pending, before)) = &self.ballot else { return Err(no_ballot()) };
        let receipt = match opened.client.send(pending, &voter.credential) {
            Ok(receipt) => receipt,
            Err(error) => return Err(self.not_sent(error)),
        };
        progress(json!({ "step": "received" }));
        // "In the book" is said only once one log is proven to extend both what was seen before and the receipt's.
        opened.client.check_extends_all(&[before, &receipt.checkpoint])?;
        let value = cast_value(pending, &receipt, shown::no_observers_yet(opened.client.setup()))?;
        progress(json!({ "step": "in_book" }));
        let proof = TlogProof::parse(&receipt.bytes).map_err(|error| Failure::new("false-receipt", error))?;
        self.stood = Some(Stood { leaf: leaf_hash(pending.entry()), proof, receipt });
        self.ballot = None;
        self.look_again();
        Ok(value)
    }

    /// Whether the observers have confirmed the vote that stands, and then the receipt with their checkpoint. Nothing that
    /// names the voter is asked for.
    pub(super) fn confirm(&mut self) -> Result<Value, Failure> {
        let opened = self.opened()?;
        let Some(Stood { receipt, proof, leaf }) = &self.stood else { return Err(no_ballot()) };
        let client = &opened.client;
        let observed = match client.observed(receipt.entry, &receipt.checkpoint) {
            Err(ClientError::FalseCosignature(_)) => {
                return Ok(json!({ "observers": shown::false_observers(client.setup()), "receipt": null }));
            }
            observed => observed?,
        };
        let confirmed = observed.as_ref().map(|observed| client.confirmed_receipt(*leaf, proof, observed));
        let confirmed =
            confirmed.transpose()?.flatten().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(json!({
            "observers": shown::observers(observed.as_ref(), self.device.now()),
            "receipt": confirmed,
        }))
    }

    /// "Test": the ballot is used up by it.
    pub(super) fn test(&mut self) -> Result<Value, Failure> {
        self.ensure_nothing_pending()?;
        let Some(Ballot::Encrypted(ballot)) = self.ballot.take() else { return Err(no_ballot()) };
        let control_code = ballot.tracker().to_string();
        let opening = Zeroizing::new(ballot.open().encode());
        Ok(json!({ "control_code": control_code, "opening": hex::encode(&*opening) }))
    }

    /// Signs the encrypted ballot: from now on it is pending.
    fn seal(&mut self) -> Result<(), Failure> {
        if matches!(self.ballot, Some(Ballot::Pending(..))) {
            return Ok(());
        }
        let fresh = Zeroizing::new(self.device.fresh()?);
        let Some(Ballot::Encrypted(ballot)) = self.ballot.take() else { return Err(no_ballot()) };
        let opened = self.opened()?;
        let voter = self.voter.as_ref().ok_or_else(no_codes)?;
        let pending = opened.client.sign(ballot, &voter.credential, &fresh)?;
        let before = opened.client.seen();
        self.ballot = Some(Ballot::Pending(pending, before));
        Ok(())
    }

    /// Why the ballot did not get through. It stays pending, unless it can never stand any more.
    fn not_sent(&mut self, error: ClientError) -> Failure {
        match error {
            ClientError::Overtaken => {
                self.ballot = None;
                self.look_again();
                error.into()
            }
            ClientError::Remote(RemoteError::Refused(_)) => match self.ended() {
                Some(ended) => self.whether_sent_before_the_end(ended),
                None => error.into(),
            },
            error => error.into(),
        }
    }

    /// A server that refuses may be right: whether voting has ended is read from the log, not from its word.
    fn ended(&mut self) -> Option<Failure> {
        let opened = self.election.as_mut()?;
        let http = super::Recorded::new(self.device.http(), self.journal.clone());
        let seen = opened.client.seen();
        match Client::open_over(http, &opened.origin, opened.client.setup().id(), Some(&seen)) {
            Err(error @ ClientError::Setup(SetupError::Ended(_))) => {
                opened.phase = "closed";
                Some(error.into())
            }
            _ => None,
        }
    }

    /// Voting has ended, by the log: whether the ballot came before that is asked too, so that nobody is left in doubt. That
    /// nothing stands is the board's word; the ballot itself is in the evidence.
    fn whether_sent_before_the_end(&mut self, ended: Failure) -> Failure {
        let (Some(opened), Some(voter)) = (&self.election, &self.voter) else { return ended };
        let Some(Ballot::Pending(pending, _)) = &self.ballot else { return ended };
        match opened.client.place(&voter.credential).map(|place| pending.outcome(&place)) {
            Ok(Outcome::Stands) => {
                Failure::new("refused", "the server refuses a vote that it proves to stand")
            }
            Ok(Outcome::SendAgain | Outcome::Overtaken) => {
                self.ballot = None;
                Failure::new("ended-unsent", ended.message)
            }
            Err(_) => ended,
        }
    }

    /// The voter's place after a ballot of hers stands. Where the board cannot be asked now, codes are to be entered again.
    fn look_again(&mut self) {
        let (Some(opened), Some(voter)) = (&self.election, self.voter.take()) else { return };
        let place = opened.client.place(&voter.credential).ok();
        self.voter = place.map(|place| Voter { place, ..voter });
    }
}

/// The credential of the codes; what a page says of codes that make none.
fn credential<H: Http + Clone>(client: &Client<H>, codes: &[Code]) -> Result<Credential, Failure> {
    let registrars = client.setup().manifest().registrars().len();
    client.credential(codes).map_err(|error| {
        let code = match (&error, codes, registrars) {
            (ClientError::Credential(CredentialError::Missing { .. }), [_], 2) => "code-needs-second",
            (ClientError::Credential(_), [first, second], 2) if first.registrar() == second.registrar() => {
                "code-same-twice"
            }
            (ClientError::Credential(_), [], _) => "code-length",
            (ClientError::Credential(_), [_], 1) => "code-unknown",
            _ => return Failure::from(error),
        };
        Failure::new(code, error)
    })
}

fn one<'c>(choices: &'c [Chosen], contest: &str) -> Option<&'c Chosen> {
    let mut own = choices.iter().filter(|choice| choice.contest == contest);
    own.next().filter(|_| own.next().is_none())
}

fn cast_value(pending: &Pending, receipt: &Receipt, observers: Value) -> Result<Value, Failure> {
    let text = String::from_utf8(receipt.bytes.clone());
    let text = text.map_err(|_| Failure::new("false-receipt", "the receipt is not text"))?;
    Ok(json!({
        "control_code": receipt.tracker.to_string(),
        "receipt": text,
        "entry": receipt.entry,
        "size": receipt.checkpoint.size,
        "roll_number": pending.index(),
        "observers": observers,
    }))
}

fn no_codes() -> Failure {
    Failure::new("order", "no codes were entered")
}

fn no_ballot() -> Failure {
    Failure::new("order", "no ballot is at hand")
}
