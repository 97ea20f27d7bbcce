//! `destroy`: once the record is certified or cancelled, the files that name voters or hold their codes are overwritten and
//! removed, and a signed certificate says which they were (§24.10).

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use plebiscite_board::merkle::Roots;
use plebiscite_election::counted::{counted, either};
use plebiscite_registrar::certificate::{self, Certificate, Destroyed, may_destroy};
use plebiscite_registrar::made::{self, Kind};
use plebiscite_registrar::shred::{describe, shred};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::progress::Progress;
use serde::{Deserialize, Serialize};

use super::{Desk, tell};

/// What is being destroyed, in the election's folder: a stop in between loses no digest.
const PLAN: &str = "destroying.json";
/// Longest plan that is read.
const PLAN_LIMIT: u64 = 256 * 1024 * 1024;

#[derive(clap::Args)]
pub struct Arguments {
    /// Further files to destroy: the voter file, the list of paper voters, error files. The prepared roll, what this
    /// program made of it for the election in this folder, and the vaults with the codes, are destroyed in any case.
    files: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The certificate; it must not be there yet, unless it is this very one and all is gone already.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// One file of the plan.
#[derive(Clone, Serialize, Deserialize)]
struct Planned {
    path: PathBuf,
    file: Destroyed,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let phase = verified.record.phase();
    if !may_destroy(phase) {
        let sentence = format!(
            "the record is in phase {}: personal files are needed until it is certified or cancelled",
            phase.name()
        );
        return Err(Stop::new(Exit::NotYet, sentence));
    }
    let desk = Desk::open(&arguments.place, &verified)?;
    // An empty folder of this program's own files names nobody and goes too, where it can.
    let folders = made_folders(&desk)?;
    let mut plan = kept_plan(&desk)?;
    let known: BTreeSet<PathBuf> = plan.iter().map(|planned| planned.path.clone()).collect();
    for path in wanted(arguments, &desk)?.into_iter().filter(|path| !known.contains(path)) {
        match describe(&path) {
            Ok(file) => plan.push(Planned { path, file }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                tell(&format!("gone already, and not in the certificate: {}", path.display()));
            }
            Err(error) => return Err(Stop::input(format!("cannot read {}: {error}", path.display()))),
        }
    }
    if let Some(certificate) = standing_certificate(arguments, &verified, &desk)? {
        let gone = |Planned { path, file }: &Planned| {
            certificate.files.contains(file) && path.symlink_metadata().is_err()
        };
        if !plan.iter().all(gone) {
            let sentence =
                "is a certificate already and is not overwritten: name another file for what is left";
            return Err(Stop::input(format!("{} {sentence}", arguments.out.display())));
        }
        finish(&desk, &folders)?;
        let out = arguments.out.display();
        return print_line(&format!(
            "all is gone already; the certificate of {} is {out}",
            counted(certificate.files.len(), "file")
        ));
    }
    if plan.is_empty() {
        return Err(Stop::input(
            "there is nothing to destroy: no code is kept, and no file that was named is there",
        ));
    }
    for Planned { path, file } in &plan {
        tell(&format!("{:>12} bytes  {}", file.length, path.display()));
    }
    arguments.place.consent(&format!(
        "Overwrite and remove {} {}, for good?",
        either(plan.len(), "this", "these"),
        counted(plan.len(), "file")
    ))?;
    let written = serde_json::to_vec(&plan).map_err(Stop::input)?;
    files::replace(&desk.path(PLAN), &written, Access::Private)?;
    let shown = Progress::over("destroying", plan.len() as u64);
    for Planned { path, file } in &plan {
        shred(path, file)
            .map_err(|error| Stop::input(format!("cannot destroy {}: {error}", path.display())))?;
        shown.step();
    }
    drop(shown);
    let destroyed: Vec<Destroyed> = plan.iter().map(|planned| planned.file.clone()).collect();
    let count = destroyed.len();
    let certificate = Certificate::sign(
        verified.election,
        (desk.number(), desk.key.signing_key()),
        (phase, &verified.seen),
        destroyed,
    )
    .map_err(Stop::input)?;
    let mut bytes = serde_json::to_vec_pretty(&certificate).map_err(Stop::input)?;
    bytes.push(b'\n');
    files::create(&arguments.out, &bytes, Access::Public)?;
    finish(&desk, &folders)?;
    print_line(&format!(
        "{} {} destroyed; the certificate is {}",
        counted(count, "file"),
        either(count, "is", "are"),
        arguments.out.display()
    ))
}

/// The certificate that stands where this one is to be written, if it is this registrar's own of this election.
fn standing_certificate(
    arguments: &Arguments,
    verified: &Verified,
    desk: &Desk,
) -> Result<Option<Certificate>, Stop> {
    let found = match files::read(&arguments.out, certificate::FILE_LIMIT) {
        Ok(bytes) => Certificate::read(&bytes).ok(),
        Err(error) if error.is_missing() => return Ok(None),
        Err(_) => None,
    };
    let own = found.filter(|found| {
        let root = verified.tree.root_at(found.size).map(|root| root.0);
        found.check(verified.election, Some(&desk.key.public()), verified.record.phase(), root).is_ok()
    });
    let other = || Stop::input(format!("{} exists already and is not overwritten", arguments.out.display()));
    own.map(Some).ok_or_else(other)
}

/// The plan names paths; it goes last, when the certificate is durable.
fn finish(desk: &Desk, folders: &BTreeSet<PathBuf>) -> Result<(), Stop> {
    let failed = |error| Stop::input(format!("cannot remove the plan: {error}"));
    match describe(&desk.path(PLAN)) {
        Ok(plan) => drop(shred(&desk.path(PLAN), &plan).map_err(failed)?),
        Err(error) if error.kind() == ErrorKind::NotFound => (),
        Err(error) => return Err(failed(error)),
    }
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        if let Err(error) = std::fs::remove_dir(folder) {
            tell(&format!("the folder {} stays: {error}", folder.display()));
        }
    }
    Ok(())
}

