//! The witnesses of an election: asked for cosignatures at a fixed interval, never while anyone waits for a receipt.
//!
//! What they answer is kept beside the log in three files: the last cosigned checkpoint without the close, the first ones
//! with it, and the newest that their quorum cosigned (until there is one, the newest). A witness that does not answer delays nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::merkle::Hash;
use plebiscite_board::note::{Note, parse_lines};
use plebiscite_board::policy::Policy;
use plebiscite_board::witness::AddCheckpoint;
use plebiscite_public::board::claimed;
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use thiserror::Error;

use crate::election::Running;

/// Names of the files.
pub const NAMES: [&str; 3] = ["open", "close", "latest"];
/// Longest answer of a witness that is read.
const ANSWER_LIMIT: u64 = 64 * 1024;
/// Longest wait for a witness.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often to look whether to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Cosigned checkpoints of one election.
#[derive(Debug, Default)]
pub struct Cosigned {
    folder: PathBuf,
    notes: RwLock<BTreeMap<&'static str, Vec<u8>>>,
}

/// A witness as the operator names it: its key, and where it takes checkpoints.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its key.
    pub key: WitnessKey,
    /// The submission prefix, without last slash.
    pub url: String,
}

/// What became of one request to one witness.
#[derive(Debug, Error)]
pub enum AskError {
    /// It was not reached, or answered with something that is none of its answers.
    #[error("witness {name}: {reason}")]
    Unanswered {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// It has cosigned more entries than this board holds: this store is older than what was signed.
    #[error("witness {name} has cosigned {size} entries, more than the {held} that are here")]
    Ahead {
        /// Its name.
        name: String,
        /// What it has cosigned.
        size: u64,
        /// Entries here.
        held: u64,
    },
    /// It refuses because what is here does not extend what it cosigned.
    #[error("witness {name} refuses this log: it does not extend what it cosigned before")]
    Forked {
        /// Its name.
        name: String,
    },
}

impl Cosigned {
    /// Those that were kept in an election's folder.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open(election: &Path) -> Result<Self, FileError> {
        let folder = election.join("cosigned");
        make_folder(&folder)?;
        let mut notes = BTreeMap::new();
        for name in NAMES {
            if let Some(note) = read_if_there(&folder.join(name))? {
                notes.insert(name, note);
            }
        }
        Ok(Self { folder, notes: RwLock::new(notes) })
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.notes.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Keeps a cosigned checkpoint: as the newest, and as the one before or after the close. What one witness has said of a
    /// checkpoint stays when another time only others answer, and a checkpoint that the quorum cosigned gives way to none
    /// that it did not: what was confirmed once is not unsaid because a witness is out of reach.
    fn keep(&self, note: &Note, close: Option<u64>, policy: Option<&Policy>) -> Result<(), FileError> {
        let Some(size) = claimed(&note.encode()).map(|checkpoint| checkpoint.size) else { return Ok(()) };
        let quorate = |note: &Note| {
            policy.is_none_or(|policy| policy.judge(note).is_ok_and(|cosigned| cosigned.quorum))
        };
        let with_kept = |name| match self.note(name) {
            Some(kept) if kept.text == note.text => joined(note, &kept),
            _ => note.clone(),
        };
        let newest = with_kept("latest");
        if quorate(&newest) || !self.note("latest").is_some_and(|kept| quorate(&kept)) {
            self.put("latest", &newest)?;
        }
        if close.is_none_or(|close| size <= close) {
            return self.put("open", &with_kept("open"));
        }
        // The first checkpoint with the close dates it: later ones only add the witnesses that were late.
        match self.note("close") {
            Some(first) if first.text != note.text => Ok(()),
            Some(first) => self.put("close", &joined(&first, note)),
            None => self.put("close", note),
        }
    }

    fn note(&self, name: &str) -> Option<Note> {
        self.get(name).and_then(|kept| Note::parse(&kept).ok())
    }

    fn put(&self, name: &'static str, note: &Note) -> Result<(), FileError> {
        let bytes = note.encode();
        write_durably(&self.folder.join(name), &bytes)?;
        self.notes.write().unwrap_or_else(PoisonError::into_inner).insert(name, bytes);
        Ok(())
    }
}

/// A note with the lines of another of the same text whose keys it lacks.
fn joined(one: &Note, other: &Note) -> Note {
    let mut all = one.clone();
    for line in &other.signatures {
        if !all.signatures.iter().any(|known| known.name == line.name && known.id == line.id) {
            all.signatures.push(line.clone());
        }
    }
    all
}

/// Asks witnesses; a thread of its own.
#[derive(Debug)]
pub struct Asking {
    agent: ureq::Agent,
    witnesses: Vec<Place>,
    /// What each witness has cosigned last, by origin and witness: hints, which its own answer corrects.
    sizes: BTreeMap<(String, String), u64>,
}

/// A checkpoint to be cosigned, as the board stands.
struct Asked {
    note: Note,
    origin: String,
    size: u64,
    close: Option<u64>,
}

impl Asking {
    /// Of these witnesses.
    #[must_use]
    pub fn new(witnesses: Vec<Place>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent("plebiscite");
        Self { agent: config.build().into(), witnesses, sizes: BTreeMap::new() }
    }

