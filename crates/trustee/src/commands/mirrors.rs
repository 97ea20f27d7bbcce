//! Other copies of the log, and what else this program has seen of it: compared before anything is confirmed or decrypted.

use std::path::PathBuf;

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::evidence::{EVIDENCE_LIMIT, Evidence};
use plebiscite_board::merkle::Roots;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::reader::{Fetch, ReadError, Reader};
use plebiscite_election::counted::{counted, either};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Place, Verified};
use plebiscite_trustee::State;
use plebiscite_verifier::check::heads::COSIGNED;
use plebiscite_verifier::check::{Demand, Options, replay};
use plebiscite_verifier::source::Source;
use sha2::{Digest, Sha256};

/// The option of commands that compare.
#[derive(Clone, Debug, clap::Args)]
pub struct Mirrors {
    /// Another copy of the log (a mirror's address, or a folder), which must not contradict this one. May be repeated.
    #[arg(long, value_name = "URL")]
    pub mirror: Vec<String>,
}

impl Mirrors {
    /// Compares all of them with the log that was verified; a line for each.
    pub fn compare(&self, place: &Place, verified: &Verified) -> Result<Vec<String>, Stop> {
        self.mirror.iter().map(|mirror| compare(place, verified, mirror)).collect()
    }
}

/// What this program has seen of the log: the checkpoint kept before, witnesses, its own seal, evidence of other logs.
pub fn seen(place: &Place, verified: &Verified, state: &State) -> Result<Vec<String>, Stop> {
    let mut lines = vec![match verified.kept {
        Some(size) => {
            format!(
                "extends the {} that this program verified before; now {}",
                counted(size, "entry"),
                verified.seen.size
            )
        }
        None => {
            format!("{}; this program sees the log for the first time", counted(verified.seen.size, "entry"))
        }
    }];
    let cosigners = |cosigned: &plebiscite_board::policy::Cosigned| cosigned.times.iter().flatten().count();
    let best = verified.heads.iter().max_by_key(|head| (cosigners(&head.cosigned), head.size));
    if let Some(head) = best {
        let count = cosigners(&head.cosigned);
        let quorum = if head.cosigned.quorum { "their quorum" } else { "not their quorum" };
        lines.push(format!(
            "{count} of {} cosigned {}, {quorum}",
            counted(head.cosigned.times.len(), "witness"),
            counted(head.size, "entry")
        ));
    }
    lines.push(match &state.seal {
        Some(bound) => format!("this trustee is bound to the seal {}", hex::encode(bound.digest)),
        None => "this trustee is bound to no seal, and has seen no other".to_owned(),
    });
    let evidence = evidence(place, verified)?;
    if !evidence.is_empty() {
        let names: Vec<String> = evidence.iter().map(|path| path.display().to_string()).collect();
        lines.push(format!(
            "WARNING: checkpoints of another log were kept: {}: publish them",
            names.join(", ")
        ));
    }
    Ok(lines)
}

fn folder_of(place: &Place, verified: &Verified) -> PathBuf {
    place.folder.join(verified.election.to_string())
}

