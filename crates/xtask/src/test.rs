//! `cargo xtask test`: every test, in the order in which a failure is cheapest to see.

use std::time::Instant;

use clap::Args;
use serde_json::Value;

use crate::command::{self, cargo};
use crate::{browser, checkers, demo, proofs, tidy, vectors, wasm};

/// What to run.
#[derive(Debug, Args)]
pub struct Options {
    /// Run these parts only: fmt, tidy, clippy, wasm (which needs node and a compiler for WebAssembly), unit, vectors, doc,
    /// checkers (which needs Go and x/mod), browser (which needs node, npm and Chromium), demo, stories, proofs (which needs
    /// Python and Coq); and, only when it is asked for, deny, which installs cargo-deny where it is missing.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these parts out, and say so in the last line.
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
}

type Part = (&'static str, fn() -> Result<(), String>);

const PARTS: [Part; 13] = [
    ("fmt", fmt),
    ("tidy", tidy::run),
    ("clippy", clippy),
    ("deny", deny),
    ("wasm", wasm::test),
    ("unit", unit),
    ("vectors", vectors::part),
    ("doc", doc),
    ("checkers", checkers::run),
    ("browser", browser::run),
    ("demo", demo_part),
    ("stories", stories),
    ("proofs", proofs::part),
];

/// Parts that run only when they are asked for by name.
const ONLY_ASKED: [&str; 1] = ["deny"];

/// Runs the parts that were asked for.
///
/// # Errors
/// The first part that fails, by name.
pub fn run_parts(options: &Options) -> Result<Vec<&'static str>, String> {
    let known = |name: &String| PARTS.iter().any(|(part, _)| part == name);
    if let Some(unknown) = options.only.iter().chain(&options.without).find(|name| !known(name)) {
        return Err(format!("there is no part {unknown}"));
    }
    let asked = |name: &str| match options.only.as_slice() {
        [] => !ONLY_ASKED.contains(&name),
        only => only.iter().any(|only| only == name),
    };
    let left_out = |name: &str| options.without.iter().any(|without| without == name);
    let mut skipped = Vec::new();
    for (name, part) in PARTS {
        if asked(name) && !left_out(name) {
            let begun = Instant::now();
            println!("== {name}");
            part().map_err(|sentence| format!("part {name}: {sentence}"))?;
            println!("== {name}: passed in {} s", begun.elapsed().as_secs());
        } else if !ONLY_ASKED.contains(&name) {
            skipped.push(name);
        }
    }
    Ok(skipped)
}

/// Runs the tests.
///
/// # Errors
/// The first part that fails, by name.
pub fn run(options: &Options) -> Result<(), String> {
    let skipped = run_parts(options)?;
    match skipped.as_slice() {
        [] => println!("all parts passed"),
        parts => println!("passed; left out: {}", parts.join(", ")),
    }
    Ok(())
}

fn fmt() -> Result<(), String> {
    run_command("cargo fmt", &["fmt", "--all", "--check"])
}

/// With the pages inside the server, which no default build has; what stands there without them, every build compiles.
fn clippy() -> Result<(), String> {
    let embedded = "plebiscite-server/embed";
    let all =
        ["clippy", "--quiet", "--workspace", "--all-targets", "--features", embedded, "--", "-D", "warnings"];
    run_command("cargo clippy", &all)
}

/// Licences, bans and sources of all dependencies. The tool is installed where it is missing.
fn deny() -> Result<(), String> {
    let there = cargo(&["deny", "--version"]).output().is_ok_and(|output| output.status.success());
    if !there {
        run_command("installing cargo-deny", &["install", "--quiet", "--locked", "cargo-deny"])?;
    }
    run_command("cargo deny", &["deny", "--offline", "check", "bans", "licenses", "sources"])
}

/// Everything but the stories and the vectors, which are parts of their own.
fn unit() -> Result<(), String> {
    let mut tests = cargo(&["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--examples"]);
    tests.args(targets()?.iter().filter(|(owner, _)| owner != STORIES && owner != VECTORS).flat_map(named));
    command::run("unit tests", &mut tests)?;
    let embedded = ["test", "--workspace", "--features", "plebiscite-public/embed", "--test", "embedded"];
    run_command("unit tests of the embedded pages", &embedded)
}

/// The package of the stories, and that of the vectors.
const STORIES: &str = "plebiscite";
const VECTORS: &str = "plebiscite-vectors";

/// All files of tests, by package and name.
fn targets() -> Result<Vec<(String, String)>, String> {
    let output = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]).output();
    let output = output.map_err(|error| format!("cargo metadata: {error}"))?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let list = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_array).cloned().ok_or_else(|| format!("cargo metadata: no {name}"))
    };
    let text = |value: &Value| value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for package in list(&metadata, "packages")? {
        for target in list(&package, "targets")? {
            if list(&target, "kind")?.iter().any(|kind| kind == "test") {
                found.push((text(&package), text(&target)));
            }
        }
    }
    Ok(found)
}

fn named((_, name): &(String, String)) -> [&str; 2] {
    ["--test", name]
}

fn doc() -> Result<(), String> {
    run_command("doc tests", &["test", "--workspace", "--doc"])
}

/// The demo at its default scale: it fails by itself unless the Swiss verdict and counts are history's; then the commands
/// that it prints are followed to the second verdict; then the votes of other kinds, each of which fails by itself unless
/// its tally is the plain count.
fn demo_part() -> Result<(), String> {
    demo::follow::run()?;
    demo::seeded_scenarios()
}

/// Whole-system stories; those that need the roles' programs are handed their folder.
fn stories() -> Result<(), String> {
    let programs = command::build(&command::PROGRAMS, &[], false)?;
    let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
    tests.args(targets()?.iter().filter(|(owner, _)| owner == STORIES).flat_map(named));
    tests.env("PLEBISCITE_PROGRAMS", programs);
    command::run("stories", &mut tests)
}

fn run_command(what: &str, arguments: &[&str]) -> Result<(), String> {
    command::run(what, &mut cargo(arguments))
}
