//! The setup record of one roll number in one file: all that a second device needs to open a tested ballot by itself.
//!
//! Every byte of it is public, and none is believed: whoever reads it checks it as a voter's program checks a board.

use plebiscite_election::entry::ElectionId;
use plebiscite_voter::place::Place;
use plebiscite_voter::setup::{Setup, SetupEntries};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Public bytes that a voter's program checks before it encrypts, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicRecord {
    /// The whole id.
    pub election: String,
    /// The manifest's head and chunks.
    pub manifest: Vec<String>,
    /// Head and chunks of each trustee's confirmation of the keys.
    pub confirmations: Vec<Vec<String>>,
    /// The roll seal's index and entry.
    pub roll_seal: (u64, String),
    /// The opening's index and entry.
    pub open: (u64, String),
    /// Extensions, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<(u64, String)>,
    /// Successor keys, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<(u64, String)>,
    /// The board's checkpoint, as signed.
    pub checkpoint: String,
    /// The roll number of the voter.
    pub roll_number: u32,
    /// The board's answer about that roll number.
    pub view: String,
}

impl PublicRecord {
    /// What a board gave.
    ///
    /// # Errors
    /// The election is not open: there is nothing to test yet.
    pub fn of(
        election: ElectionId,
        entries: &SetupEntries,
        checkpoint: &[u8],
        roll_number: u32,
        view: &[u8],
    ) -> Result<Self, Failure> {
        let written = |(index, entry): &(u64, Vec<u8>)| (*index, hex::encode(entry));
        let stands = |entry: &Option<(u64, Vec<u8>)>| {
            entry
                .as_ref()
                .map(written)
                .ok_or_else(|| Failure::new("not-open", "the election is not open yet"))
        };
        Ok(Self {
            election: election.to_string(),
            manifest: entries.manifest.iter().map(hex::encode).collect(),
            confirmations: entries
                .confirmations
                .iter()
                .map(|message| message.iter().map(hex::encode).collect())
                .collect(),
            roll_seal: stands(&entries.roll_seal)?,
            open: stands(&entries.open)?,
            extensions: entries.extensions.iter().map(written).collect(),
            successors: entries.successors.iter().map(written).collect(),
            checkpoint: hex::encode(checkpoint),
            roll_number,
            view: hex::encode(view),
        })
    }

    /// Reads a record. The error says nothing of what it held.
    ///
    /// # Errors
    /// `record`: not the layout of one.
    pub fn read(json: &str) -> Result<Self, Failure> {
        serde_json::from_str(json)
            .map_err(|error| Failure::new("record", format!("no setup record: line {}", error.line())))
    }

    /// Checks the record as a voter's program checks what a board shows.
    ///
    /// # Errors
    /// As opening an election and looking up a roll number.
    pub fn check(&self) -> Result<(Setup, Place), Failure> {
        let mut id = [0; 32];
        hex::decode_to_slice(&self.election, &mut id).map_err(no_record)?;
        let entries = SetupEntries {
            manifest: all(&self.manifest)?,
            confirmations: self.confirmations.iter().map(|entries| all(entries)).collect::<Result<_, _>>()?,
            roll_seal: Some(at(&self.roll_seal)?),
            open: Some(at(&self.open)?),
            extensions: self.extensions.iter().map(at).collect::<Result<_, _>>()?,
            successors: self.successors.iter().map(at).collect::<Result<_, _>>()?,
            ..SetupEntries::default()
        };
        let (setup, _) = Setup::verify_to_look(ElectionId(id), &entries, &bytes(&self.checkpoint)?)?;
        let place = Place::of_row(&setup, self.roll_number, &bytes(&self.view)?)?;
        Ok((setup, place))
    }
}

fn at((index, entry): &(u64, String)) -> Result<(u64, Vec<u8>), Failure> {
    Ok((*index, bytes(entry)?))
}

fn all(entries: &[String]) -> Result<Vec<Vec<u8>>, Failure> {
    entries.iter().map(|entry| bytes(entry)).collect()
}

fn bytes(text: &str) -> Result<Vec<u8>, Failure> {
    hex::decode(text).map_err(no_record)
}

fn no_record(error: hex::FromHexError) -> Failure {
    Failure::new("record", format!("no setup record: {error}"))
}
