//! Cosigned checkpoints beside the log: taken over only where the board's key signed them, the copy's entries give their
//! root, and every line of a known witness is true; a poorer one never takes the place of a better one.

use std::collections::BTreeMap;
use std::path::Path;

use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::merkle::Roots;
use plebiscite_board::note::Note;
use plebiscite_board::policy::Policy;
use plebiscite_board::reader::Fetch;
use plebiscite_election::entry::ElectionId;
use plebiscite_election::record::Record;
use plebiscite_public::board::Board;
use plebiscite_public::folder::{FolderError, put, put_partials};
use plebiscite_serving::durable::{FileError, read_if_there};

use crate::copied::{Copied, verified};

/// Names of the files.
pub const NAMES: [&str; 3] = ["open", "close", "latest"];

/// Longest such file.
const LONGEST: u64 = 64 * 1024;

/// Those that a folder holds, as far as they are this log's.
pub(crate) fn kept(folder: &Path, board: &Board) -> Result<BTreeMap<&'static str, Vec<u8>>, FileError> {
    let mut notes = BTreeMap::new();
    let Some(id) = board.record.election() else { return Ok(notes) };
    for name in NAMES {
        let path = folder.join("cosigned").join(name);
        // A folder from elsewhere may hold anything under this name: a link to a private file, a pipe.
        let plain =
            std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
        if !plain {
            continue;
        }
        notes.extend(
            read_if_there(&path)?.filter(|note| worth(id, board, note).is_some()).map(|note| (name, note)),
        );
    }
    Ok(notes)
}

/// How much a cosigned checkpoint says: whether the quorum stands, how many entries, how many witnesses.
type Worth = (bool, u64, usize);

/// What a cosigned checkpoint is worth to a copy; none where it is not the copy's, or not known to be.
fn worth(id: ElectionId, board: &Board, bytes: &[u8]) -> Option<(Worth, u64)> {
    let signed = verified(id, &board.record, bytes).ok()?;
    let checkpoint = signed.checkpoint();
    if board.log.root_at(checkpoint.size)? != checkpoint.root {
        return None;
    }
    let cosigned = policy(&board.record)?.judge(&Note::parse(bytes).ok()?).ok()?;
    let witnesses = cosigned.times.iter().flatten().count();
    (witnesses > 0).then_some(((cosigned.quorum, checkpoint.size, witnesses), checkpoint.size))
}

/// The manifest's witness policy; none where it names no witness.
fn policy(record: &Record) -> Option<Policy> {
    let manifest = record.manifest()?;
    let names = manifest.document().witnesses.keys.iter().map(|member| &member.name);
    let keys = names.zip(manifest.witnesses()).map(|(name, key)| WitnessKey::new(name, *key).ok());
    let keys: Vec<WitnessKey> = keys.collect::<Option<_>>()?;
    if keys.is_empty() { None } else { Policy::of(keys, manifest.witness_quorum()).ok() }
}

/// Whether a checkpoint may stand under a name: `open` before the close, `close` with it.
fn fits(name: &str, size: u64, close: Option<u64>) -> bool {
    match name {
        "open" => close.is_none_or(|close| size <= close),
        "close" => close.is_some_and(|close| size > close),
        _ => true,
    }
}

/// Which of two is better under a name. Of those with the close the first one dates it, so that a smaller one is better.
fn is_better(name: &str, new: Worth, old: Worth) -> bool {
    let rank = |(quorum, size, witnesses): Worth| match name {
        "close" => (quorum, u64::MAX - size, witnesses),
        _ => (quorum, size, witnesses),
    };
    rank(new) > rank(old)
}

/// Takes over what the source has cosigned. One that cannot be had, or is not this copy's, is none.
///
/// # Errors
/// [`FolderError`]: the copy's own folder.
pub(crate) fn take<F: Fetch>(copied: &Copied, source: &F) -> Result<(), FolderError> {
    use plebiscite_public::election::Published;
    for name in NAMES {
        let Ok(bytes) = source.fetch(&format!("cosigned/{name}")) else { continue };
        let board = copied.board().read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let close = board.record.close_index();
        let Some((new, size)) = worth(copied.id(), &board, &bytes) else { continue };
        let old = copied.cosigned(name).and_then(|kept| worth(copied.id(), &board, &kept));
        if size > board.published_size()
            || !fits(name, size, close)
            || old.is_some_and(|(old, _)| !is_better(name, new, old))
        {
            continue;
        }
        put_partials(copied.folder(), &board.log, copied, size)?;
        drop(board);
        put(copied.folder(), &format!("cosigned/{name}"), &bytes)?;
        copied.heard(name, bytes);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quorum_counts_before_the_size_and_the_first_with_the_close_is_the_better() {
        assert!(is_better("latest", (true, 5, 3), (false, 9, 2)));
        assert!(is_better("latest", (true, 9, 2), (true, 5, 3)));
        assert!(!is_better("latest", (true, 5, 3), (true, 9, 2)));
        assert!(is_better("close", (true, 5, 3), (true, 9, 3)));
        assert!(!is_better("close", (true, 9, 3), (true, 5, 3)));
        assert!(is_better("close", (true, 5, 4), (true, 5, 3)));
        assert!(!is_better("open", (true, 5, 3), (true, 5, 3)));
        assert!(fits("open", 5, None) && fits("open", 5, Some(5)) && !fits("open", 6, Some(5)));
        assert!(fits("close", 6, Some(5)) && !fits("close", 5, Some(5)) && !fits("close", 5, None));
    }
}
