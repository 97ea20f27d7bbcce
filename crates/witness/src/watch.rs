//! What a witness keeps: its key, the logs it watches, the last checkpoint of each, evidence.
//!
//! `key` (64 hexadecimal digits, for its owner only), `name`, `logs` (one verifier key a line), `state/<hex SHA-256 of the
//! origin>` (`time <seconds>`, then the note), `evidence/…`. State goes by origin, across keys: whoever signs, nothing
//! smaller than before is cosigned.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::cosignature::{WitnessKey, cosign};
use plebiscite_board::evidence::Evidence;
use plebiscite_board::note::{Note, NoteError, NoteKey};
use plebiscite_board::witness::{AddCheckpoint, WitnessError};
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use plebiscite_serving::key::{self, KeyError};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Most files of evidence: who holds a log's key could otherwise fill the disk.
const EVIDENCE_FILES: usize = 1_024;

/// A witness in its folder, which no second process has open.
#[derive(Debug)]
pub struct Witness {
    folder: PathBuf,
    own: WitnessKey,
    key: SigningKey,
    /// One request at a time: the state is read, checked and made durable as one step.
    one: Mutex<()>,
    /// Held as long as this witness lives.
    _lock: File,
}

/// The last checkpoint cosigned for an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// When, seconds since 1970.
    pub time: u64,
    /// What.
    pub checkpoint: Checkpoint,
    note: Vec<u8>,
}

