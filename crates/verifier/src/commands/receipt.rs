//! `receipt`: that one entry stands in a log, and what witnesses say of the log's head that shows it.

use std::path::PathBuf;

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::policy::Policy;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::counted::counted;
use plebiscite_verifier::Work;
use plebiscite_verifier::check::auditor::judge_note;
use plebiscite_verifier::printable::Printable;
use serde::Serialize;

use super::{CHECK_FAILED, INPUT, PASS, Stop, demand, json, out, policy, read, replayed};

/// Longest receipt that is read.
const RECEIPT_LIMIT: u64 = 1 << 20;
/// Longest entry.
const ENTRY_LIMIT: u64 = 65_535;

#[derive(clap::Args)]
pub struct Arguments {
    /// The receipt, a .tlog-proof file.
    receipt: PathBuf,
    /// The entry that it is for, byte for byte.
    #[arg(long, value_name = "FILE")]
    ballot: PathBuf,
    /// The board's key, in the form <origin>+<8 hexadecimal digits>+<base64>.
    #[arg(long, value_name = "VKEY", conflicts_with = "record", required_unless_present_any = ["record", "policy"])]
    board_key: Option<String>,
    /// A record (folder or address), which is checked whole: it gives the key, and must hold the entry.
    #[arg(long, value_name = "SOURCE")]
    record: Option<String>,
    /// The election asked for, where a record is given.
    #[arg(long, requires = "record")]
    election: Option<String>,
    /// Your own policy of witnesses (C2SP's tlog-policy). It must name this log; without record and key it gives the key.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print what is found as JSON.
    #[arg(long)]
    json: bool,
}

/// What is found, in a stable schema: a field is only ever added under the same name.
#[derive(Serialize)]
struct Found {
    schema: &'static str,
    /// The log's name.
    origin: String,
    /// Where the entry stands.
    index: u64,
    /// Entries of the receipt's checkpoint.
    size: u64,
    /// Whether a record was checked whole, and holds the entry.
    in_record: bool,
    /// By the manifest of the record; null without a record, and where the manifest names no witness.
    witnesses: Option<Witnessed>,
    /// By the policy that was given; null without one.
    auditors_policy: Option<Policed>,
}

/// What the manifest's witnesses say.
#[derive(Serialize)]
struct Witnessed {
    named: usize,
    quorum: usize,
    /// How many cosigned the receipt's own checkpoint.
    cosigned_by: usize,
    /// Whether that is the quorum.
    receipt_confirmed: bool,
    /// Whether the quorum cosigned the receipt's checkpoint, or another one of the record that holds the entry.
    confirmed: bool,
}

/// What the witnesses of the auditor's policy say of the receipt's own checkpoint.
#[derive(Serialize)]
struct Policed {
    witnesses: usize,
    asks: bool,
    cosigned_by: usize,
    receipt_confirmed: bool,
}

pub fn run(arguments: &Arguments) -> Result<u8, Stop> {
    let receipt = TlogProof::parse(&read(&arguments.receipt, RECEIPT_LIMIT)?)
        .map_err(|error| Stop(INPUT, format!("{}: {error}", arguments.receipt.display())))?;
    let entry = read(&arguments.ballot, ENTRY_LIMIT)?;
    let own = arguments.policy.as_deref().map(policy).transpose()?;
    let (signed, witnesses) = match (&arguments.record, &arguments.board_key) {
        (Some(address), _) => in_record(arguments, address, &receipt, &entry)?,
        (None, Some(vkey)) => {
            let key =
                NoteKey::parse(vkey).map_err(|error| Stop(INPUT, format!("the board's key: {error}")))?;
            (receipt.verify(&entry, &key).map_err(fails)?, None)
        }
        (None, None) => (by_policy(own.as_ref(), &receipt, &entry)?, None),
    };
    let auditors_policy = own.as_ref().map(|own| policed(own, &signed)).transpose()?;
    let checkpoint = signed.checkpoint();
    let found = Found {
        schema: "plebiscite-receipt/1",
        origin: checkpoint.origin.clone(),
        index: receipt.index,
        size: checkpoint.size,
        in_record: arguments.record.is_some(),
        witnesses,
        auditors_policy,
    };
    out(&if arguments.json { json(&found)? } else { found.text() })?;
    Ok(PASS)
}

