//! `record`: a whole log, or several of one election, judged again from public bytes.

use std::path::{Path, PathBuf};

use plebiscite_verifier::check::confirmations::{Loose, weigh};
use plebiscite_verifier::check::range::verify_range;
use plebiscite_verifier::check::state::State;
use plebiscite_verifier::forks;
use plebiscite_verifier::report::{Outcome, Report};
use plebiscite_verifier::source::CHECKPOINT_LIMIT;
use plebiscite_verifier::{Options, Work};

use super::progress::Shown;
use super::{
    INPUT, PASS, Stop, USAGE, demand, input, json, keep, open, out, policy, read, read_own, replayed, stopped,
};

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
    /// Your own file of what was verified up to now: only what came since is verified, and the file is written anew once no
    /// check has failed. The first time there is none yet.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Verify the ballots among these entries only, for `combine`: from the first to before the second.
    #[arg(long, value_name = "A..B", requires = "partial", value_parser = range, conflicts_with_all = ["state", "keep", "since",
        "save_checkpoint", "checkpoint", "confirmation", "policy", "json"])]
    range: Option<(u64, u64)>,
    /// Where to write what was found of the range.
    #[arg(long, value_name = "FILE", requires = "range")]
    partial: Option<PathBuf>,
}

/// `A..B`, in entries.
fn range(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    parts
        .filter(|(from, to)| from < to)
        .ok_or_else(|| "a range is A..B with A below B, in entries".to_owned())
}

/// Verifies the ballots of a range, and writes what was found.
fn partial(arguments: &Arguments, range: (u64, u64), path: &Path) -> Result<u8, Stop> {
    let [address] = arguments.sources.as_slice() else {
        return Err(Stop(USAGE, "a range is of one log".to_owned()));
    };
    let election = arguments.election.as_deref().map(demand).transpose()?;
    let source = open(address)?;
    let shown = Shown::new();
    let mut progress = |done: u64, all: u64| shown.reached(done, all);
    let options =
        Options { election, since: None, up_to: None, fresh: rand::random(), progress: &mut progress };
    let partial = verify_range(source.clone(), options, range);
    drop(shown);
    let partial = partial.map_err(|error| stopped(&source, error))?;
    keep(path, &partial.encode())?;
    let (from, to) = range;
    out(&format!(
        "Entries {from} to before {to}: looked at up to {}; ballots that are not known to be good: {}. This is no verdict: plebiscite-verify combine gives it.\n",
        partial.reached(),
        partial.doubtful()
    ))?;
    Ok(PASS)
}

/// The state of an earlier run; none at the first.
fn state(path: &Path) -> Result<Option<State>, Stop> {
    if !path.try_exists().map_err(|error| input(path, &error))? {
        return Ok(None);
    }
    let refused =
        |error| Stop(INPUT, format!("{}: the file of an earlier run is refused: {error}", path.display()));
    State::read(&read_own(path)?).map(Some).map_err(refused)
}

pub fn run(arguments: &Arguments) -> Result<u8, Stop> {
    if let Some((range, path)) = arguments.range.zip(arguments.partial.as_deref()) {
        return partial(arguments, range, path);
    }
    if arguments.state.is_some() && arguments.sources.len() > 1 {
        return Err(Stop(USAGE, "a state is of one log".to_owned()));
    }
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
    let mut before = arguments.state.as_deref().map(state).transpose()?.flatten();
    let mut logs = Vec::new();
    for source in &arguments.sources {
        let work = Work { state: before.take(), keep: arguments.state.is_some(), word: None };
        logs.push((source.clone(), replayed(source, election.clone(), since.clone(), own.is_some(), work)?));
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
    replay.ensure_tiles().map_err(|error| Stop(INPUT, error.to_string()))?;
    out(&if arguments.json { json(&report)? } else { report.to_string() })?;
    // A record in which a check failed leaves no state: the next run judges it whole again.
    let passed = replay.failures.is_empty();
    if let (Some(path), Some(state)) = (&arguments.state, replay.state.take().filter(|_| passed)) {
        keep(path, &state.encode())?;
    }
    if let Some(path) = arguments.save_checkpoint.as_ref().or(arguments.keep.as_ref())
        && let Ok(verified) = replay.into_verified()
    {
        keep(path, verified.checkpoint.note())?;
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
