//! `cargo xtask proofs`: what others than our own programs say of the protocol: the second verifier on all vectors and on
//! generated records, true and changed; and the machine-checked proofs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::Args;

use crate::command::{self, root};

/// Debian's packages of the proof assistant and its library of algebra.
const COQ_PACKAGES: [&str; 3] = ["coq", "libcoq-mathcomp-ssreflect", "libcoq-mathcomp-algebra"];
/// Records of the sample that every test run compares.
const SAMPLE: usize = 100;

/// What to prove and to compare.
#[derive(Debug, Args)]
pub struct Options {
    /// Generated records given to both verifiers, half of them changed.
    #[arg(long, default_value_t = 2000)]
    records: usize,
    /// Another seed gives other records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave the machine-checked proofs out, and say so in the last line.
    #[arg(long)]
    without_coq: bool,
}

/// Runs the second verifier, the comparison and the proofs; the last line says what came of it.
///
/// # Errors
/// A sentence: which of them failed, or what is missing and cannot be installed.
pub fn run(options: &Options) -> Result<(), String> {
    let python = python()?;
    timed("the second verifier's own tests", || own_tests(&python))?;
    timed("the second verifier on all vectors", || vectors(&python))?;
    let agreed = timed("both verifiers on generated records", || agreement(&python, options))?;
    let proofs = if options.without_coq {
        "lemmas: left out".to_owned()
    } else {
        let lemmas = timed("the machine-checked proofs", coq)?;
        format!("lemmas: {lemmas}, axioms: none")
    };
    println!("{proofs}, records agreed: {agreed}");
    Ok(())
}

/// The part of the tests: all vectors, all proofs, and a sample of the records.
///
/// # Errors
/// As [`run`].
pub fn part() -> Result<(), String> {
    run(&Options { records: SAMPLE, seed: 1, without_coq: false })
}

fn timed<T>(what: &str, step: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let begun = Instant::now();
    println!("-- {what}");
    let done = step()?;
    println!("-- {what}: {} s", begun.elapsed().as_secs());
    Ok(done)
}

fn reference() -> PathBuf {
    root().join("proofs/reference")
}

/// Python 3.11 or later.
fn python() -> Result<String, String> {
    let fits = "import sys; sys.exit(sys.version_info < (3, 11))";
    let found = ["python3", "python3.13", "python3.12", "python3.11"]
        .into_iter()
        .find(|name| Command::new(name).args(["-c", fits]).status().is_ok_and(|status| status.success()));
    found.map(str::to_owned).ok_or_else(|| "the second verifier needs Python 3.11 or later".to_owned())
}

fn own_tests(python: &str) -> Result<(), String> {
    let mut tests = Command::new(python);
    tests.current_dir(root().join("proofs")).args([
        "-m",
        "unittest",
        "discover",
        "-q",
        "-s",
        "reference/tests",
        "-t",
        ".",
    ]);
    command::run("the second verifier's own tests", &mut tests)
}

fn vectors(python: &str) -> Result<(), String> {
    let mut judge = Command::new(python);
    judge.arg(reference()).arg("vectors").arg(root().join("proofs/vectors"));
    command::run("the second verifier on the vectors", &mut judge)
}

/// How many records of how many both verifiers judge alike.
fn agreement(python: &str, options: &Options) -> Result<String, String> {
    let (records, seed) = (options.records.to_string(), options.seed.to_string());
    let built = command::build(&["plebiscite-agreement"], &[], false)?;
    let mut compare = Command::new(built.join("plebiscite-agreement"));
    compare
        .args(["--records", &records, "--seed", &seed, "--python", python])
        .arg("--reference")
        .arg(reference());
    let said = command::tee("comparing the two verifiers", &mut compare)?;
    let agreed = said.lines().rev().find_map(|line| line.strip_prefix("records agreed: "));
    agreed.map(str::to_owned).ok_or_else(|| "the comparison ended without its last line".to_owned())
}

/// Compiles all proofs and has the checker judge what came out: how many lemmas stand, without an axiom.
fn coq() -> Result<usize, String> {
    install_coq()?;
    let folder = root().join("proofs/coq");
    let mut build = Command::new("make");
    build.arg("--no-print-directory").arg("-C").arg(&folder).arg("all");
    command::run("compiling the proofs", &mut build)?;
    let mut check = Command::new("make");
    check.arg("--no-print-directory").arg("-C").arg(&folder).arg("check");
    let said = command::tee("coqchk", &mut check)?;
    no_axioms(&said)?;
    Ok(crate::claims::lemmas(&folder)?.len())
}

/// The checker's summary lists every axiom that anything rests on; it must list none.
fn no_axioms(summary: &str) -> Result<(), String> {
    let mut lines =
        summary.lines().skip_while(|line| line.trim() != "* Axioms:" && !line.contains("Axioms: <none>"));
    match lines.next() {
        Some(line) if line.contains("Axioms: <none>") => Ok(()),
        Some(_) => Err(format!("the proofs rest on axioms:{}", lines.next().unwrap_or_default())),
        None => Err("coqchk ended without a summary of axioms".to_owned()),
    }
}

fn install_coq() -> Result<(), String> {
    let there = || {
        let library =
            Command::new("coqc").arg("-where").output().ok().filter(|output| output.status.success());
        library.is_some_and(|output| {
            let library = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            Path::new(&library).join("user-contrib/mathcomp/algebra").is_dir()
        })
    };
    if there() {
        return Ok(());
    }
    command::install_debian(&COQ_PACKAGES)?;
    if there() {
        Ok(())
    } else {
        Err(format!("{} are installed and coqc does not find them", COQ_PACKAGES.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::no_axioms;

    #[test]
    fn a_summary_without_axioms_passes() {
        assert!(
            no_axioms("CONTEXT SUMMARY\n===\n* Theory: Set is predicative\n\n* Axioms: <none>\n").is_ok()
        );
    }

    #[test]
    fn a_summary_with_an_axiom_or_without_the_line_does_not_pass() {
        let with = "* Theory: Set is predicative\n\n* Axioms:\n    Linear.forged\n";
        assert!(no_axioms(with).unwrap_err().contains("Linear.forged"));
        assert!(no_axioms("all is well").is_err());
    }
}
