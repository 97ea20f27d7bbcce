//! Adding an election by a command on the server's machine: a folder that only the operator can write to.
//!
//! The command drops the manifest's bundle into `inbox/` and waits for an answer beside it; a running server looks there.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use plebiscite_board::entry_bundle;
use plebiscite_election::entry::ElectionId;
use plebiscite_serving::durable::write_durably;
use thiserror::Error;

use crate::config::Config;
use crate::election::Elections;

/// Why no election was added.
#[derive(Debug, Error)]
pub enum InboxError {
    /// A file could not be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The server answered that it refuses.
    #[error("{0}")]
    Refused(String),
    /// No server runs that could take it.
    #[error(
        "no server runs on {data}, and elections are added to a running one: start it by `plebiscite-server serve` with the same \
         --config or --data, leave it running, and give this command again"
    )]
    NotRunning {
        /// The server's folder.
        data: PathBuf,
    },
    /// No server answered.
    #[error(
        "no server took the manifest within {} seconds: see that one runs with the same --config or --data and what it logs, and \
         give this command again",
        .0.as_secs()
    )]
    Silent(Duration),
}

/// What a running server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The election's id in hex.
    pub id: String,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// That a server may run: it holds the lock of the folder of what it signed, from before it looks into the inbox. Where
/// that cannot be told, as by a user who may write to the inbox but not read the lock, the answer tells.
///
/// # Errors
/// [`InboxError::NotRunning`] where nobody holds the lock, or there is none.
pub fn ensure_running(config: &Config) -> Result<(), InboxError> {
    // Opened, not made: a file of this user's could keep the server out. Nothing else happens while it is held.
    let nobody = match File::open(config.signed_folder().join("lock")) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if nobody { Err(InboxError::NotRunning { data: config.data.clone() }) } else { Ok(()) }
}

/// Drops a manifest's bundle and waits for the running server's answer.
///
/// # Errors
/// [`InboxError`].
pub fn drop_and_wait(data: &Path, bundle: &[u8], patience: Duration) -> Result<Added, InboxError> {
    let inbox = data.join("inbox");
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| InboxError::Io { path, error }
    };
    fs::create_dir_all(&inbox).map_err(failed(&inbox))?;
    let mut name = [0u8; 8];
    rand::fill(&mut name);
    let file = inbox.join(format!("{}.bundle", hex::encode(name)));
    let answer = file.with_extension("answer");
    write_durably(&file, bundle).map_err(|error| InboxError::Refused(error.to_string()))?;
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if let Ok(text) = fs::read_to_string(&answer) {
            fs::remove_file(&answer).map_err(failed(&answer))?;
            let mut lines = text.lines();
            return match lines.next().and_then(|line| line.strip_prefix("added ")) {
                Some(id) => Ok(Added {
                    id: id.to_owned(),
                    warnings: lines
                        .filter_map(|line| line.strip_prefix("warning "))
                        .map(str::to_owned)
                        .collect(),
                }),
                None => Err(InboxError::Refused(text.trim_start_matches("refused ").trim_end().to_owned())),
            };
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // A left-over would be taken by the next start, long after whoever asked has gone.
    let _ = fs::remove_file(&file);
    Err(InboxError::Silent(patience))
}

/// Takes what lies in the inbox. Called at intervals by the running server; blocks on the store.
pub fn take(data: &Path, elections: &Elections) {
    let Ok(files) = fs::read_dir(data.join("inbox")) else { return };
    for file in files.flatten() {
        let path = file.path();
        if path.extension().is_some_and(|extension| extension == "bundle") {
            let answer = match add(&path, elections) {
                Ok(id) => {
                    let warnings = elections.warnings(id);
                    let warnings: String = warnings.iter().map(|line| format!("warning {line}\n")).collect();
                    format!("added {id}\n{warnings}")
                }
                Err(why) => format!("refused {why}\n"),
            };
            let answered = write_durably(&path.with_extension("answer"), answer.as_bytes());
            if answered.is_ok() {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

fn add(path: &Path, elections: &Elections) -> Result<ElectionId, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let entries = entry_bundle::decode(&bytes).map_err(|error| error.to_string())?;
    let entries: Vec<Vec<u8>> = entries.into_iter().map(<[u8]>::to_vec).collect();
    elections.add(&entries).map_err(|error| error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]
mod tests {
    use super::*;

    #[test]
    fn only_a_lock_that_nobody_holds_says_that_no_server_runs() {
        let folder = tempfile::tempdir().unwrap();
        let signed = folder.path().join("signed");
        let config =
            Config { data: folder.path().to_owned(), signed: Some(signed.clone()), ..Config::default() };
        let refused = || matches!(ensure_running(&config), Err(InboxError::NotRunning { .. }));
        assert!(refused(), "no server ever made the folder");
        // What cannot be told is not refused: here the lock's folder is none.
        fs::write(&signed, "").unwrap();
        assert!(!refused());
        fs::remove_file(&signed).unwrap();
        fs::create_dir(&signed).unwrap();
        assert!(refused());
        assert!(!signed.join("lock").exists(), "nothing is made by looking");
        let held = crate::election::lock(&signed).unwrap();
        assert!(!refused());
        drop(held);
        assert!(refused());
    }
}