    /// Asks all witnesses that the election's manifest names, and keeps what they answer.
    ///
    /// # Errors
    /// One for each witness that did not cosign; those that did are kept all the same.
    pub fn ask(&mut self, running: &Running) -> Vec<AskError> {
        let Some((mut asked, named)) = checkpoint_of(running) else { return Vec::new() };
        let policy = policy_of(running);
        let mut errors = Vec::new();
        let before = asked.note.signatures.len();
        for place in self.witnesses.clone() {
            if !named.contains(&place.key) {
                continue;
            }
            match self.ask_one(running, &place, &asked) {
                Ok(lines) => asked.note.signatures.extend(lines),
                Err(error) => errors.push(error),
            }
        }
        if asked.note.signatures.len() > before
            && let Err(error) = running.cosigned.keep(&asked.note, asked.close, policy.as_ref())
        {
            errors.push(unanswered("own folder", error));
        }
        errors
    }

    fn ask_one(
        &mut self,
        running: &Running,
        place: &Place,
        asked: &Asked,
    ) -> Result<Vec<plebiscite_board::note::NoteSignature>, AskError> {
        let name = place.key.name();
        let slot = (asked.origin.clone(), name.to_owned());
        let mut old = self.sizes.get(&slot).copied().unwrap_or(0);
        // The size is corrected once; a witness that then names another one is asked again at the next interval.
        for _ in 0..2 {
            let path = path_from(running, old, asked.size)
                .ok_or_else(|| unanswered(name, "no proof from that size can be made"))?;
            let request = AddCheckpoint { old, path, note: asked.note.encode() };
            let (status, body) = self.post(place, &request.encode()).map_err(|why| unanswered(name, why))?;
            match status {
                200 => {
                    let lines =
                        accepted(&place.key, &asked.note, &body).map_err(|why| unanswered(name, why))?;
                    self.sizes.insert(slot, asked.size);
                    return Ok(lines);
                }
                409 => {
                    let size = std::str::from_utf8(&body).ok().and_then(|text| text.trim_end().parse().ok());
                    let size: u64 = size.ok_or_else(|| unanswered(name, "a conflict without a size"))?;
                    if size > asked.size {
                        return Err(AskError::Ahead { name: name.to_owned(), size, held: asked.size });
                    }
                    if size == old {
                        return Err(unanswered(name, "a conflict with its own size"));
                    }
                    old = size;
                }
                422 => return Err(AskError::Forked { name: name.to_owned() }),
                status => return Err(unanswered(name, format!("status {status}"))),
            }
        }
        Err(unanswered(name, "its size changed while it was asked"))
    }

    fn post(&self, place: &Place, body: &[u8]) -> Result<(u16, Vec<u8>), String> {
        let address = format!("{}/add-checkpoint", place.url);
        let sent = self.agent.post(&address).header("content-type", "text/plain").send(body);
        let mut response = sent.map_err(|error| error.to_string())?;
        let read = response.body_mut().with_config().limit(ANSWER_LIMIT).read_to_vec();
        Ok((response.status().as_u16(), read.map_err(|error| error.to_string())?))
    }
}

fn unanswered(name: &str, reason: impl ToString) -> AskError {
    AskError::Unanswered { name: name.to_owned(), reason: reason.to_string() }
}

/// The published checkpoint, and the witnesses that the manifest names; none where it names none.
fn checkpoint_of(running: &Running) -> Option<(Asked, Vec<WitnessKey>)> {
    let board = running.board.read().ok()?;
    let manifest = board.record.manifest()?;
    let names = manifest.document().witnesses.keys.iter().map(|member| &member.name);
    let keys = names.zip(manifest.witnesses()).filter_map(|(name, key)| WitnessKey::new(name, *key).ok());
    let keys: Vec<WitnessKey> = keys.collect();
    let signed = board.signed().filter(|_| !keys.is_empty())?;
    let checkpoint = signed.checkpoint();
    let asked = Asked {
        note: Note::parse(signed.note()).ok()?,
        origin: checkpoint.origin.clone(),
        size: checkpoint.size,
        close: board.record.close_index(),
    };
    Some((asked, keys))
}

/// The manifest's policy.
fn policy_of(running: &Running) -> Option<Policy> {
    let board = running.board.read().ok()?;
    board.record.manifest()?.witness_policy()
}

fn path_from(running: &Running, old: u64, size: u64) -> Option<Vec<Hash>> {
    running.board.read().ok()?.log.tree().consistency_proof(old, size)
}

/// The lines of this witness in its answer, each verified; lines of others are left out.
fn accepted(
    key: &WitnessKey,
    note: &Note,
    body: &[u8],
) -> Result<Vec<plebiscite_board::note::NoteSignature>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let lines = parse_lines(text).map_err(|error| error.to_string())?;
    let own = lines.into_iter().filter(|line| line.name == key.name() && line.id == key.id());
    let answered = Note { text: note.text.clone(), signatures: own.take(1).collect() };
    match key.time_of(&answered) {
        Ok(Some(_)) => Ok(answered.signatures),
        Ok(None) => Err("no cosignature of its own key".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Asks for all elections at each interval until told to stop. What fails is said in the log, once an interval.
pub fn run(
    mut asking: Asking,
    interval: Duration,
    elections: impl Fn() -> Vec<Arc<Running>>,
    stop: &AtomicBool,
) {
    let mut next = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if Instant::now() >= next {
            next = Instant::now() + interval;
            for running in elections() {
                for error in asking.ask(&running) {
                    tracing::warn!(election = %plebiscite_public::election::prefix_of(running.id), "{error}");
                }
            }
        }
        std::thread::sleep(LOOK);
    }
}
