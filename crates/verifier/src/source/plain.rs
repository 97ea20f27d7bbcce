//! A plain folder that answers like a server: what a voter's client asks for, composed from the log's files and their hints
//! (§11.13). Nothing of it is trusted: the client checks these answers as it checks a server's.

use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::merkle::Hash;
use plebiscite_board::note::Note;
use plebiscite_board::reader::{Fetch, FetchError, Reader};
use plebiscite_board::tile::TILE_WIDTH;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::entry::Entry;
use plebiscite_election::hints::{CREDENTIAL_RECORD, HEADS_RECORD, NONE, ROLL, SETUP, heads_path, list_path};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::view::{ProvenEntry, ProvenRow, ViewSizes, VoterView};

use super::{Answer, Client, Folder, Http, HttpError, SourceError};
use crate::api::Setup;

/// The address under which a folder answers.
pub const FOLDER_ADDRESS: &str = "http://folder";
/// Most entries of a manifest: its head and 16 chunks (§12.1).
const MANIFEST_ENTRIES: usize = 17;
/// Longest file of hints that is read.
const HINTS_LIMIT: u64 = 64 << 20;

/// Asks a server, or a folder that answers like one.
#[derive(Clone, Debug)]
pub enum Asking {
    /// Over sockets.
    Web(Client),
    /// From files; every address begins with [`FOLDER_ADDRESS`].
    Folder(PathBuf),
}

impl Asking {
    /// What asks, and the address to give it: a folder where there is one of this name, otherwise a server's address.
    #[must_use]
    pub fn of(server: &str) -> (Self, String) {
        let folder = Path::new(server);
        if folder.is_dir() {
            (Self::Folder(folder.to_owned()), FOLDER_ADDRESS.to_owned())
        } else {
            (Self::Web(Client::default()), server.to_owned())
        }
    }
}

impl Http for Asking {
    fn get(&self, address: &str, limit: u64) -> Result<Answer, HttpError> {
        match self {
            Self::Web(client) => client.get(address, limit),
            Self::Folder(folder) => {
                // People gave a folder's name: the address that stands for it would only puzzle them.
                let unreached =
                    |reason: String| HttpError::Unreached { address: shown(folder, address), reason };
                let found = answer(folder, address);
                match found.map_err(|error| unreached(error.to_string()))? {
                    Some(body) if body.len() as u64 > limit => {
                        Err(HttpError::TooLong { address: shown(folder, address), limit })
                    }
                    Some(body) => Ok(said(200, body)),
                    None => Ok(refused(
                        404,
                        &format!(
                            "{} does not say where this stands; a folder that a mirror or an export wrote does",
                            folder.display()
                        ),
                    )),
                }
            }
        }
    }

    fn post(&self, address: &str, media_type: &str, body: &[u8], limit: u64) -> Result<Answer, HttpError> {
        match self {
            Self::Web(client) => client.post(address, media_type, body, limit),
            Self::Folder(folder) => Ok(refused(
                405,
                &format!(
                    "{} is a copy of the book and takes no votes; to vote, use the address in your letter",
                    folder.display()
                ),
            )),
        }
    }
}

fn said(status: u16, body: Vec<u8>) -> Answer {
    Answer { status, media_type: String::new(), retry_after: None, body }
}

/// A refusal in words, as a server's (RFC 9457).
fn refused(status: u16, detail: &str) -> Answer {
    let problem = serde_json::json!({ "status": status, "code": "folder", "detail": detail });
    let media_type = "application/problem+json".to_owned();
    Answer { status, media_type, retry_after: None, body: problem.to_string().into_bytes() }
}

/// What is meant by an address, as a file or the folder itself.
fn shown(folder: &Path, address: &str) -> String {
    let path = address.strip_prefix(FOLDER_ADDRESS).unwrap_or(address);
    let file = path.strip_prefix("/e/").and_then(|path| path.split_once('/'));
    file.map_or_else(|| folder.display().to_string(), |(_, file)| folder.join(file).display().to_string())
}

