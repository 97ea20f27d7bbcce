//! `record`: a whole log, or several of one election, judged again from public bytes.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use plebiscite_files::Links;
use plebiscite_verifier::check::confirmations::{Loose, weigh};
use plebiscite_verifier::forks;
use plebiscite_verifier::report::{Outcome, Report};
use plebiscite_verifier::source::CHECKPOINT_LIMIT;

use super::{INPUT, Stop, USAGE, demand, input, json, out, policy, read, replayed};

/// Longest file of a seal confirmation that is read: a longer one is none.
const CONFIRMATION_LIMIT: u64 = 65_535;

#[derive(clap::Args)]
pub struct Arguments {
    /// A folder, a file, or an address. Several are judged together: which of them is the record, and whether any contradicts it.
    #[arg(required = true, num_args = 1..)]
    sources: Vec<String>,
    /// The election asked for: its id (64 hexadecimal digits) or the fingerprint on the letter.
    #[arg(long)]
    election: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// A checkpoint kept from before, which the log must extend.
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// Another checkpoint of this election, from a witness, a mirror or a receipt, which the log must not contradict. May be
    /// given several times.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// A trustee's seal confirmation that may be missing in the logs (the entry's bytes). May be given several times.
    #[arg(long, value_name = "FILE")]
    confirmation: Vec<PathBuf>,
    /// Your own policy of witnesses (C2SP's tlog-policy), judged beside the manifest's, which alone says what is final.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where to keep the checkpoint, once every check has passed.
    #[arg(long, value_name = "FILE")]
    save_checkpoint: Option<PathBuf>,
    /// The checkpoint that you keep of this election: the log must extend the one in it, and once every check has passed its
    /// own is kept there. The first time there is none yet.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "save_checkpoint"])]
    keep: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<u8, Stop> {
    let since = arguments.since.as_deref().map(|path| read(path, CHECKPOINT_LIMIT)).transpose()?;
    let since = since.or(arguments.keep.as_deref().map(kept).transpose()?.flatten());
    let election = arguments.election.as_deref().map(demand).transpose()?;
    let checkpoints = arguments.checkpoint.iter().map(|path| read(path, CHECKPOINT_LIMIT));
    let checkpoints = checkpoints.collect::<Result<Vec<_>, _>>()?;
    let confirmations = arguments
        .confirmation
        .iter()
        .map(|path| Ok(Loose::read(path.display().to_string(), &read(path, CONFIRMATION_LIMIT)?)));
    let confirmations = confirmations.collect::<Result<Vec<_>, Stop>>()?;
    let own = arguments.policy.as_deref().map(policy).transpose()?;
    let mut logs = Vec::new();
    for source in &arguments.sources {
        logs.push((source.clone(), replayed(source, election.clone(), since.clone(), own.is_some())?));
    }
    weigh(&mut logs, &confirmations);
    let chosen = forks::choose(logs).ok_or_else(|| Stop(USAGE, "no log was given".to_owned()))?;
    let (mut replay, others) = chosen;
    checkpoints.iter().for_each(|note| drop(replay.hear(note)));
    let judged = own.as_ref().map(|own| replay.judge_by(own));
    let (judged, unnamed) = match judged.transpose() {
        Ok(judged) => (judged.flatten(), None),
        Err(reason) => (None, Some(reason)),
    };
    let report = Report::of(&replay).beside(others).by_policy(judged);
    out(&if arguments.json { json(&report)? } else { report.to_string() })?;
    if let Some(path) = arguments.save_checkpoint.as_ref().or(arguments.keep.as_ref())
        && let Ok(verified) = replay.into_verified()
    {
        keep(path, verified.checkpoint.note()).map_err(|error| input(path, &error))?;
    }
    match unnamed {
        // What the log itself shows comes first.
        Some(reason) if report.outcome != Outcome::Failed => Err(Stop(INPUT, reason)),
        _ => Ok(report.outcome.exit_code()),
    }
}

/// The checkpoint of an earlier visit; none at the first.
fn kept(path: &Path) -> Result<Option<Vec<u8>>, Stop> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) => read(path, CHECKPOINT_LIMIT).map(Some),
        Err(error) => Err(input(path, &error)),
    }
}

/// Puts a checkpoint in a file's place; the one that was there is not lost if this is cut short.
fn keep(path: &Path, note: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut options = OpenOptions::new();
    let mut file =
        plebiscite_files::plain(options.write(true).create(true).truncate(true), &beside, Links::Refuse)?;
    file.write_all(note)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