impl Found {
    fn text(&self) -> String {
        let index = self.index;
        let mut text = match self.in_record {
            true => format!("The entry stands at index {index} of the record, which passed every check.\n"),
            false => {
                format!("The entry stands at index {index} of a log of {}.\n", counted(self.size, "entry"))
            }
        };
        if let Some(Witnessed { named, quorum, cosigned_by, receipt_confirmed, confirmed }) = &self.witnesses
        {
            text.push_str(&match (receipt_confirmed, confirmed) {
                (true, _) => format!(
                    "Its checkpoint is confirmed by {cosigned_by} of {}; {quorum} must confirm.\n",
                    counted(*named, "observer")
                ),
                (false, true) => format!(
                    "Confirmed: {quorum} of {} or more cosigned a later checkpoint of the record, which holds the entry.\n",
                    counted(*named, "observer")
                ),
                (false, false) => format!(
                    "In the public book; observers confirm soon: {cosigned_by} of {named} cosigned its checkpoint, and {quorum} must.\n"
                ),
            });
        }
        if let Some(Policed { witnesses, asks, cosigned_by, receipt_confirmed }) = &self.auditors_policy {
            let meets = if *receipt_confirmed { "meets" } else { "does not meet" };
            text.push_str(&match asks {
                false => "Your policy asks for no cosignature.\n".to_owned(),
                true => format!(
                    "The receipt's checkpoint {meets} your policy: {cosigned_by} of its {} cosigned.\n",
                    counted(*witnesses, "witness")
                ),
            });
        }
        text
    }
}

fn fails(error: impl std::fmt::Display) -> Stop {
    Stop(CHECK_FAILED, format!("the receipt fails: {error}"))
}

/// The record is checked whole; the receipt's checkpoint must be one of this log, and the entry stand at its index.
fn in_record(
    arguments: &Arguments,
    address: &str,
    receipt: &TlogProof,
    entry: &[u8],
) -> Result<(SignedCheckpoint, Option<Witnessed>), Stop> {
    let election = arguments.election.as_deref().map(demand).transpose()?;
    let replay = replayed(address, election, Some(receipt.checkpoint.clone()), false, Work::default())?;
    if let Some(failure) = replay.failures.first() {
        return Err(Stop(CHECK_FAILED, failure.to_string()));
    }
    let size = claimed(&receipt.checkpoint).map_or(0, |checkpoint| checkpoint.size);
    let key =
        replay.record.board_key_at(size).and_then(|key| NoteKey::new(&replay.checkpoint.origin, *key).ok());
    let key = key.ok_or_else(|| {
        Stop(CHECK_FAILED, "the board's key for the receipt's size is not known".to_owned())
    })?;
    let signed = receipt.verify(entry, &key).map_err(fails)?;
    let witnesses = replay
        .cosigned_entry(signed.note(), receipt.index)
        .map_err(|reason| Stop(CHECK_FAILED, format!("the receipt's checkpoint is refused: {reason}")))?;
    let manifest = replay.record.manifest();
    let witnesses = manifest.zip(witnesses).map(|(manifest, (own, confirmed))| Witnessed {
        named: manifest.witnesses().len(),
        quorum: manifest.witness_quorum(),
        cosigned_by: own.times.iter().flatten().count(),
        receipt_confirmed: own.quorum,
        confirmed,
    });
    Ok((signed, witnesses))
}

/// The key is the one of the policy's under which the receipt's checkpoint is signed.
fn by_policy(own: Option<&Policy>, receipt: &TlogProof, entry: &[u8]) -> Result<SignedCheckpoint, Stop> {
    let origin = claimed(&receipt.checkpoint).map(|checkpoint| checkpoint.origin);
    let origin = origin.ok_or_else(|| Stop(CHECK_FAILED, "the receipt's checkpoint is none".to_owned()))?;
    let named =
        own.into_iter().flat_map(|own| &own.logs).map(|(log, _)| log).filter(|log| log.name() == origin);
    let tried: Vec<_> = named.map(|log| receipt.verify(entry, log)).collect();
    let unnamed = || Stop(INPUT, format!("the policy names no key of this log, {}", Printable(&origin)));
    let mut last = Err(unnamed());
    for tried in tried {
        match tried {
            Ok(signed) => return Ok(signed),
            Err(error) => last = Err(fails(error)),
        }
    }
    last
}

fn policed(own: &Policy, signed: &SignedCheckpoint) -> Result<Policed, Stop> {
    let refused =
        |reason: String| Stop(CHECK_FAILED, format!("the receipt's checkpoint is refused: {reason}"));
    let note = Note::parse(signed.note()).map_err(|error| refused(error.to_string()))?;
    let judged = judge_note(own, &note).map_err(refused)?;
    let origin = &signed.checkpoint().origin;
    let (_, cosigned) = judged
        .ok_or_else(|| Stop(INPUT, format!("the policy names no key of this log, {}", Printable(origin))))?;
    Ok(Policed {
        witnesses: own.witnesses.len(),
        asks: own.asks(),
        cosigned_by: cosigned.times.iter().flatten().count(),
        receipt_confirmed: cosigned.quorum,
    })
}

fn claimed(note: &[u8]) -> Option<Checkpoint> {
    Checkpoint::parse(&Note::parse(note).ok()?.text).ok()
}
