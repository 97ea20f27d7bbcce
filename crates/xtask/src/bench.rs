//! `cargo xtask bench`: own code and peers in one run, and a table of what was measured.

mod browser;
mod load;
mod plot;
mod programs;
mod whole;

use std::path::Path;

use clap::Args;
use serde_json::Value;

use crate::command::{self, cargo, root};
use crate::figures::Figures;
use crate::long;
use crate::wasm;

/// How to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// Fewer samples: a minute instead of several.
    #[arg(long)]
    quick: bool,
    /// Instead: a log of so many entries through import, export, verification and a mirror.
    #[arg(long, value_name = "ENTRIES")]
    log: Option<u64>,
    /// Instead: whole logs of every power of ten up to so many ballots: audit, import, restart; with a table and a plot.
    #[arg(long, value_name = "BALLOTS", conflicts_with = "log")]
    whole: Option<u64>,
    /// Instead: a minute of casting over HTTP. Together with `--whole` both.
    #[arg(long, conflicts_with = "log")]
    load: bool,
    /// Instead: the pages in Chromium. Together with `--whole` and `--load` those too.
    #[arg(long, conflicts_with = "log")]
    browser: bool,
}

/// The largest log of a full run.
const LARGEST: u64 = 1_000_000;

/// Runs all benches and prints a table.
///
/// # Errors
/// A sentence, where a bench fails.
pub fn run(options: &Options) -> Result<(), String> {
    if let Some(entries) = options.log {
        return long::run(entries);
    }
    let mut figures = Figures::begin()?;
    if options.whole.is_some() || options.load || options.browser {
        return programs(options.whole, options.load, options.browser, &mut figures);
    }
    figures.set(&["verify"], verification(options.quick)?)?;
    // What an earlier run left there was not measured in this one.
    let results = root().join("target/criterion");
    if results.exists() {
        std::fs::remove_dir_all(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    }
    let packages: [(&str, &[&str]); 2] =
        [("plebiscite", &["--benches"]), ("plebiscite-peers", &["--bench", "choice", "--bench", "tree"])];
    for (package, benches) in packages {
        let mut bench = cargo(&["bench", "--quiet", "--package", package]);
        bench.args(benches).arg("--");
        if options.quick {
            bench.args(["--quick"]);
        }
        command::run("benches", &mut bench)?;
    }
    let mut rows = Vec::new();
    collect(&results, &mut rows)?;
    let pages = web(options.quick, &mut rows);
    rows.sort();
    println!("\n| what | median | \n|---|---|");
    for (name, nanoseconds) in &rows {
        println!("| {name} | {} |", shown(*nanoseconds));
    }
    println!("\n{}", pages.unwrap_or_else(|sentence| format!("WebAssembly was not measured: {sentence}")));
    let medians = rows.into_iter().map(|(name, time)| (name, time.into()));
    figures.set(&["benches_ns"], Value::Object(medians.collect()))?;
    if options.quick { Ok(()) } else { programs(Some(LARGEST), true, true, &mut figures) }
}

/// Verification beside its floor and its peers: the last line that the bench writes is its figures.
fn verification(quick: bool) -> Result<Value, String> {
    let mut bench = cargo(&["bench", "--quiet", "--package", "plebiscite-peers", "--bench", "verify", "--"]);
    if quick {
        bench.arg("--quick");
    }
    let said = command::tee("the bench of verification", &mut bench)?;
    let last = said.lines().last().unwrap_or_default();
    serde_json::from_str(last).map_err(|error| format!("the bench of verification: {error}: {last}"))
}

/// The real programs on whole logs, under load, and behind the pages.
fn programs(largest: Option<u64>, load: bool, pages: bool, figures: &mut Figures) -> Result<(), String> {
    programs::build()?;
    largest.map_or(Ok(()), |largest| whole::run(largest, figures))?;
    if load {
        load::run(figures)?;
    }
    if pages { browser::run(figures) } else { Ok(()) }
}

/// Ballots made by WebAssembly in node, as rows; and its size, as a sentence.
fn web(quick: bool, rows: &mut Vec<(String, u64)>) -> Result<String, String> {
    let samples = if quick { "50" } else { "500" };
    let text = wasm::node(&["web/tests/wasm/bench.js", samples])?;
    let figures: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let times = figures.get("ballot_ns").and_then(serde_json::Value::as_object).into_iter().flatten();
    rows.extend(times.filter_map(|(name, time)| Some((format!("web/encrypt {name}"), time.as_u64()?))));
    let sizes = |module: &str| {
        let size = |name: &str| figures.get(module).and_then(|bytes| bytes.get(name)?.as_u64()).unwrap_or(0);
        format!("{} bytes, {} with gzip, {} with brotli", size("raw"), size("gzip"), size("brotli"))
    };
    Ok(format!("WebAssembly for voters: {}; with the verifier: {}", sizes("bytes"), sizes("count_bytes")))
}

/// Medians of all benches that criterion has written, by name, in nanoseconds.
fn collect(folder: &Path, rows: &mut Vec<(String, u64)>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.ends_with("new") {
            let read = |name: &str| -> Option<serde_json::Value> {
                serde_json::from_slice(&std::fs::read(path.join(name)).ok()?).ok()
            };
            let (estimates, benchmark) = (read("estimates.json"), read("benchmark.json"));
            if let (Some(estimates), Some(benchmark)) = (estimates, benchmark) {
                let median = estimates.pointer("/median/point_estimate").and_then(serde_json::Value::as_f64);
                let name = benchmark.get("full_id").and_then(serde_json::Value::as_str);
                // Nanoseconds of one pass are far below 2^53.
                rows.extend(name.zip(median).map(|(name, median)| (name.to_owned(), median as u64)));
            }
        } else if path.is_dir() {
            collect(&path, rows)?;
        }
    }
    Ok(())
}

fn shown(nanoseconds: u64) -> String {
    match nanoseconds {
        0..10_000 => format!("{nanoseconds} ns"),
        10_000..10_000_000 => format!("{} µs", nanoseconds / 1_000),
        _ => format!("{} ms", nanoseconds / 1_000_000),
    }
}
