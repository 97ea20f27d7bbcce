//! A test of the demo as a person meets it: reads what it prints, types the printed commands, and reads the verdict.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::commands::{AFTER, BEFORE};
use super::{Options, kazakhstan, vote::Region};
use crate::command::root;

/// Runs the demo in a process of its own, follows the commands that it prints, and compares the verdict with history's.
///
/// # Errors
/// A sentence, where anything is not as it must be.
pub fn run() -> Result<(), String> {
    let folder = root().join("target").join(format!("demo-followed-{}", std::process::id()));
    let mut demo = Demo::start(&folder)?;
    let said = demo.read_until(AFTER)?;
    let summary = said.iter().find(|line| line.starts_with('{')).ok_or("the demo printed no summary")?;
    let summary: Value = serde_json::from_str(summary).map_err(|error| error.to_string())?;
    if summary.get("verified").and_then(Value::as_bool) != Some(true) {
        return Err(format!("the Swiss vote was not verified: {summary}"));
    }
    let links: Vec<&String> = said.iter().filter(|line| line.contains("/v#c=")).collect();
    let expected = kazakhstan::vote(Options::headless(1_000).scale)?;
    if links.len() != expected.ways.left {
        return Err(format!("{} links are printed", links.len()));
    }
    let typed: Vec<&str> = said
        .iter()
        .skip_while(|line| line.as_str() != BEFORE)
        .skip(1)
        .map_while(|line| line.strip_prefix("    "))
        .collect();
    println!("- {} printed commands are typed", typed.len());
    // The very same lines, and the last command's report as JSON.
    let script = format!("set -e\n{} --json\n", typed.join("\n"));
    let output = Command::new("sh").arg("-c").arg(&script).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("sh: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let failed = String::from_utf8_lossy(&output.stderr);
        return Err(format!("a printed command failed ({}): {printed}{failed}", output.status));
    }
    let report = printed.find("\n{").map_or(printed.as_ref(), |at| printed.split_at(at).1);
    let report: Value = serde_json::from_str(report.trim()).map_err(|error| format!("{error}: {printed}"))?;
    judge(&report, &expected.regions, expected.ways.left as u64)?;
    demo.stop()?;
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}

/// All who took part voted, less those left out; the answer is history's: adopted.
fn judge(report: &Value, regions: &[Region], left: u64) -> Result<(), String> {
    let contest = report.pointer("/verdict/contests/0").ok_or_else(|| format!("no verdict: {report}"))?;
    let count = |name: &str| contest.get(name).and_then(Value::as_u64).unwrap_or_default();
    let participants = regions.iter().map(Region::participants).sum::<u64>() - left;
    let adds_up = count("yes") + count("no") + count("blank") == participants;
    let adopted = contest.get("decision").and_then(Value::as_str) == Some("adopted");
    if count("participants") == participants && adds_up && adopted {
        println!("- adopted, as in 2024: {} yes, {} no, {} blank", count("yes"), count("no"), count("blank"));
        return Ok(());
    }
    Err(format!("the verdict is not history's: {contest}"))
}

/// The demo as a process. It ends with this.
struct Demo {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Demo {
    fn start(folder: &Path) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(own);
        command.arg("demo").arg("--folder").arg(folder).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let output = child.stdout.take().ok_or("the demo has no output")?;
        Ok(Self { child, lines: BufReader::new(output).lines() })
    }

    /// What it says up to a line, which must come; shown as it comes.
    fn read_until(&mut self, last: &str) -> Result<Vec<String>, String> {
        let mut said = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.map_err(|error| error.to_string())?;
            println!("{line}");
            if line == last {
                return Ok(said);
            }
            said.push(line);
        }
        Err(format!("the demo ended before it said: {last}"))
    }

    /// Ends the demo by its id; its server must end with it, and let go of its store.
    fn stop(&mut self) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).map_err(|error| error.to_string())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
