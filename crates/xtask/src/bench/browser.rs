//! The pages in Chromium: proving, a whole count, the longest task of the page's thread, and what a whole vote weighs.

use std::process::Command;

use serde_json::Value;

use crate::browser;
use crate::command::{self, root};
use crate::figures::Figures;

use super::programs::{self, made};

/// Ballots of the log that is counted again.
const BALLOTS: u64 = 10_000;

/// Measures and prints; the last line that the script writes is its figures.
///
/// # Errors
/// A sentence, where a program or the browser fails.
pub fn run(figures: &mut Figures) -> Result<(), String> {
    let chromium = browser::ready()?;
    let programs = programs::build()?;
    // The log that audit, import and restart of so many ballots are measured with.
    let folder = root().join(format!("target/whole/{BALLOTS}"));
    let ballots = BALLOTS.to_string();
    made(&folder, &[&ballots, &ballots, "--beside"])?;
    let mut script = Command::new("node");
    script.current_dir(root().join("web/tests")).arg("bench.js").arg(folder.join("log")).arg(&ballots);
    script.env("CHROMIUM", &chromium).env("PLEBISCITE_PROGRAMS", &programs);
    let said = command::tee("the bench of the pages", &mut script)?;
    let last = said.lines().last().unwrap_or_default();
    let measured: Value =
        serde_json::from_str(last).map_err(|error| format!("the bench of the pages: {error}: {last}"))?;
    let figure = |name: &str| {
        measured.get(name).and_then(Value::as_f64).ok_or_else(|| format!("the pages' bench says no {name}"))
    };
    let browser = [
        "prove_o3_ms",
        "prove_o3_first_ms",
        "prove_o10_ms",
        "prove_o10_first_ms",
        "audit_10k_s",
        "audit_10k_fastest_s",
        "longest_task_ms",
    ];
    for name in browser {
        figures.set(&["browser", name], figure(name)?.into())?;
    }
    figures.set(&["web", "compressed_kb"], figure("compressed_kb")?.into())?;
    println!(
        "\nChromium: yes, no or blank is proved in {:.1} ms (the first one in {:.0}), one of 10 options in {:.1} ({:.0}); \
         {BALLOTS} ballots are counted again in {:.2} s; the longest task of the page while sealing is {:.1} ms; a whole \
         vote weighs {:.1} kB",
        figure("prove_o3_ms")?,
        figure("prove_o3_first_ms")?,
        figure("prove_o10_ms")?,
        figure("prove_o10_first_ms")?,
        figure("audit_10k_s")?,
        figure("longest_task_ms")?,
        figure("compressed_kb")?
    );
    Ok(())
}