/// Why a folder has no answer.
#[derive(Debug, thiserror::Error)]
enum PlainError {
    #[error("{0}")]
    Source(#[from] SourceError),
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("{0}")]
    Read(#[from] plebiscite_board::reader::ReadError),
    #[error("{path}: {reason}")]
    Hints { path: String, reason: String },
}

fn hints_error(path: &str, reason: impl ToString) -> PlainError {
    PlainError::Hints { path: path.to_owned(), reason: reason.to_string() }
}

/// The answer to a request, none where there is nothing at its address.
fn answer(folder: &Path, address: &str) -> Result<Option<Vec<u8>>, PlainError> {
    let Some(path) = address.strip_prefix(FOLDER_ADDRESS) else { return Ok(None) };
    let of_election = |path: &str| path.split_once('/').map(|(_, rest)| rest.to_owned());
    if let Some(file) = path.strip_prefix("/e/").and_then(of_election) {
        return match Folder::open(folder.to_owned())?.fetch(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(FetchError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        };
    }
    let Some(asked) = path.strip_prefix("/api/v1/e/").and_then(of_election) else { return Ok(None) };
    match asked.split_once('/') {
        None if asked == "setup" => hint(folder, SETUP),
        Some(("roll", number)) => number.parse().map_or(Ok(None), |row| view(folder, Some(row)).map(Some)),
        Some(("credential", key)) => {
            let mut bytes = [0; 32];
            match hex::decode_to_slice(key, &mut bytes) {
                Ok(()) => Ok(Some(view(folder, row_of(folder, &bytes)?)?)),
                Err(_) => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// A file of hints; none where there is none.
fn hint(folder: &Path, path: &str) -> Result<Option<Vec<u8>>, PlainError> {
    match plebiscite_files::read(&folder.join(path), HINTS_LIMIT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(hints_error(path, error)),
    }
}

/// The row whose credential this is, by the sorted list of its first byte.
fn row_of(folder: &Path, key: &[u8; 32]) -> Result<Option<u32>, PlainError> {
    let [first, ..] = key;
    let list = hint(folder, &list_path("credential", *first))?.unwrap_or_default();
    let (records, _) = list.as_chunks::<CREDENTIAL_RECORD>();
    let place = records.binary_search_by(|record| record.split_at(32).0.cmp(key.as_slice())).ok();
    let record = place.and_then(|place| records.get(place));
    Ok(record.and_then(|record| record.split_last_chunk::<4>()).map(|(_, row)| u32::from_be_bytes(*row)))
}

/// The view of a row, as a server makes it (§22): the same length whether there is such a row or not.
fn view(folder: &Path, row: Option<u32>) -> Result<Vec<u8>, PlainError> {
    let source = || Folder::open(folder.to_owned());
    let checkpoint = source()?.fetch("checkpoint")?;
    let claimed = Note::parse(&checkpoint).ok().and_then(|note| Checkpoint::parse(&note.text).ok());
    let claimed = claimed.ok_or_else(|| hints_error("checkpoint", "is none"))?;
    let size = claimed.size;
    let mut log = Reader::open(source()?, claimed)?;
    let setup = hint(folder, SETUP)?.ok_or_else(|| hints_error(SETUP, "is missing"))?;
    let setup: Setup = serde_json::from_slice(&setup).map_err(|error| hints_error(SETUP, error))?;
    if setup.size != size {
        let reason = format!(
            "reaches {} of the folder's {size} entries, and would hide the newest votes: `plebiscite-mirror pull` of this \
             folder into a new one writes a whole index",
            setup.size
        );
        return Err(hints_error("index", reason));
    }
    let sizes = sizes(&mut log, &setup)?;
    let seal = setup.roll_seal.ok_or_else(|| hints_error(SETUP, "the roll is not sealed"))?;
    let seal = match Entry::decode(&log.entry(seal)?) {
        Ok(Entry::RollSeal(act)) => act.body,
        _ => return Err(hints_error(SETUP, "names another entry as the roll seal")),
    };
    let mut view = VoterView { checkpoint, row: None, replacement: None, head: None };
    if let Some(row) = row.filter(|row| *row < seal.count) {
        let size = u64::from(seal.count);
        let rows = Checkpoint { origin: String::new(), size, root: Hash(seal.roll_root) };
        view.row = Some(proven_row(folder, rows, row)?);
        let [replacement, head] = places(folder, row)?;
        view.replacement = proven(&mut log, replacement)?;
        view.head = proven(&mut log, head)?;
    }
    view.encode(&sizes).map_err(|error| hints_error("index", error))
}

fn sizes(log: &mut Reader<Folder>, setup: &Setup) -> Result<ViewSizes, PlainError> {
    if setup.manifest.len() > MANIFEST_ENTRIES {
        return Err(hints_error(SETUP, "names more entries than a manifest can have"));
    }
    let mut content = Vec::new();
    for index in &setup.manifest {
        if let Ok(Entry::Chunk(chunk)) = Entry::decode(&log.entry(*index)?) {
            content.extend_from_slice(&chunk.bytes);
        }
    }
    let manifest = Manifest::parse(&content).map_err(|error| hints_error(SETUP, error))?;
    Ok(ViewSizes::of(&manifest))
}

/// The row with its path, from the roll's own tiles.
fn proven_row(folder: &Path, rows: Checkpoint, row: u32) -> Result<ProvenRow, PlainError> {
    let mut roll = Reader::open(Folder::open(folder.join(ROLL))?, rows)?;
    let leaf = roll.entry(u64::from(row))?;
    let path = roll.inclusion_proof(u64::from(row))?.into_iter().map(|hash| hash.0).collect();
    let malformed = || hints_error(ROLL, "a row has another layout");
    let (_, rest) = leaf.split_first_chunk::<4>().ok_or_else(malformed)?;
    let (credential, region) = rest.split_first_chunk::<32>().ok_or_else(malformed)?;
    let region = u16::from_be_bytes(region.try_into().map_err(|_| malformed())?);
    Ok(ProvenRow { index: row, credential: PointBytes(*credential), region, path })
}

/// Where the row's replacement and last ballot stand.
fn places(folder: &Path, row: u32) -> Result<[u64; 2], PlainError> {
    let path = heads_path(u64::from(row) / TILE_WIDTH);
    let file = hint(folder, &path)?.unwrap_or_default();
    let (records, _) = file.as_chunks::<HEADS_RECORD>();
    let place = usize::try_from(u64::from(row) % TILE_WIDTH).unwrap_or(usize::MAX);
    let record = records.get(place).ok_or_else(|| hints_error(&path, "is too short"))?;
    let (places, _) = record.as_chunks::<8>();
    let at = |number: usize| places.get(number).map_or(NONE, |place| u64::from_be_bytes(*place));
    Ok([at(0), at(1)])
}

fn proven(log: &mut Reader<Folder>, index: u64) -> Result<Option<ProvenEntry>, PlainError> {
    if index == NONE {
        return Ok(None);
    }
    let bytes = log.entry(index)?;
    let path = log.inclusion_proof(index)?.into_iter().map(|hash| hash.0).collect();
    Ok(Some(ProvenEntry { index, path, bytes }))
}