/// Checkpoints that contradicted the log at some time.
fn evidence(place: &Place, verified: &Verified) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder_of(place, verified)).map_err(Stop::input)? {
        let path = entry.map_err(Stop::input)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with("evidence-")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What a mirror holds and the log that was verified must be one log, whichever of them is longer: its checkpoint, and
/// those that witnesses have cosigned and it keeps.
fn compare(place: &Place, verified: &Verified, mirror: &str) -> Result<String, Stop> {
    let source = Source::open(mirror).map_err(Stop::input)?;
    let note = source.fetch("checkpoint").map_err(|error| Stop::new(Exit::Network, error))?;
    let size = judge(place, verified, mirror, &note)?;
    // These lie beside a log, or do not.
    for note in COSIGNED.iter().filter_map(|path| source.fetch(path).ok()) {
        judge(place, verified, mirror, &note)?;
    }
    Ok(match size.checked_sub(verified.seen.size) {
        None | Some(0) => format!("{mirror}: the same log, up to {}", counted(size, "entry")),
        Some(more) => {
            let (more, were) = (counted(more, "entry"), either(more, "was", "were"));
            format!("{mirror}: the same log, and {more} that {were} not verified here")
        }
    })
}

/// The size of a mirror's checkpoint that is of one log with the record that was verified.
fn judge(place: &Place, verified: &Verified, mirror: &str, note: &[u8]) -> Result<u64, Stop> {
    let of_no_use =
        |what: String| Stop::new(Exit::Network, format!("the checkpoint of {mirror} is of no use: {what}"));
    let text = Note::parse(note).map_err(|error| of_no_use(error.to_string()))?.text;
    let other = Checkpoint::parse(&text).map_err(|error| of_no_use(error.to_string()))?;
    let (size, own) = (other.size, verified.seen.size);
    let key = verified
        .record
        .board_key_at(size)
        .ok_or_else(|| of_no_use("the board's key is not known".to_owned()))?;
    let origin = format!("plebiscite/v1/{}", verified.election);
    let key = NoteKey::new(&origin, *key).map_err(|error| of_no_use(error.to_string()))?;
    // Only what the board signed says anything about the board.
    if let Err(error) = SignedCheckpoint::verify(note, &key) {
        if size > own {
            let why = "it may be signed by a key that succeeds the board's behind what was verified here: run this again";
            return Err(of_no_use(format!("{error}; {why}")));
        }
        return Err(of_no_use(error.to_string()));
    }
    // The longer of the two shows its own root at the smaller size, and by which path it comes to its end.
    let (theirs, ours, prefix) = if size > own {
        let unread = |error: ReadError| Stop::new(Exit::Network, format!("{mirror}: {error}"));
        let source = Source::open(mirror).map_err(Stop::input)?;
        let mut reader = Reader::open(source, other).map_err(unread)?;
        let root = reader.root_at(own).map_err(unread)?;
        let ours = verified.tree.root_at(own);
        if Some(root) == ours {
            return Ok(size);
        }
        (root, ours, Some((root, reader.consistency_proof(own).map_err(unread)?)))
    } else {
        let ours = verified.tree.root_at(size);
        (other.root, ours, ours.zip(verified.tree.consistency_proof(size, own)).filter(|_| size < own))
    };
    if Some(theirs) == ours {
        return Ok(size);
    }
    let notes = [verified.checkpoint.note().to_vec(), note.to_vec()];
    let path =
        keep(place, verified, size.min(own), Evidence { notes, prefix, authority: authority(verified) })?;
    let seal = other_seal(verified, mirror);
    let sentence = format!(
        "the log is forked: {mirror} was shown another one by the board{seal}; both checkpoints are in {}, which \
         `plebiscite-verify evidence` judges: publish it",
        path.display()
    );
    Err(Stop::new(Exit::CheckFailed, sentence))
}

/// The manifest's bytes, by which a reader of evidence knows the board's key; none where the file would be too long.
fn authority(verified: &Verified) -> Option<Vec<u8>> {
    let bytes = verified.record.manifest()?.bytes();
    (bytes.len() < EVIDENCE_LIMIT / 2).then(|| bytes.to_vec())
}

/// Under the digest of what it holds: what was found before stays beside it.
fn keep(place: &Place, verified: &Verified, size: u64, evidence: Evidence) -> Result<PathBuf, Stop> {
    let bytes = evidence.encode();
    let digest = hex::encode(Sha256::digest(&bytes));
    let name = format!("evidence-fork-{size}-{}", digest.get(..16).unwrap_or(&digest));
    let path = folder_of(place, verified).join(name);
    files::replace(&path, &bytes, Access::Public)?;
    Ok(path)
}

/// The seal of a mirror's log, as far as it can be read and holds: told, and nothing rests on it.
fn other_seal(verified: &Verified, mirror: &str) -> String {
    let options = Options {
        election: Some(Demand::Id(verified.election)),
        since: None,
        up_to: None,
        fresh: rand::random(),
        progress: &mut |_, _| (),
    };
    let replayed = Source::open(mirror).ok().and_then(|source| replay(source, options).ok());
    let other = replayed.as_ref().and_then(|replay| replay.record.seal()).map(|seal| seal.digest);
    match (other, verified.record.seal().map(|seal| seal.digest)) {
        (Some(other), own) if own != Some(other) => format!(", with another seal, {}", hex::encode(other)),
        _ => String::new(),
    }
}
