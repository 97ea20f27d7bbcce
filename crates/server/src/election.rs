//! The elections that a server runs: each a folder, a board, and a writer.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use plebiscite_board::cosignature::WitnessKey;
use plebiscite_election::entry::{ElectionId, Entry, MessageKind};
use plebiscite_election::proposal::Proposal;
use plebiscite_election::view::ViewSizes;
use plebiscite_public::board::{Board, claimed};
use plebiscite_public::election::{Published, prefix_of};
use plebiscite_public::verified::Remembered;
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use crate::board::{self, BoardError};
use crate::config::Limits;
use crate::cosigned::{AskError, Asking, Cosigned, unplaced};
use crate::keys::BoardKeys;
use crate::proposals::{Proposals, Shown};
use crate::sequencer::{Placed, Sequencer, Submission, queue_problem};
use crate::store::{Entries, Storage, Store, StoreError};
use plebiscite_serving::problem::Problem;

/// How the folder of an election begins that is not whole yet.
pub(crate) const ADDING: &str = "adding.";

/// What a writer does until it ends.
type Work = Box<dyn FnOnce() + Send>;

/// One running election.
#[derive(Debug)]
pub struct Running {
    /// Its id.
    pub id: ElectionId,
    /// What requests read.
    pub board: Arc<RwLock<Board>>,
    /// Durable entries.
    pub entries: Entries,
    /// Checkpoints that witnesses cosigned.
    pub cosigned: Cosigned,
    /// Acts that collect signatures here.
    pub proposals: Arc<RwLock<Proposals>>,
    /// Bytes of every ballot of the election.
    pub ballot_length: usize,
    queue: SyncSender<Submission>,
}

/// All running elections, by the first 16 hex of their ids.
pub struct Elections {
    folder: PathBuf,
    signed: PathBuf,
    keys: Arc<BoardKeys>,
    /// Witnesses of which the settings say where they are.
    witnesses: Vec<WitnessKey>,
    limits: Limits,
    running: RwLock<BTreeMap<String, Arc<Running>>>,
    failed: mpsc::UnboundedSender<String>,
    /// Writers that have not begun: nothing is signed before the witnesses were asked.
    waiting: Mutex<Option<Vec<(String, Work)>>>,
    /// Keeps a second server from signing into the same folder, whatever data it holds.
    _lock: File,
    /// One addition at a time: two of one manifest would open its store twice.
    adding: Mutex<()>,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

/// Why an election cannot be run.
#[derive(Debug, Error)]
pub enum ElectionError {
    /// The store failed.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The board cannot be opened.
    #[error("election {id}: {error}; {}", restore(id))]
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
    /// A checkpoint was signed, but the election's folder is gone.
    #[error("election {prefix}: a checkpoint was signed, but there is no store; {}", restore(prefix))]
    StoreGone {
        /// The first 16 hex of its id.
        prefix: String,
    },
    /// More witnesses than may be faulty have cosigned what this store does not hold.
    #[error(
        "election {prefix}: {why}; this store is older than what was signed, or another server signs for this board; {}",
        restore(prefix)
    )]
    Behind {
        /// The first 16 hex of its id.
        prefix: String,
        /// What the witnesses said.
        why: String,
    },
    /// Another server signs into this folder.
    #[error("another server holds {path}: two must never sign for one board")]
    Held {
        /// The folder of signed checkpoints.
        path: PathBuf,
    },
    /// A thread that was adding an election has failed.
    #[error("a thread that was adding an election has failed")]
    Poisoned,
    /// Another election has the same first 16 hex.
    #[error("another election has the same first 16 hexadecimal digits")]
    PrefixTaken,
    /// The entries are not a manifest that names this board's key.
    #[error("{0}")]
    Manifest(String),
}

