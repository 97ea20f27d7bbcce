//! What a witness keeps: its key, the logs it watches, the last checkpoint of each, evidence.
//!
//! `key` (64 hexadecimal digits, for its owner only), `second-key` (likewise, where it signs by ML-DSA-44 as well), `name`, `logs` (one verifier key a line), `state/<hex SHA-256 of the
//! origin>`, `evidence/<hex SHA-256 of both heads>`. State goes by origin, across keys: whoever signs, nothing smaller than
//! before is cosigned.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ed25519_dalek::SigningKey;
use plebiscite_board::cosignature::{WitnessKey, cosign};
use plebiscite_board::note::{NoteError, NoteKey};
use plebiscite_board::second::SecondSigner;
use plebiscite_board::witness::{AddCheckpoint, WitnessError};
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use plebiscite_serving::key::{self, KeyError};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::evidence::{Kept, Kind, own_lines};
use crate::state::{self, Last};

/// The file of the ML-DSA-44 key.
const SECOND_KEY: &str = "second-key";

/// A witness in its folder, which no second process has open.
#[derive(Debug)]
pub struct Witness {
    folder: PathBuf,
    own: WitnessKey,
    key: SigningKey,
    second: Option<SecondSigner>,
    /// One request at a time: the state is read, checked and made durable as one step.
    one: Mutex<Kept>,
    /// Held as long as this witness lives.
    _lock: File,
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
    #[error(
        "{path} is damaged or missing: put back what was there; nothing is cosigned for its log until then"
    )]
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
    /// There is a witness in the folder already, or a second key.
    #[error("{path} is there already")]
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
        // The name first: without a key beside it, this can be begun again.
        write_durably(&folder.join("name"), name.as_bytes())?;
        let made = key::create(&folder.join("key"))?;
        Ok(WitnessKey::new(name, made.verifying_key())?.vkey())
    }

    /// Makes a witness's ML-DSA-44 key (§11.15) beside the one that it has, and gives back its verifier key.
    ///
    /// # Errors
    /// [`WatchError`]; a key that is there is never replaced.
    pub fn create_second(folder: &Path) -> Result<String, WatchError> {
        let witness = Self::open(folder)?;
        let path = folder.join(SECOND_KEY);
        if path.exists() {
            return Err(WatchError::There { path });
        }
        let seed = key::create_secret(&path)?;
        Ok(SecondSigner::new(witness.own.name(), &seed)?.own().vkey())
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
        let second = folder.join(SECOND_KEY);
        let second = match second.exists() {
            true => Some(SecondSigner::new(&name, &*key::load_secret(&second)?)?),
            false => None,
        };
        make_folder(&folder.join("state"))?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(|error| FileError::of(&path, error))?;
        lock.try_lock().map_err(|_| WatchError::InUse { path: folder.to_owned() })?;
        let one = Mutex::new(Kept::open(&folder.join("evidence"))?);
        let witness = Self { folder: folder.to_owned(), own, key, second, one, _lock: lock };
        witness.logs()?;
        Ok(witness)
    }

    /// Its own key.
    #[must_use]
    pub const fn own(&self) -> &WitnessKey {
        &self.own
    }

    /// Its ML-DSA-44 key, if it has one.
    #[must_use]
    pub const fn second(&self) -> Option<&SecondSigner> {
        self.second.as_ref()
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
        let _one = self.one();
        let added = NoteKey::parse(vkey)?;
        let mut logs = self.logs()?;
        if logs.contains(&added) {
            return Ok(());
        }
        let known = logs.iter().any(|log| log.name() == added.name());
        if known && !successor {
            return Err(WatchError::OtherKey { origin: added.name().to_owned() });
        }
        // The state begins here and nowhere else: of a log that is watched, a missing one is lost, and not none.
        let state = self.state(added.name());
        if !known && read_if_there(&state)?.is_none() {
            write_durably(&state, &state::encode(None))?;
        }
        logs.push(added);
        let text: String = logs.iter().map(|log| log.vkey() + "\n").collect();
        Ok(write_durably(&self.folder.join("logs"), text.as_bytes())?)
    }

    /// The last checkpoint that was cosigned for a log that is watched; none if there is none yet.
    ///
    /// # Errors
    /// [`WatchError::Damaged`]: a state that cannot be read, or is not there, is not taken for none.
    pub fn last(&self, origin: &str) -> Result<Option<Last>, WatchError> {
        let path = self.state(origin);
        let last = read_if_there(&path)?.and_then(|bytes| state::decode(&bytes, origin));
        last.ok_or(WatchError::Damaged { path })
    }

    /// How many pairs of heads of one kind are kept as evidence of a log.
    #[must_use]
    pub fn kept(&self, origin: &str, kind: Kind) -> usize {
        self.one().count(origin, kind)
    }

    /// Judges a request and cosigns: the signature line is made only once the checkpoint is durable. `now` is the clock,
    /// seconds since 1970. With a clock that was set back the time before is given again: a refusal would stop a log for
    /// as long as its witness's clock had been ahead, and a repeated time claims no more than was claimed already.
    ///
    /// # Errors
    /// [`WatchError`]; then nothing was cosigned, and a fork left its evidence.
    pub fn add_checkpoint(&self, body: &[u8], now: u64) -> Result<String, WatchError> {
        let request = AddCheckpoint::parse(body)?;
        let origin = request.origin()?;
        let mut kept = self.one();
        let keys: Vec<NoteKey> = self.logs()?.into_iter().filter(|log| log.name() == origin).collect();
        let last = if keys.is_empty() { None } else { self.last(&origin)? };
        let signed = match request.judge(&keys, last.as_ref().map(|last| &last.checkpoint)) {
            Ok(signed) => signed,
            Err(error) => {
                if let (Some(last), WitnessError::Fork | WitnessError::Proof(_)) = (&last, &error) {
                    remember(kept.keep(last, &request.note, &keys), &origin);
                }
                return Err(error.into());
            }
        };
        let time = last.as_ref().map_or(now, |last| last.time.max(now));
        let note = own_lines(signed.note(), &keys);
        let next = Last { time, checkpoint: signed.checkpoint().clone(), note };
        // The same in the same second is durable already: repeating it costs nobody's disk anything.
        if last.as_ref() != Some(&next) {
            write_durably(&self.state(&origin), &state::encode(Some(&next)))?;
        }
        let text = next.checkpoint.text();
        Ok(cosign(&text, self.own.name(), time, &self.key)? + &self.second_line(&text, time))
    }

    /// The line of the second key; nothing without one, or where it cannot sign: the first line stands without it.
    fn second_line(&self, text: &str, time: u64) -> String {
        match self.second.as_ref().map(|second| second.cosign(text, time)) {
            Some(Ok(line)) => line,
            Some(Err(error)) => {
                tracing::warn!("no second signature: {error}");
                String::new()
            }
            None => String::new(),
        }
    }

    fn one(&self) -> MutexGuard<'_, Kept> {
        // What is guarded is on disk, whole, whoever panicked.
        self.one.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self, origin: &str) -> PathBuf {
        self.folder.join("state").join(hex::encode(Sha256::digest(origin)))
    }
}

/// Tells the operator of new evidence. The request is refused whether or not it could be kept.
fn remember(kept: Result<Option<Kind>, FileError>, origin: &str) {
    match kept {
        Ok(Some(Kind::Fork)) => tracing::error!(origin, "the log is forked: both heads are kept as evidence"),
        Ok(Some(Kind::Unproven)) => {
            tracing::warn!(origin, "a head was not shown to extend the last one: both are kept");
        }
        Ok(None) => {}
        Err(error) => tracing::error!(origin, "evidence could not be kept: {error}"),
    }
}
