//! What is carried between a machine without a network and one that has it: the log as a folder, messages as a file of
//! entries (§24.8). Whoever carries them needs no key, and what comes is judged where it arrives.

use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::note::Note;
use plebiscite_board::reader::Fetch;
use plebiscite_board::tile::{TILE_WIDTH, TilePath, level_size};
use plebiscite_election::counted::{counted, either};
use plebiscite_election::entry::ElectionId;
use plebiscite_verifier::check::heads::COSIGNED;
use plebiscite_verifier::source::Source;

use crate::cli::{Exit, Stop};
use crate::entries::Entries;
use crate::files::{self, Access};
use crate::program::{Log, print_line};

/// `copy`: the log as it is now, into a folder that is carried to a machine without a network. Nothing in it is believed: the
/// program there verifies all of it.
#[derive(Clone, Debug, clap::Args)]
pub struct Copy {
    /// The record: the log's address (`https://host/e/<16>/`), or a folder.
    #[arg(long, value_name = "URL")]
    record: String,
    /// The folder to write; it must not be there yet.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// `send`: posts a file of entries that a program without a network has written. No key is needed, and none is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Send {
    /// The file of entries.
    file: PathBuf,
    #[command(flatten)]
    log: Log,
}

/// The option of every command that posts.
#[derive(Clone, Debug, clap::Args)]
pub struct Sending {
    /// Write the entries to this file instead of posting them; `send` posts it, from any machine.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Where messages go: to the election's server, or into a file for someone who has a network.
#[derive(Debug)]
pub struct Outbox<'l> {
    log: &'l Log,
    out: Option<&'l Path>,
    election: ElectionId,
    program: &'static str,
    /// Faults that the server said the entries showed.
    pub faults: Vec<String>,
    /// Whether anything was sent.
    used: bool,
}

impl Sending {
    /// Where this call's messages go. A folder takes none: it is refused before anything is made.
    ///
    /// # Errors
    /// The record is a folder, and no file was named.
    pub fn outbox<'l>(
        &'l self,
        log: &'l Log,
        election: ElectionId,
        program: &'static str,
    ) -> Result<Outbox<'l>, Stop> {
        let out = self.out.as_deref();
        if out.is_none() && log.site().is_err() {
            let sentence = format!(
                "{} is a folder, to which nothing can be posted: say --out FILE, and have the file sent",
                log.record
            );
            return Err(Stop::new(Exit::Usage, sentence));
        }
        Ok(Outbox { log, out, election, program, faults: Vec::new(), used: false })
    }
}

impl Outbox<'_> {
    /// Posts entries in order, or writes them into the file.
    ///
    /// # Errors
    /// The server was not reached or refuses, or another file stands in the file's place.
    pub fn send(&mut self, entries: &[Vec<u8>]) -> Result<(), Stop> {
        self.used = true;
        if let Some(path) = self.out {
            return Ok(Entries::write_all(self.election, entries, path)?);
        }
        let posted = self.log.post(self.election, entries)?;
        let faults = posted.into_iter().filter_map(|entry| entry.fault);
        self.faults.extend(faults.map(|fault| format!("trustee {}: {}", fault.trustee, fault.what)));
        Ok(())
    }

    /// Says what to do with the file, if one was written.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn tell(&self) -> Result<(), Stop> {
        let Some(path) = self.out.filter(|_| self.used) else { return Ok(()) };
        let (path, program) = (path.display(), self.program);
        print_line(&format!("written to {path}; to post it: {program} send {path} --record URL"))?;
        Ok(())
    }
}

impl Send {
    /// Posts the file.
    ///
    /// # Errors
    /// It is of another election, or the server was not reached or refuses.
    pub fn run(&self) -> Result<Exit, Stop> {
        let file = Entries::open(&self.file)?;
        self.log.site()?;
        let wanted = self.log.named_election()?;
        if wanted != file.election {
            let sentence = format!("the file is of election {}, not of {wanted}", file.election);
            return Err(Stop::new(Exit::CheckFailed, sentence));
        }
        print_line(&file.words())?;
        for posted in self.log.post(file.election, &file.entries)? {
            let shown = posted
                .fault
                .map(|fault| format!(", and shows the fault of trustee {}: {}", fault.trustee, fault.what));
            print_line(&format!("entry {} stands{}", posted.index, shown.unwrap_or_default()))?;
        }
        Ok(Exit::Pass)
    }
}

impl Copy {
    /// Copies the log.
    ///
    /// # Errors
    /// The source cannot be read, or something stands in the folder's place.
    pub fn run(&self) -> Result<Exit, Stop> {
        let source = Source::open(&self.record).map_err(Stop::input)?;
        let none = |what: String| Stop::new(Exit::CheckFailed, format!("the checkpoint is none: {what}"));
        let note = fetch(&source, "checkpoint")?;
        let text = Note::parse(&note).map_err(|error| none(error.to_string()))?.text;
        let size = Checkpoint::parse(&text).map_err(|error| none(error.to_string()))?.size;
        if self.out.exists() {
            return Err(Stop::input(format!("{} is there already, and is not changed", self.out.display())));
        }
        for level in 0..8 {
            for number in 0..level_size(level, size).div_ceil(TILE_WIDTH) {
                put(&source, &self.out, TilePath::hashes(level, number, size))?;
            }
        }
        for number in 0..size.div_ceil(TILE_WIDTH) {
            put(&source, &self.out, TilePath::entries(number, size))?;
        }
        // These lie beside a log, or do not.
        for (path, note) in COSIGNED.iter().filter_map(|path| Some((path, source.fetch(path).ok()?))) {
            write(&self.out, path, &note)?;
        }
        // Last, so that a folder with a checkpoint is whole.
        write(&self.out, "checkpoint", &note)?;
        print_line(&format!(
            "{} {} in {}; nothing of them is verified yet",
            counted(size, "entry"),
            either(size, "is", "are"),
            self.out.display()
        ))
    }
}

fn put(source: &Source, folder: &Path, tile: Option<TilePath>) -> Result<(), Stop> {
    let path =
        tile.ok_or_else(|| Stop::new(Exit::CheckFailed, "the log is longer than a log can be"))?.path();
    write(folder, &path, &fetch(source, &path)?)
}

fn fetch(source: &Source, path: &str) -> Result<Vec<u8>, Stop> {
    let exit = if source.is_remote() { Exit::Network } else { Exit::Input };
    source.fetch(path).map_err(|error| Stop::new(exit, error))
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Stop> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(Stop::input)?;
    }
    Ok(files::create(&path, bytes, Access::Public)?)
}
