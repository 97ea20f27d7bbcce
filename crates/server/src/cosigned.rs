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
use plebiscite_board::note::{Note, NoteSignature, parse_lines};
use plebiscite_board::policy::Policy;
use plebiscite_board::second::{SecondKey, SecondSigner};
use plebiscite_board::witness::AddCheckpoint;
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::election::Running;

/// Names of the files.
pub const NAMES: [&str; 3] = ["open", "close", "latest"];
/// Longest answer of a witness that is read.
const ANSWER_LIMIT: u64 = 64 * 1024;
/// Longest signature that is no second one: a time and an Ed25519 signature.
const LONGEST_FIRST: usize = 72;
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

/// What is to be said of an election whose manifest names witnesses of which the settings do not say where they are; none
/// where they say it of all.
#[must_use]
pub fn unplaced(running: &Running, places: &[WitnessKey]) -> Option<String> {
    let named = checkpoint_of(running).map(|(_, named)| named).unwrap_or_default();
    let lacking: Vec<&str> = named.iter().filter(|key| !places.contains(key)).map(|key| key.name()).collect();
    (!lacking.is_empty()).then(|| {
        format!(
            "the manifest names {} witnesses, and the settings do not say where {} of them are ({}): these cosign nothing, and \
             do not notice a store that is older than what was signed; name them under [[witnesses]] and start the server \
             again",
            named.len(),
            lacking.len(),
            lacking.join(", ")
        )
    })
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
    fn keep(
        &self,
        note: &Note,
        (size, close): (u64, Option<u64>),
        policy: Option<&Policy>,
    ) -> Result<(), FileError> {
        let quorate = |note: &Note| {
            policy.is_none_or(|policy| policy.judge(note).is_ok_and(|cosigned| cosigned.quorum))
        };
        let with_kept = |name| match self.note(name) {
            Some(kept) if kept.text == note.text => {
                bounded(joined(note, &kept)).unwrap_or_else(|| note.clone())
            }
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
            Some(first) => match bounded(joined(&first, note)) {
                Some(note) => self.put("close", &note),
                None => Ok(()),
            },
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

/// A note that a reader takes: where the lines are too long or too many, without those of second signatures, which never
/// count in place of others (§11.15). None where even that is too much.
fn bounded(note: Note) -> Option<Note> {
    let fits = |note: &Note| Note::parse(&note.encode()).is_ok();
    if fits(&note) {
        return Some(note);
    }
    let short = |line: &NoteSignature| line.bytes.len() <= LONGEST_FIRST;
    let signatures = note.signatures.into_iter().filter(short).collect();
    Some(Note { text: note.text, signatures }).filter(fits)
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
    /// The witnesses' ML-DSA-44 keys, by which their second lines are verified.
    seconds: Vec<SecondKey>,
    /// The board's own ML-DSA-44 secret.
    own: Option<Zeroizing<[u8; 32]>>,
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
        let agent = config.build().into();
        Self { agent, witnesses, seconds: Vec::new(), own: None, sizes: BTreeMap::new() }
    }

    /// With second signatures (§11.15): the witnesses' keys for them, and the board's own secret.
    #[must_use]
    pub fn with_seconds(mut self, keys: Vec<SecondKey>, own: Option<Zeroizing<[u8; 32]>>) -> Self {
        (self.seconds, self.own) = (keys, own);
        self
    }

    /// Asks all witnesses that the election's manifest names, and keeps what they answer. Once `stop` is true, no further
    /// one is asked.
    ///
    /// # Errors
    /// One for each witness that did not cosign; those that did are kept all the same.
    pub fn ask(&mut self, running: &Running, stop: &AtomicBool) -> Vec<AskError> {
        let Some((asked, named)) = checkpoint_of(running) else { return Vec::new() };
        let policy = policy_of(running);
        let mut errors = Vec::new();
        // Each witness is handed the board's own note: the lines of others are none of its business, and many are long.
        let mut cosigned = asked.note.clone();
        for place in self.witnesses.clone() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if !named.contains(&place.key) {
                continue;
            }
            match self.ask_one(running, &place, &asked) {
                Ok(lines) => cosigned.signatures.extend(lines),
                Err(error) => errors.push(error),
            }
        }
        if cosigned.signatures.len() > asked.note.signatures.len() {
            self.sign_second(&asked, &mut cosigned, &mut errors);
            match bounded(cosigned) {
                Some(note) => {
                    let kept = running.cosigned.keep(&note, (asked.size, asked.close), policy.as_ref());
                    errors.extend(kept.err().map(|error| unanswered("own folder", error)));
                }
                None => errors.push(unanswered("all", "their cosignatures are too long for one note")),
            }
        }
        errors
    }

    /// The board's own second line. It says nothing of the time, which the board is not asked for.
    fn sign_second(&self, asked: &Asked, cosigned: &mut Note, errors: &mut Vec<AskError>) {
        let Some(seed) = &self.own else { return };
        let line = SecondSigner::new(&asked.origin, seed).and_then(|own| own.cosign(&asked.note.text, 0));
        match line.and_then(|line| parse_lines(&line)) {
            Ok(lines) => cosigned.signatures.extend(lines),
            Err(error) => errors.push(unanswered("own second key", error)),
        }
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
                    let second = self.seconds.iter().find(|second| second.name() == name);
                    let lines = accepted(&place.key, second, &asked.note, &body)
                        .map_err(|why| unanswered(name, why))?;
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

/// The lines of this witness in its answer, each verified; lines of others are left out. One by Ed25519 there must be; a
/// second one, of a key that is known, may be missing but not false.
fn accepted(
    key: &WitnessKey,
    second: Option<&SecondKey>,
    note: &Note,
    body: &[u8],
) -> Result<Vec<plebiscite_board::note::NoteSignature>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let lines = parse_lines(text).map_err(|error| error.to_string())?;
    let of = |id: [u8; 4]| lines.iter().find(|line| line.name == key.name() && line.id == id).cloned();
    let own = of(key.id()).into_iter().chain(second.and_then(|second| of(second.id())));
    let answered = Note { text: note.text.clone(), signatures: own.collect() };
    if let Some(second) = second {
        second.time_of(&answered).map_err(|error| format!("its second signature: {error}"))?;
    }
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
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                for error in asking.ask(&running, stop) {
                    tracing::warn!(election = %plebiscite_public::election::prefix_of(running.id), "{error}");
                }
            }
        }
        std::thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use plebiscite_board::checkpoint::Checkpoint;
    use plebiscite_board::cosignature::cosign;
    use plebiscite_board::merkle::leaf_hash;

    use super::*;

    #[test]
    fn a_note_of_many_witnesses_loses_second_lines_and_no_others() {
        let board = SigningKey::from_bytes(&[1; 32]);
        let head = Checkpoint { origin: "log".to_owned(), size: 1, root: leaf_hash(b"x") };
        let own = Note::parse(head.sign(&board).unwrap().note()).unwrap();
        let with = |witnesses: u8| {
            let mut note = own.clone();
            for number in 0..witnesses {
                let name = format!("witness-{number}.example.org");
                let first = cosign(&note.text, &name, 7, &SigningKey::from_bytes(&[number; 32])).unwrap();
                let second = SecondSigner::new(&name, &[number; 32]).unwrap().cosign(&note.text, 7).unwrap();
                note.signatures.extend(parse_lines(&(first + &second)).unwrap());
            }
            note
        };
        let few = with(3);
        assert_eq!(bounded(few.clone()).unwrap(), few);
        let many = bounded(with(30)).unwrap();
        assert_eq!(many.signatures.len(), 1 + 30, "the board's line, and each witness's first");
        assert_eq!(Note::parse(&many.encode()).unwrap(), many);
        assert!(bounded(with(120)).is_none());
    }

    #[test]
    fn a_second_line_may_be_missing_or_unknown_but_not_false_and_never_stands_alone() {
        let (board, own) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let head = Checkpoint { origin: "log".to_owned(), size: 1, root: leaf_hash(b"x") };
        let note = Note::parse(head.sign(&board).unwrap().note()).unwrap();
        let key = WitnessKey::new("w", own.verifying_key()).unwrap();
        let signer = SecondSigner::new("w", &[3; 32]).unwrap();
        let (first, second) =
            (cosign(&note.text, "w", 7, &own).unwrap(), signer.cosign(&note.text, 7).unwrap());
        let both = first.clone() + &second;
        let lines = |known: Option<&SecondKey>, body: &str| {
            accepted(&key, known, &note, body.as_bytes()).map(|lines| lines.len())
        };
        let known = Some(signer.own());
        assert_eq!((lines(known, &both), lines(known, &first), lines(None, &both)), (Ok(2), Ok(1), Ok(1)));
        assert!(lines(known, &second).is_err());
        let other = signer.cosign(&note.text.replace("\n1\n", "\n2\n"), 7).unwrap();
        assert!(lines(known, &(first.clone() + &other)).unwrap_err().contains("second signature"));
        assert_eq!(lines(None, &(first + &other)), Ok(1));
    }
}
