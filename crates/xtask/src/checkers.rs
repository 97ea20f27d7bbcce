//! `cargo xtask test --only checkers`: exported logs before checkers that nobody here wrote: Debian's golang.org/x/mod.
//!
//! The program in `tests/checkers` only calls that package's `note` and `tlog`; the logs are those of the example `exported`
//! of plebiscite-server. Every true thing must be accepted and every corruption of it refused.

use std::path::Path;
use std::process::Command;

use crate::command::{self, root};

/// Debian's packages of the compiler and of the checkers.
const PACKAGES: [&str; 2] = ["golang-go", "golang-golang-x-mod-dev"];
/// Where Debian keeps libraries for Go.
const LIBRARIES: &str = "/usr/share/gocode";
/// How the program's last line begins.
const LAST: &str = "true and accepted: ";

/// Makes the logs and has them checked; the last line says what was accepted and what refused.
///
/// # Errors
/// A sentence: what is missing, or what was judged wrongly.
pub fn run() -> Result<(), String> {
    install()?;
    let target = command::target().join("checkers");
    let (logs, checker) = (target.join("logs"), target.join("check"));
    if logs.exists() {
        std::fs::remove_dir_all(&logs).map_err(|error| format!("{}: {error}", logs.display()))?;
    }
    let built = command::build(&[], &["exported"], false)?;
    command::run("exporting the logs", Command::new(built.join("examples/exported")).arg(&logs))?;
    let source = root().join("tests/checkers");
    formatted(&source)?;
    command::run("go vet", go(&target).current_dir(&source).args(["vet", "."]))?;
    command::run("go build", go(&target).current_dir(&source).args(["build", "-o"]).arg(&checker).arg("."))?;
    let said = command::tee(
        "the checkers",
        Command::new(&checker).arg(logs.join("election")).arg(logs.join("known")),
    )?;
    judged(&said).map(|_| ())
}

/// How many true things were accepted and how many false ones refused, as the last line says; neither is none.
fn judged(said: &str) -> Result<(u64, u64), String> {
    let last = said.lines().last().unwrap_or_default();
    let numbers = last.strip_prefix(LAST).and_then(|rest| rest.split_once(", false and refused: "));
    let numbers =
        numbers.and_then(|(accepted, refused)| Some((accepted.parse().ok()?, refused.parse().ok()?)));
    match numbers {
        Some((accepted, refused)) if accepted > 0 && refused > 0 => Ok((accepted, refused)),
        Some(_) => Err("the checkers judged nothing".to_owned()),
        None => Err("the checkers ended without their last line".to_owned()),
    }
}

/// The compiler, with Debian's libraries and nothing fetched.
fn go(target: &Path) -> Command {
    let mut command = Command::new("go");
    command.env("GO111MODULE", "off").env("GOPATH", LIBRARIES).env("GOFLAGS", "").env("GOPROXY", "off");
    command.env("GOCACHE", target.join("cache"));
    command
}

fn formatted(source: &Path) -> Result<(), String> {
    let listed = Command::new("gofmt").arg("-l").arg(source).output();
    let listed = listed.map_err(|error| format!("gofmt cannot be run: {error}"))?;
    let names = String::from_utf8_lossy(&listed.stdout).trim().to_owned();
    if listed.status.success() && names.is_empty() {
        return Ok(());
    }
    Err(format!("gofmt: not formatted: {names}{}", String::from_utf8_lossy(&listed.stderr)))
}

/// Installs compiler and checkers where they are missing and may be installed.
fn install() -> Result<(), String> {
    let there = || {
        let compiler = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
        let libraries = Path::new(LIBRARIES).join("src/golang.org/x/mod/sumdb");
        compiler && libraries.join("note").is_dir() && libraries.join("tlog").is_dir()
    };
    if there() {
        return Ok(());
    }
    let names = PACKAGES.join(" ");
    let advice = format!("install them ({names}), or leave this part out with --without checkers");
    command::install_debian(&PACKAGES)
        .map_err(|sentence| format!("Go or x/mod is missing ({sentence}): {advice}"))?;
    if there() { Ok(()) } else { Err(format!("{names} are installed and not found: {advice}")) }
}

#[cfg(test)]
mod tests {
    use super::judged;

    #[test]
    fn only_a_last_line_with_both_numbers_passes() {
        assert_eq!(judged("x\ntrue and accepted: 3, false and refused: 40\n"), Ok((3, 40)));
        for bad in [
            "",
            "true and accepted: 3, false and refused: 0",
            "true and accepted: 0, false and refused: 4",
            "true and accepted: 3",
            "true and accepted: 3, false and refused: 40\nmore",
            "true and accepted: x, false and refused: 40",
        ] {
            assert!(judged(bad).is_err(), "{bad}");
        }
    }
}
