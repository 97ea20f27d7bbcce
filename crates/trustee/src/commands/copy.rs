//! `copy`: the log as it is now, into a folder that is carried to a machine without a network. Nothing in it is believed:
//! the trustee's own program verifies all of it there.

use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::note::Note;
use plebiscite_board::reader::Fetch;
use plebiscite_board::tile::{TILE_WIDTH, TilePath, level_size};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;
use plebiscite_verifier::check::heads::COSIGNED;
use plebiscite_verifier::source::Source;

#[derive(clap::Args)]
pub struct Arguments {
    /// The record: the log's address (`https://host/e/<16>/`), or a folder.
    #[arg(long, value_name = "URL")]
    record: String,
    /// The folder to write; it must not be there yet.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let source = Source::open(&arguments.record).map_err(Stop::input)?;
    let none = |what: String| Stop::new(Exit::CheckFailed, format!("the checkpoint is none: {what}"));
    let note = fetch(&source, "checkpoint")?;
    let text = Note::parse(&note).map_err(|error| none(error.to_string()))?.text;
    let size = Checkpoint::parse(&text).map_err(|error| none(error.to_string()))?.size;
    if arguments.out.exists() {
        return Err(Stop::input(format!("{} is there already, and is not changed", arguments.out.display())));
    }
    for level in 0..8 {
        for number in 0..level_size(level, size).div_ceil(TILE_WIDTH) {
            put(&source, &arguments.out, TilePath::hashes(level, number, size))?;
        }
    }
    for number in 0..size.div_ceil(TILE_WIDTH) {
        put(&source, &arguments.out, TilePath::entries(number, size))?;
    }
    // These lie beside a log, or do not.
    for (path, note) in COSIGNED.iter().filter_map(|path| Some((path, source.fetch(path).ok()?))) {
        write(&arguments.out, path, &note)?;
    }
    // Last, so that a folder with a checkpoint is whole.
    write(&arguments.out, "checkpoint", &note)?;
    print_line(&format!("{size} entries are in {}; nothing of them is verified yet", arguments.out.display()))
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
