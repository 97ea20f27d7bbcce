//! The elections that a server runs: each a folder, a board, and a writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, RwLock};

use ed25519_dalek::SigningKey;
use plebiscite_election::entry::{ElectionId, Entry, MessageKind};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use crate::board::{Board, BoardError};
use crate::config::Limits;
use crate::error::Problem;
use crate::sequencer::{Placed, Sequencer, Submission, queue_problem};
use crate::store::{Entries, Storage, Store, StoreError, write_durably};

/// Symbols of an election's id in addresses.
pub const PREFIX: usize = 16;

/// One running election.
#[derive(Debug)]
pub struct Running {
    /// Its id.
    pub id: ElectionId,
    /// What requests read.
    pub board: Arc<RwLock<Board>>,
    /// Durable entries.
    pub entries: Entries,
    queue: SyncSender<Submission>,
}

/// All running elections, by the first 16 hex of their ids.
#[derive(Debug)]
pub struct Elections {
    folder: PathBuf,
    key: SigningKey,
    limits: Limits,
    running: RwLock<BTreeMap<String, Arc<Running>>>,
    failed: mpsc::UnboundedSender<String>,
}

/// Why an election cannot be run.
#[derive(Debug, Error)]
pub enum ElectionError {
    /// The store failed.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The board cannot be opened.
    #[error("election {id}: {error}")]
    Board {
        /// Which election.
        id: String,
        /// Why.
        error: BoardError,
    },
    /// A folder that is no election's.
    #[error("{path} does not hold an election")]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// Another election has the same first 16 hex.
    #[error("another election has the same first 16 hexadecimal digits")]
    PrefixTaken,
    /// The entries are not a manifest that names this board's key.
    #[error("{0}")]
    Manifest(String),
}

impl Elections {
    /// Opens every election in the data folder. What fails a writer later is said on `failed`.
    ///
    /// # Errors
    /// [`ElectionError`]: one board that cannot be trusted keeps the server from starting.
    pub fn open(
        data: &Path,
        key: SigningKey,
        limits: Limits,
        failed: mpsc::UnboundedSender<String>,
    ) -> Result<Self, ElectionError> {
        let folder = data.join("elections");
        let io = |error| StoreError::Io { path: folder.clone(), error };
        std::fs::create_dir_all(&folder).map_err(io)?;
        let elections =
            Self { folder: folder.clone(), key, limits, running: RwLock::new(BTreeMap::new()), failed };
        for entry in std::fs::read_dir(&folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let id = std::fs::read_to_string(path.join("id")).ok();
            let mut bytes = [0; 32];
            let whole = id.is_some_and(|id| hex::decode_to_slice(id.trim_end(), &mut bytes).is_ok());
            if !whole {
                return Err(ElectionError::Folder { path });
            }
            elections.start(ElectionId(bytes), &path)?;
        }
        Ok(elections)
    }

    /// The election with these 16 hex.
    #[must_use]
    pub fn get(&self, prefix: &str) -> Option<Arc<Running>> {
        self.running.read().ok()?.get(prefix).cloned()
    }

    /// All running elections.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Running>> {
        self.running.read().map(|running| running.values().cloned().collect()).unwrap_or_default()
    }

    /// Adds an election from its manifest's entries, which must be judged good as a whole. Blocks on the store.
    ///
    /// # Errors
    /// [`ElectionError`]; an election that stands already is given back as it is.
    pub fn add(&self, entries: &[Vec<u8>]) -> Result<ElectionId, ElectionError> {
        let refused = |why: String| ElectionError::Manifest(why);
        let id = claimed_id(entries).ok_or_else(|| refused("these entries are no manifest".to_owned()))?;
        let prefix = prefix_of(id);
        if let Some(standing) = self.get(&prefix) {
            return if standing.id == id { Ok(id) } else { Err(ElectionError::PrefixTaken) };
        }
        let mut board = Board::new(id).map_err(|error| ElectionError::Board { id: prefix.clone(), error })?;
        for entry in entries {
            board.apply(entry).map_err(|refusal| refused(refusal.to_string()))?;
        }
        if board.record.election() != Some(id) {
            return Err(refused("the manifest is not complete".to_owned()));
        }
        if board.record.board_key() != Some(&self.key.verifying_key()) {
            return Err(refused("the manifest names another board's key".to_owned()));
        }
        let path = self.folder.join(&prefix);
        std::fs::create_dir_all(&path).map_err(|error| StoreError::Io { path: path.clone(), error })?;
        {
            let mut store = Store::open(&path)?;
            let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
            store.append(0, &borrowed)?;
            let signed = board.sign(&self.key).map_err(|error| refused(error.to_string()))?;
            store.record_checkpoint(signed.note())?;
        }
        // The id file is last: a folder without it is the left-over of a start that failed.
        write_durably(&path.join("id"), id.to_string().as_bytes())?;
        self.start(id, &path)?;
        Ok(id)
    }

    fn start(&self, id: ElectionId, path: &Path) -> Result<(), ElectionError> {
        let prefix = prefix_of(id);
        let store = Store::open(path)?;
        let entries = store.entries();
        let last = store.last_checkpoint()?;
        let board = Board::open(id, &entries, last.as_deref(), &self.key)
            .map_err(|error| ElectionError::Board { id: prefix.clone(), error })?;
        let board = Arc::new(RwLock::new(board));
        let (queue, submissions) = sync_channel(self.limits.queue);
        let limits = &self.limits;
        let mut sequencer = Sequencer::new(
            Arc::clone(&board),
            store,
            entries.clone(),
            self.key.clone(),
            limits.batch,
            limits.ballots_per_minute_per_credential,
        );
        let failed = self.failed.clone();
        let name = prefix.clone();
        let work = move || {
            let ended = sequencer.settle().and_then(|()| sequencer.run(&submissions));
            if let Err(error) = ended {
                // The receiver is the server's main task, which then ends the process.
                let _ = failed.send(format!("election {name}: {error}"));
            }
        };
        let thread = std::thread::Builder::new().name(format!("sequencer {prefix}"));
        thread.spawn(work).map_err(|error| StoreError::Io { path: path.to_owned(), error })?;
        let running = Arc::new(Running { id, board, entries, queue });
        if let Ok(mut all) = self.running.write() {
            all.insert(prefix, running);
        }
        Ok(())
    }
}

impl Running {
    /// Hands a ballot to the writer and waits for its receipt.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn cast(&self, entry: Vec<u8>) -> Result<Vec<u8>, Problem> {
        let (reply, answer) = oneshot::channel();
        self.submit(Submission::Ballot { entry, reply })?;
        answer.await.map_err(|_| Problem::stopping())?
    }

    /// Hands entries to the writer and waits for their places.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn enter(&self, entries: Vec<Vec<u8>>) -> Result<Vec<Placed>, Problem> {
        let (reply, answer) = oneshot::channel();
        self.submit(Submission::Entries { entries, reply })?;
        answer.await.map_err(|_| Problem::stopping())?
    }

    fn submit(&self, submission: Submission) -> Result<(), Problem> {
        self.queue.try_send(submission).map_err(|error| queue_problem(matches!(error, TrySendError::Full(_))))
    }
}

/// The first 16 hex of an id.
#[must_use]
pub fn prefix_of(id: ElectionId) -> String {
    id.to_string().chars().take(PREFIX).collect()
}

/// The id that a manifest's head claims.
fn claimed_id(entries: &[Vec<u8>]) -> Option<ElectionId> {
    match Entry::decode(entries.first()?).ok()? {
        Entry::Head(head) if head.slot.message == MessageKind::Manifest => Some(head.election),
        _ => None,
    }
}