impl std::fmt::Debug for Elections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Elections").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Elections {
    /// Opens every election in the data folder. What fails a writer later is said on `failed`.
    ///
    /// # Errors
    /// [`ElectionError`]: one board that cannot be trusted keeps the server from starting.
    pub fn open(
        data: &Path,
        signed: &Path,
        keys: BoardKeys,
        witnesses: Vec<WitnessKey>,
        limits: Limits,
        failed: mpsc::UnboundedSender<String>,
    ) -> Result<Self, ElectionError> {
        let folder = data.join("elections");
        let io = |error| StoreError::File(FileError { path: folder.clone(), error });
        std::fs::create_dir_all(&folder).map_err(io)?;
        make_folder(signed).map_err(StoreError::from)?;
        let elections = Self {
            _lock: lock(signed)?,
            waiting: Mutex::new(Some(Vec::new())),
            folder: folder.clone(),
            signed: signed.to_owned(),
            keys: Arc::new(keys),
            witnesses,
            limits,
            running: RwLock::new(BTreeMap::new()),
            failed,
            adding: Mutex::new(()),
            writers: Mutex::new(Vec::new()),
        };
        for entry in std::fs::read_dir(&folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            // Left by an addition that a crash cut off: nobody was ever told of it, and the same manifest may come again.
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(ADDING)) {
                std::fs::remove_dir_all(&path)
                    .map_err(|error| StoreError::File(FileError { path, error }))?;
                continue;
            }
            let id = std::fs::read_to_string(path.join("id")).ok();
            let mut bytes = [0; 32];
            let whole = id.is_some_and(|id| hex::decode_to_slice(id.trim_end(), &mut bytes).is_ok());
            if !whole {
                return Err(ElectionError::Folder { path });
            }
            elections.start(ElectionId(bytes), &path)?;
        }
        elections.none_gone()?;
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
        let _one = self.adding.lock().map_err(|_| ElectionError::Poisoned)?;
        if let Some(standing) = self.get(&prefix) {
            return if standing.id == id { Ok(id) } else { Err(ElectionError::PrefixTaken) };
        }
        let mut board = Board::new(id)
            .map_err(|error| ElectionError::Board { id: prefix.clone(), error: error.into() })?;
        for entry in entries {
            board.apply(entry).map_err(|refusal| refused(refusal.to_string()))?;
        }
        if board.record.election() != Some(id) {
            return Err(refused("the manifest is not complete".to_owned()));
        }
        let named =
            board.record.board_key().ok_or_else(|| refused("the manifest names no key".to_owned()))?;
        let key = self.keys.holding(named).ok_or_else(|| {
            refused(format!(
                "the manifest names the board key {}; this server holds {}",
                hex::encode(named.as_bytes()),
                self.keys.public().join(" and ")
            ))
        })?;
        let path = self.folder.join(&prefix);
        let draft = self.folder.join(format!("{ADDING}{prefix}"));
        if draft.exists() {
            std::fs::remove_dir_all(&draft)
                .map_err(|error| StoreError::File(FileError { path: draft.clone(), error }))?;
        }
        let signed_file = signed_file(&self.signed, &prefix);
        {
            let mut store = Store::open(&draft, &draft.join("checkpoint"))?;
            let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
            store.append(0, &borrowed)?;
            let signed = board.sign(&key).map_err(|error| refused(error.to_string()))?;
            store.record_checkpoint(signed.note())?;
        }
        finish(id, &draft, &path, &signed_file)?;
        self.start(id, &path)?;
        Ok(id)
    }

    /// What the operator should know of an election that was added.
    #[must_use]
    pub fn warnings(&self, id: ElectionId) -> Vec<String> {
        let running = self.get(&prefix_of(id));
        running.and_then(|running| unplaced(&running, &self.witnesses)).into_iter().collect()
    }

    /// Every checkpoint that was signed still has its election.
    fn none_gone(&self) -> Result<(), ElectionError> {
        let io = |error| StoreError::File(FileError { path: self.signed.clone(), error });
        for file in std::fs::read_dir(&self.signed).map_err(io)? {
            let name = file.map_err(io)?.file_name();
            let name = name.to_string_lossy();
            if let Some(prefix) = name.strip_suffix(".checkpoint").filter(|prefix| self.get(prefix).is_none())
            {
                return Err(ElectionError::StoreGone { prefix: prefix.to_owned() });
            }
        }
        Ok(())
    }

    /// Asks the witnesses of every election before anything is signed: a store that is older than what more of them
    /// cosigned than may be faulty is one that was put back, or the other of two. Witnesses that do not answer decide
    /// nothing.
    ///
    /// # Errors
    /// [`ElectionError::Behind`].
    pub fn ask_witnesses(&self, asking: &mut Asking, stop: &AtomicBool) -> Result<(), ElectionError> {
        for running in self.all() {
            if let Some(sentence) = unplaced(&running, &self.witnesses) {
                tracing::warn!(election = %prefix_of(running.id), "{sentence}");
            }
            let errors = asking.ask(&running, stop);
            let against = errors.iter().filter(|error| !matches!(error, AskError::Unanswered { .. }));
            let against: Vec<String> = against.map(ToString::to_string).collect();
            let board = running.board.read().map_err(|_| ElectionError::Poisoned)?;
            let faulty = board.record.manifest().map_or(0, |manifest| manifest.faulty_witnesses());
            if against.len() > faulty {
                return Err(ElectionError::Behind { prefix: prefix_of(running.id), why: against.join("; ") });
            }
            errors.iter().for_each(|error| tracing::warn!(election = %prefix_of(running.id), "{error}"));
        }
        Ok(())
    }

    /// Lets the writers begin: what a crash left unsigned is signed now, and then ballots are taken. Called once, after
    /// the witnesses were asked.
    ///
    /// # Errors
    /// [`ElectionError`]: a thread cannot be had.
    pub fn begin(&self) -> Result<(), ElectionError> {
        let waiting = self.waiting.lock().map_err(|_| ElectionError::Poisoned)?.take();
        waiting.into_iter().flatten().try_for_each(|(prefix, work)| self.spawn(&prefix, work))
    }

    fn spawn(&self, prefix: &str, work: Work) -> Result<(), ElectionError> {
        let thread = std::thread::Builder::new().name(format!("sequencer {prefix}"));
        let writer = thread
            .spawn(work)
            .map_err(|error| StoreError::File(FileError { path: self.folder.join(prefix), error }))?;
        if let Ok(mut writers) = self.writers.lock() {
            writers.push(writer);
        }
        Ok(())
    }

    /// Ends all writers: what they have taken they finish and answer, then their stores are closed. Blocks until the last
    /// request that holds an election has ended.
    pub fn stop(&self) {
        if let Ok(mut running) = self.running.write() {
            running.clear();
        }
        if let Ok(mut waiting) = self.waiting.lock() {
            *waiting = None;
        }
        let writers =
            self.writers.lock().map(|mut writers| std::mem::take(&mut *writers)).unwrap_or_default();
        for writer in writers {
            // A writer that failed has said so already.
            let _ = writer.join();
        }
    }

    fn start(&self, id: ElectionId, path: &Path) -> Result<(), ElectionError> {
        let prefix = prefix_of(id);
        let store = Store::open(path, &signed_file(&self.signed, &prefix))?;
        let cosigned = Cosigned::open(path).map_err(StoreError::from)?;
        let entries = store.entries();
        let last = last_signed(&store, path)?;
        let failed = |error| ElectionError::Board { id: prefix.clone(), error };
        let last = last.ok_or_else(|| failed(BoardError::CheckpointGone))?;
        let mut kept = Remembered::in_folder(path, "");
        let known =
            kept.read(|error| tracing::warn!(election = %prefix, "{error}: the roll is verified again"));
        let known = known.unwrap_or_else(|error| {
            tracing::warn!(election = %prefix, "{error}: all is verified again");
            None
        });
        let (mut board, believed) = board::open(id, &entries, Some(&last), known).map_err(failed)?;
        if !believed {
            kept.forget();
        }
        // Everything that stands is verified now.
        if let Err(error) = kept.keep(&mut board, |index| board::again(&entries, index)) {
            tracing::warn!(election = %prefix, "{error}: the next start verifies more again");
        }
        let lacks = board.record.board_key().filter(|key| self.keys.holding(key).is_none());
        if let Some(key) = lacks {
            tracing::warn!(
                election = %prefix,
                "the board's key in force is {}, and this server holds {}: the election is shown, and nothing is taken but a \
                 successor of that key that is held",
                hex::encode(key.as_bytes()),
                self.keys.public().join(" and ")
            );
        }
        let proposals = Arc::new(RwLock::new(Proposals::of(store.proposals()?)));
        // The manifest stands from the first start on.
        let ballot_length = board.record.manifest().map_or(0, |manifest| ViewSizes::of(manifest).ballot);
        let board = Arc::new(RwLock::new(board));
        let (queue, submissions) = sync_channel(self.limits.queue);
        let limits = &self.limits;
        let mut sequencer = Sequencer::new(
            Arc::clone(&board),
            store,
            entries.clone(),
            Arc::clone(&self.keys),
            limits.batch,
            limits.ballots_per_minute_per_credential,
        )
        .keeping(kept)
        .with_proposals(Arc::clone(&proposals));
        let failed = self.failed.clone();
        let name = prefix.clone();
        let work = move || {
            // A panic here must end the process like any other failure of a writer, not leave a server that takes nothing.
            let ended = catch_unwind(AssertUnwindSafe(|| {
                sequencer
                    .settle()
                    .and_then(|()| sequencer.run(&submissions))
                    .map_err(|error| error.to_string())
            }));
            if let Err(error) = ended.unwrap_or_else(|_| Err("the writer failed".to_owned())) {
                // The receiver is the server's main task, which then ends the process.
                let _ = failed.send(format!("election {name}: {error}"));
            }
        };
        match &mut *self.waiting.lock().map_err(|_| ElectionError::Poisoned)? {
            Some(waiting) => waiting.push((prefix.clone(), Box::new(work))),
            None => self.spawn(&prefix, Box::new(work))?,
        }
        let running = Arc::new(Running { id, board, entries, cosigned, ballot_length, proposals, queue });
        if let Ok(mut all) = self.running.write() {
            all.insert(prefix, running);
        }
        Ok(())
    }
}

