//! `documents`: what a commission hands out once a result stands: the protocol on paper, the counts, the report, the record.

use std::io::Write;
use std::path::{Path, PathBuf};

use plebiscite_admin::documents::{Certified, protocol, table};
use plebiscite_board::reader::Reader;
use plebiscite_election::entry::Entry;
use plebiscite_pages::Language;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::progress::Progress;
use plebiscite_verifier::report::{Outcome, Report};
use plebiscite_verifier::source::{Source, write_bundle};
use plebiscite_verifier::{Options, verify_record};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The folder of the documents; what stands there under their names is replaced.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Said of documents that were made too early.
const NOT_FINAL: &str = "the result is not final: the quorum of witnesses has not cosigned a log that holds it yet, and the documents say so; make them again once it has";

/// The record in one file.
const RECORD: &str = "record.plebiscite";

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let result = verified
        .record
        .result()
        .ok_or_else(|| Stop::new(Exit::NotYet, "no result stands in the record yet"))?;
    let after = result.index.saturating_add(1);
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    let out = &arguments.out;
    files::make_folder(out)?;
    let path = out.join(RECORD);
    let source = Source::open(&arguments.log.record).map_err(Stop::input)?;
    let shown = Progress::over("writing the record", 1);
    // Beside its place first: the record that is read may be the very file that is replaced.
    let beside = out.join(format!(".{RECORD}.partial"));
    write_bundle(&beside, &source, &verified.tree, verified.checkpoint.note(), &mut |done, of| {
        shown.reached(done, of)
    })
    .map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    drop(shown);
    std::fs::rename(&beside, &path).map_err(|error| Stop::input(format!("{}: {error}", path.display())))?;
    let report = verify_again(&path)?;
    let json = serde_json::to_vec_pretty(&report).map_err(|error| Stop::new(Exit::Bug, error))?;
    files::replace(&out.join("report.json"), &json, Access::Public)?;
    let counts = table(&verified.record).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    files::replace(&out.join("counts.csv"), &counts, Access::Public)?;
    let certified = certified(&path, &verified, after, &report)?;
    let languages =
        verified.record.manifest().map(|manifest| manifest.document().languages.clone()).unwrap_or_default();
    let mut known: Vec<Language> = Vec::new();
    for tag in &languages {
        match Language::of(tag.split('-').next().unwrap_or(tag)) {
            Some(language) if !known.contains(&language) => known.push(language),
            Some(_) => {}
            None => {
                print_line(&format!("no protocol in language {tag}: this program has no words in it"))?;
            }
        }
    }
    if known.is_empty() {
        known.push(Language::English);
    }
    for language in known {
        let pdf = protocol(&verified.record, language, &certified)
            .map_err(|error| Stop::new(Exit::CheckFailed, error))?;
        files::replace(&out.join(format!("protocol.{}.pdf", language.code())), &pdf, Access::Public)?;
    }
    print_line(&format!("the documents are in {}", out.display()))?;
    if certified.is_final == Some(false) {
        // On standard error, where it is seen also by who does not read what the command did.
        let _ = writeln!(std::io::stderr(), "plebiscite-admin: warning: {NOT_FINAL}");
    }
    Ok(Exit::Pass)
}

/// The bundle that is handed out is verified as its readers will.
fn verify_again(path: &Path) -> Result<Report, Stop> {
    let source = Source::open(&path.to_string_lossy()).map_err(Stop::input)?;
    let shown = Progress::over("verifying what was written", 1);
    let mut progress = |done, of| shown.reached(done, of);
    let options =
        Options { election: None, since: None, up_to: None, fresh: rand::random(), progress: &mut progress };
    let report = verify_record(source, options).map_err(Stop::input)?;
    if report.outcome == Outcome::Passed {
        return Ok(report);
    }
    Err(Stop::new(Exit::CheckFailed, "the record that was written does not pass every check"))
}

/// Who certified, from the entries behind the result.
fn certified(path: &Path, verified: &Verified, after: u64, report: &Report) -> Result<Certified, Stop> {
    let source = Source::open(&path.to_string_lossy()).map_err(Stop::input)?;
    let mut reader = Reader::open(source, verified.checkpoint.checkpoint().clone()).map_err(Stop::input)?;
    let mut officials = Vec::new();
    for index in after..report.size {
        let entry = reader.entry(index).map_err(Stop::input)?;
        if let Ok(Entry::Certification(act)) = Entry::decode(&entry) {
            officials = act.officials.0.iter().map(|signature| signature.signer).collect();
        }
    }
    Ok(Certified {
        size: report.size,
        root: report.root.clone(),
        officials,
        cosigned: cosigned(verified, after),
        is_final: report.witnesses.as_ref().map(|witnesses| witnesses.is_final == Some(true)),
    })
}

/// When each witness last cosigned a head that holds the result, in the manifest's order.
fn cosigned(verified: &Verified, after: u64) -> Vec<Option<u64>> {
    let named = verified.record.manifest().map_or(0, |manifest| manifest.witnesses().len());
    let holding = || verified.heads.iter().filter(|head| head.size >= after);
    let latest = |witness: usize| {
        holding().filter_map(|head| head.cosigned.times.get(witness).copied().flatten()).max()
    };
    (0..named).map(latest).collect()
}