fn kept_plan(desk: &Desk) -> Result<Vec<Planned>, Stop> {
    match files::read(&desk.path(PLAN), PLAN_LIMIT) {
        Ok(bytes) => {
            tell("an earlier destruction was stopped in between and is finished now");
            serde_json::from_slice(&bytes)
                .map_err(|error| Stop::input(format!("the kept plan is malformed: {error}")))
        }
        Err(error) if error.is_missing() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Every file that is to be destroyed, once each, whether it is there or not.
fn wanted(arguments: &Arguments, desk: &Desk) -> Result<Vec<PathBuf>, Stop> {
    let mut paths = Vec::new();
    for file in &arguments.files {
        let path = std::path::absolute(file).map_err(Stop::input)?;
        if path.is_dir() {
            return Err(Stop::new(Exit::Usage, format!("{} is a folder: name its files", path.display())));
        }
        let own = path.file_name().is_some_and(|name| name == "key.vault");
        if own {
            return Err(Stop::new(
                Exit::Usage,
                "the signing key is no personal file, and the certificate needs it",
            ));
        }
        paths.push(path);
    }
    for file in desk.made()?.files {
        match file.what {
            Kind::Emails => {
                paths.extend(listed(&file.path, |name| name.ends_with(".eml") || is_draft(name, ".eml"))?);
            }
            Kind::Roll | Kind::Letters | Kind::Codes | Kind::Replacement => {
                paths.extend(drafts_of(&file.path)?);
                paths.push(file.path);
            }
        }
    }
    let folder = std::path::absolute(desk.path("")).map_err(Stop::input)?;
    let secret = |name: &str| {
        let kind = name.starts_with("codes-") || name.starts_with("replacement-");
        (kind && name.ends_with(".vault"))
            || name == made::FILE
            || is_draft(name, ".vault")
            || is_draft(name, made::FILE)
    };
    paths.extend(listed(&folder, secret)?);
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    Ok(paths)
}

/// Whether this is what a stop in the middle of writing left of a file whose name ends so: `.<name>.<16 hex>` beside it.
fn is_draft(name: &str, ending: &str) -> bool {
    let of = name.strip_prefix('.').and_then(|rest| rest.rsplit_once('.'));
    of.is_some_and(|(of, digits)| {
        let hex = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex && of.ends_with(ending)
    })
}

/// What stops in the middle of writing left of one file.
fn drafts_of(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(Vec::new());
    };
    listed(folder, |other| other.len() == name.len() + 18 && is_draft(other, name))
}

/// Files of a folder by their names, in order; none where there is no folder.
fn listed(folder: &Path, take: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, Stop> {
    let failed = |error: std::io::Error| Stop::input(format!("cannot read {}: {error}", folder.display()));
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed)?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_str().is_some_and(&take) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Folders that hold nothing but what this program made.
fn made_folders(desk: &Desk) -> Result<BTreeSet<PathBuf>, Stop> {
    let own = |file: made::File| match file.what {
        Kind::Emails => Some(file.path),
        Kind::Letters => file.path.parent().map(Path::to_owned),
        Kind::Roll | Kind::Codes | Kind::Replacement => None,
    };
    Ok(desk.made()?.files.into_iter().filter_map(own).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stop_in_the_middle_of_writing_left_is_found_by_its_name_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let codes = folder.path().join("codes.csv");
        let left = folder.path().join(".codes.csv.0123456789abcdef");
        for name in
            [".codes.csv.0123456789abcdef", ".codes.csv.0123", "codes.csv", ".other.csv.0123456789abcdef"]
        {
            std::fs::write(folder.path().join(name), "secret").unwrap();
        }
        assert_eq!(drafts_of(&codes).unwrap(), [left]);
        assert!(is_draft(".a.eml.00112233445566ff", ".eml") && !is_draft("a.eml", ".eml"));
        assert!(!is_draft(".a.eml.00112233445566f", ".eml") && !is_draft(".a.eml.00112233445566fg", ".eml"));
        assert_eq!(drafts_of(&folder.path().join("none/codes.csv")).unwrap(), Vec::<PathBuf>::new());
    }
}