/// How to restore an election from a mirror, as commands.
fn restore(prefix: &str) -> String {
    format!(
        "restore it from a mirror, with this server stopped: `plebiscite-mirror pull MIRROR/e/{prefix}/ restored`, MIRROR \
         being its address (http://…), then `plebiscite-server import restored --replace` with this server's own --config \
         or --data"
    )
}

/// The lock of a folder of signed checkpoints, held as long as the file is open.
pub(crate) fn lock(signed: &Path) -> Result<File, ElectionError> {
    let path = signed.join("lock");
    let failed = |error| StoreError::File(FileError { path: path.clone(), error });
    let lock = File::create(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(ElectionError::Held { path: signed.to_owned() }),
        Err(TryLockError::Error(error)) => Err(failed(error).into()),
    }
}

/// Puts a whole draft of an election in its place. The checkpoint is there before the folder has its name, so that there
/// is no start that finds entries without what was signed over them.
pub(crate) fn finish(
    id: ElectionId,
    draft: &Path,
    place: &Path,
    signed_file: &Path,
) -> Result<(), StoreError> {
    write_durably(&draft.join("id"), id.to_string().as_bytes())?;
    let failed = |error| StoreError::File(FileError { path: place.to_owned(), error });
    std::fs::rename(draft, place).map_err(failed)?;
    let folder = place.parent().unwrap_or_else(|| Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    if let Some(first) = read_if_there(&place.join("checkpoint"))?.filter(|_| !signed_file.exists()) {
        write_durably(signed_file, &first)?;
    }
    // Left there it would stand in for the other one if that is ever lost.
    let first = place.join("checkpoint");
    std::fs::remove_file(&first).map_err(|error| StoreError::File(FileError { path: first, error }))
}

/// The last signed checkpoint. An election whose addition was cut off just before its end still has the first one in
/// its own folder.
pub(crate) fn last_signed(store: &Store, path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match store.last_checkpoint()? {
        Some(note) => Ok(Some(note)),
        None => {
            let first = read_if_there(&path.join("checkpoint"))?;
            // Only the manifest can stand by then; with anything more the checkpoint was there and is gone.
            let size = first.as_deref().and_then(claimed).map_or(0, |checkpoint| checkpoint.size);
            Ok(first.filter(|_| matches!(store.entries().get(size), Ok(None))))
        }
    }
}

/// The file of the last signed checkpoint of an election.
#[must_use]
pub fn signed_file(folder: &Path, prefix: &str) -> PathBuf {
    folder.join(format!("{prefix}.checkpoint"))
}

impl Published for Running {
    fn id(&self) -> ElectionId {
        self.id
    }

    fn board(&self) -> &RwLock<Board> {
        &self.board
    }

    fn entries(&self) -> &dyn plebiscite_public::election::Entries {
        &self.entries
    }

    fn cosigned(&self, name: &str) -> Option<Vec<u8>> {
        self.cosigned.get(name)
    }
}

impl plebiscite_public::election::Elections for Elections {
    fn get(&self, prefix: &str) -> Option<Arc<dyn Published>> {
        Self::get(self, prefix).map(|running| -> Arc<dyn Published> { running })
    }

    fn all(&self) -> Vec<Arc<dyn Published>> {
        Self::all(self).into_iter().map(|running| -> Arc<dyn Published> { running }).collect()
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

    /// Hands a proposal, whose signatures and content were checked, to the writer and waits until it is kept.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn propose(&self, proposal: Proposal) -> Result<Shown, Problem> {
        let (reply, answer) = oneshot::channel();
        self.submit(Submission::Proposal { proposal: Box::new(proposal), reply })?;
        answer.await.map_err(|_| Problem::stopping())?
    }

    fn submit(&self, submission: Submission) -> Result<(), Problem> {
        self.queue.try_send(submission).map_err(|error| queue_problem(matches!(error, TrySendError::Full(_))))
    }
}

/// The id that a manifest's head claims.
fn claimed_id(entries: &[Vec<u8>]) -> Option<ElectionId> {
    match Entry::decode(entries.first()?).ok()? {
        Entry::Head(head) if head.slot.message == MessageKind::Manifest => Some(head.election),
        _ => None,
    }
}