/// Why a witness does not do what it is asked.
#[derive(Debug, Error)]
pub enum WatchError {
    /// The protocol's refusal.
    #[error("{0}")]
    Refused(#[from] WitnessError),
    /// A file.
    #[error("{0}")]
    File(#[from] FileError),
    /// The key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// A name or a verifier key that is none.
    #[error("{0}")]
    Note(#[from] NoteError),
    /// A file of the folder is not what this program wrote. Nothing is cosigned on it.
    #[error("{path} is damaged: put back what was there; nothing is cosigned for its log until then")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Another process has the folder.
    #[error("{path} is in use by another witness")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The log is watched already under another key.
    #[error("{origin} is watched already under another key: say --successor if its key was succeeded")]
    OtherKey {
        /// The log.
        origin: String,
    },
    /// There is a witness in the folder already.
    #[error("{path} holds a witness already")]
    There {
        /// The folder.
        path: PathBuf,
    },
}

impl Witness {
    /// Makes a witness with a new key in a folder, and gives back its verifier key.
    ///
    /// # Errors
    /// [`WatchError`]; a key that is there is never replaced.
    pub fn create(folder: &Path, name: &str) -> Result<String, WatchError> {
        make_folder(folder)?;
        if folder.join("key").exists() {
            return Err(WatchError::There { path: folder.to_owned() });
        }
        // The name is judged before anything is written.
        let probe = SigningKey::from_bytes(&[1; 32]).verifying_key();
        WitnessKey::new(name, probe)?;
        let made = key::create(&folder.join("key"))?;
        write_durably(&folder.join("name"), name.as_bytes())?;
        Ok(WitnessKey::new(name, made.verifying_key())?.vkey())
    }

    /// Opens the folder of a witness for itself alone.
    ///
    /// # Errors
    /// [`WatchError`].
    pub fn open(folder: &Path) -> Result<Self, WatchError> {
        let key = key::load(&folder.join("key"))?;
        let name_file = folder.join("name");
        let name = read_if_there(&name_file)?.and_then(|name| String::from_utf8(name).ok());
        let name = name.ok_or(WatchError::Damaged { path: name_file })?;
        let own = WitnessKey::new(&name, key.verifying_key())?;
        make_folder(&folder.join("state"))?;
        make_folder(&folder.join("evidence"))?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(|error| FileError::of(&path, error))?;
        lock.try_lock().map_err(|_| WatchError::InUse { path: folder.to_owned() })?;
        let witness = Self { folder: folder.to_owned(), own, key, one: Mutex::new(()), _lock: lock };
        witness.logs()?;
        Ok(witness)
    }

    /// Its own key.
    #[must_use]
    pub const fn own(&self) -> &WitnessKey {
        &self.own
    }

    /// The keys of the logs that are watched.
    ///
    /// # Errors
    /// [`WatchError::Damaged`].
    pub fn logs(&self) -> Result<Vec<NoteKey>, WatchError> {
        let path = self.folder.join("logs");
        let text = read_if_there(&path)?.unwrap_or_default();
        let damaged = || WatchError::Damaged { path: path.clone() };
        let text = String::from_utf8(text).map_err(|_| damaged())?;
        text.lines().map(|vkey| NoteKey::parse(vkey).map_err(|_| damaged())).collect()
    }

    /// Watches a log. A key beside those that its origin has already takes `successor`.
    ///
    /// # Errors
    /// [`WatchError`].
    pub fn add_log(&self, vkey: &str, successor: bool) -> Result<(), WatchError> {
        let _one = self.one.lock().unwrap_or_else(PoisonError::into_inner);
        let added = NoteKey::parse(vkey)?;
        let mut logs = self.logs()?;
        if logs.contains(&added) {
            return Ok(());
        }
        if !successor && logs.iter().any(|log| log.name() == added.name()) {
            return Err(WatchError::OtherKey { origin: added.name().to_owned() });
        }
        logs.push(added);
        let text: String = logs.iter().map(|log| log.vkey() + "\n").collect();
        Ok(write_durably(&self.folder.join("logs"), text.as_bytes())?)
    }

    /// The last checkpoint that was cosigned for an origin; none if there is none yet.
    ///
    /// # Errors
    /// [`WatchError::Damaged`]: a state that cannot be read is not taken for none.
    pub fn last(&self, origin: &str) -> Result<Option<Last>, WatchError> {
        let path = self.state(origin);
        let Some(bytes) = read_if_there(&path)? else { return Ok(None) };
        let damaged = || WatchError::Damaged { path: path.clone() };
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(damaged)?;
        let (line, note) = bytes.split_at_checked(end + 1).ok_or_else(damaged)?;
        let time = std::str::from_utf8(line).ok().and_then(|line| line.trim_end().strip_prefix("time "));
        let time = time.and_then(|time| time.parse().ok()).ok_or_else(damaged)?;
        let text = Note::parse(note).map_err(|_| damaged())?.text;
        let checkpoint = Checkpoint::parse(&text).map_err(|_| damaged())?;
        // The file is found by its origin's digest; one that was copied over from another log is not this one's.
        if checkpoint.origin != origin {
            return Err(damaged());
        }
        Ok(Some(Last { time, checkpoint, note: note.to_vec() }))
    }

    /// Judges a request and cosigns: the signature line is made only once the checkpoint is durable. `now` is the clock,
    /// seconds since 1970; a clock that was set back gives the time before again.
    ///
    /// # Errors
    /// [`WatchError`]; then nothing was cosigned, and a fork left its evidence.
    pub fn add_checkpoint(&self, body: &[u8], now: u64) -> Result<String, WatchError> {
        let request = AddCheckpoint::parse(body)?;
        let origin = request.origin()?;
        let _one = self.one.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<NoteKey> = self.logs()?.into_iter().filter(|log| log.name() == origin).collect();
        let last = if keys.is_empty() { None } else { self.last(&origin)? };
        let signed = match request.judge(&keys, last.as_ref().map(|last| &last.checkpoint)) {
            Ok(signed) => signed,
            Err(error) => {
                if let (Some(last), WitnessError::Fork | WitnessError::Proof(_)) = (&last, &error) {
                    self.keep_evidence(&last.note, &request.note)?;
                }
                return Err(error.into());
            }
        };
        let time = last.map_or(now, |last| last.time.max(now));
        let kept = [format!("time {time}\n").as_bytes(), signed.note()].concat();
        write_durably(&self.state(&origin), &kept)?;
        Ok(cosign(&signed.checkpoint().text(), self.own.name(), time, &self.key)?)
    }

    /// Two heads that are signed: of one size they prove a fork by themselves, otherwise with the logs.
    fn keep_evidence(&self, last: &[u8], new: &[u8]) -> Result<(), WatchError> {
        let evidence =
            Evidence { notes: [last.to_vec(), new.to_vec()], prefix: None, authority: None }.encode();
        let folder = self.folder.join("evidence");
        let path = folder.join(hex::encode(Sha256::digest(&evidence)));
        let count = std::fs::read_dir(&folder).map_err(|error| FileError::of(&folder, error))?.count();
        if path.exists() || count >= EVIDENCE_FILES {
            return Ok(());
        }
        Ok(write_durably(&path, &evidence)?)
    }

    fn state(&self, origin: &str) -> PathBuf {
        self.folder.join("state").join(hex::encode(Sha256::digest(origin)))
    }
}
