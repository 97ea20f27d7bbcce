//! Gives the same records, true and changed, to `plebiscite-verify`'s own code and to the second verifier
//! (`proofs/reference`), and compares verdicts, names of checks, entries, numbers: everything but sentences.
//!
//! `cargo run -p plebiscite-agreement -- --records 2000`; the last line is `records agreed: N of N`. Folders of records on
//! which the two differ are kept and named.
#![expect(clippy::unwrap_used, reason = "records that cannot be made or written leave nothing to compare")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

mod change;
mod history;
mod manifest;
mod one_file;
mod record;
mod verdict;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::Parser;
use record::{GROUP, Record};
use serde_json::{Value, json};

/// Groups of records that stand on the disk at a time.
const BATCH: usize = 20;

/// Compares the two verifiers on generated records, of which half are changed.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many records; rounded up to whole tens.
    #[arg(long, default_value_t = 2000)]
    records: usize,
    /// Another seed gives other records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The interpreter.
    #[arg(long, default_value = "python3")]
    python: String,
    /// The second verifier's folder.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proofs/reference"))]
    reference: PathBuf,
    /// Where records are kept on which the verifiers differ.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/disagreed"))]
    keep: PathBuf,
}

/// What was compared.
#[derive(Default)]
struct Tally {
    agreed: usize,
    compared: usize,
    changed: usize,
    exits: BTreeMap<u64, usize>,
    /// Failed checks by name, and how often.
    checks: BTreeMap<String, usize>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let groups = arguments.records.div_ceil(GROUP);
    let mut tally = Tally::default();
    for from in (0..groups).step_by(BATCH) {
        compare(&arguments, from..groups.min(from + BATCH), &mut tally);
        println!("{} of {} records, {} agreed", tally.compared, groups * GROUP, tally.agreed);
    }
    println!("changed: {} of {}", tally.changed, tally.compared);
    println!("exit codes: {:?}", tally.exits);
    println!("checks that failed: {:?}", tally.checks);
    println!("records agreed: {} of {}", tally.agreed, tally.compared);
    if tally.agreed == tally.compared && tally.compared > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn compare(arguments: &Arguments, groups: std::ops::Range<usize>, tally: &mut Tally) {
    let stage = tempfile::tempdir().unwrap();
    let records: Vec<Record> = groups.flat_map(|number| record::group(arguments.seed, number)).collect();
    let folders: Vec<PathBuf> =
        (0..records.len()).map(|number| stage.path().join(format!("{number:04}"))).collect();
    let mut lines = String::new();
    for (folder, record) in folders.iter().zip(&records) {
        record.write(folder).unwrap();
        let since = record.since.as_ref().map(|_| folder.join("since"));
        lines += &format!(
            "{}\n",
            json!({"folder": record.place(folder), "election": record.election, "since": since})
        );
    }
    let list = stage.path().join("list");
    fs::write(&list, lines).unwrap();
    let theirs = judged(arguments, &list);
    for ((folder, record), theirs) in folders.iter().zip(&records).zip(theirs) {
        let ours = verdict::ours(&record.place(folder), record);
        tally.add(record, &ours);
        let differences = verdict::differences(&ours, &verdict::said(theirs));
        if differences.is_empty() {
            tally.agreed += 1;
        } else {
            keep(arguments, record, &differences);
        }
    }
}

/// What the second verifier says of every record of the list, in its order.
fn judged(arguments: &Arguments, list: &Path) -> Vec<Value> {
    let output = Command::new(&arguments.python)
        .arg(&arguments.reference)
        .arg("judge")
        .arg(list)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the second verifier ends with {}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

impl Tally {
    fn add(&mut self, record: &Record, ours: &Value) {
        self.compared += 1;
        self.changed += usize::from(record.changed);
        *self.exits.entry(ours["exit"].as_u64().unwrap()).or_default() += 1;
        for check in ours["checks"].as_array().into_iter().flatten().filter(|check| check["status"] == "fail")
        {
            *self.checks.entry(check["name"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
}

/// Keeps a record on which the verifiers differ, and says where and how.
fn keep(arguments: &Arguments, record: &Record, differences: &[String]) {
    let name: String = record.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let to = arguments.keep.join(name);
    let _ = fs::remove_dir_all(&to);
    record.write(&to).unwrap();
    println!("differ: {} (election {:?}), kept in {}", record.name, record.election, to.display());
    differences.iter().for_each(|difference| println!("    {difference}"));
}
