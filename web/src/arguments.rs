//! The arguments of the calls, as pages send them.

use plebiscite_election::entry::ElectionId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::failure::Failure;

/// Text that is wiped when it is dropped: a code, a choice, an opening. No `Debug`.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// `{}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Which election, on which server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    origin: String,
    election: String,
}

/// A voter's codes, in any order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// One of each registrar.
    pub codes: Vec<Secret>,
}

/// The choices, in any order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encrypt {
    /// One of each contest.
    pub choices: Vec<Chosen>,
}

/// One choice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// The contest's id.
    pub contest: String,
    /// What is chosen; `null` is blank.
    pub choice: Option<Answer>,
}

/// What is chosen in a contest.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Of contests in which one is chosen: the option's id.
    Option(Secret),
    /// A number for each option, in the manifest's order.
    Numbers(Numbers),
    /// All options' ids, the most preferred first.
    Ranking(Ranking),
}

/// `{"numbers": […]}`.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// The numbers.
    pub numbers: Vec<u32>,
}

/// `{"ranking": […]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// The ids.
    pub ranking: Vec<Secret>,
}

/// A test on a second device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckTest {
    origin: String,
    election: String,
    /// The opening, as `test` gave it.
    pub opening: Secret,
    /// The control code that the tested device showed.
    pub control_code: String,
    /// The roll number on the letter.
    pub roll_number: u32,
}

/// A test on a second device, with the setup record from a file instead of a board.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckTestOf {
    /// The setup record, as `record` gave it.
    pub record: String,
    /// The opening, as `test` gave it.
    pub opening: Secret,
    /// The control code that the tested device showed.
    pub control_code: String,
    /// The roll number on the letter.
    pub roll_number: u32,
}

/// The setup record of a roll number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordOf {
    origin: String,
    election: String,
    /// The roll number on the letter.
    pub roll_number: u32,
}

/// A whole count, or one share of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    origin: String,
    election: String,
    /// The share's number, from 0, and how many shares there are.
    #[serde(default)]
    pub share: Option<(u32, u32)>,
    /// The checkpoint, as a note, that all shares count up to.
    #[serde(default)]
    pub checkpoint: Option<String>,
}

/// A quick look.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quick {
    origin: String,
    election: String,
    /// Sealed votes to draw.
    pub ballots: u32,
}

/// Text for a QR code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qr {
    /// The text: it may be an opening.
    pub text: Secret,
}

/// What stands under a roll number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    origin: String,
    election: String,
    /// The roll number on the letter.
    pub roll_number: u32,
    /// The receipt's text.
    #[serde(default)]
    pub receipt: Option<String>,
    /// The control code of one's vote.
    #[serde(default)]
    pub control_code: Option<String>,
}

/// Arguments that say which election they are about.
pub trait Place {
    /// The server's address, and the election.
    ///
    /// # Errors
    /// Not 64 hexadecimal digits.
    fn place(&self) -> Result<(&str, ElectionId), Failure>;
}

macro_rules! place {
    ($($arguments:ty),*) => {$(
        impl Place for $arguments {
            fn place(&self) -> Result<(&str, ElectionId), Failure> {
                let mut id = [0; 32];
                hex::decode_to_slice(&self.election, &mut id)
                    .map_err(|_| Failure::new("election-id", "an election's id has 64 hexadecimal digits"))?;
                Ok((&self.origin, ElectionId(id)))
            }
        }
    )*};
}

place!(Where, CheckTest, RecordOf, Audit, Quick, Check);

/// Reads arguments. The error says nothing of what they held.
///
/// # Errors
/// Not the arguments of the call.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|error| {
        Failure::arguments(format!("arguments of another call, at column {}", error.column()))
    })
}
