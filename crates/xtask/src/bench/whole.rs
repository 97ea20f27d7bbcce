//! Whole logs from a thousand ballots to a million: audit, import and restart by the real programs, a table and a plot.

use std::path::Path;

use crate::command::root;
use crate::figures::Figures;
use crate::long::{Measured, measure, size};

use super::plot::{Line, plot};
use super::programs::{Server, empty_data, made, program};

/// What was measured of a log of so many ballots.
struct Row {
    ballots: u64,
    bytes: u64,
    audit: Measured,
    import: Measured,
    restart: f64,
    served_in: u64,
}

/// Measures logs of every power of ten up to `largest`; every voter votes once.
///
/// # Errors
/// A sentence, where a program fails.
pub fn run(largest: u64, figures: &mut Figures) -> Result<(), String> {
    let sizes = std::iter::successors(Some(1_000u64), |size| size.checked_mul(10));
    let mut rows = Vec::new();
    for ballots in sizes.take_while(|size| *size <= largest) {
        rows.push(one(ballots)?);
    }
    let Some(last) = rows.last() else { return Ok(()) };
    figures.set(&["audit", "ballots"], last.ballots.into())?;
    figures.set(&["audit", "seconds"], last.audit.seconds.into())?;
    figures.set(&["audit", "peak_mib"], last.audit.mebibytes.into())?;
    if last.ballots == 1_000_000 {
        figures.set(&["restart", "seconds_at_1m"], last.restart.into())?;
        figures.set(&["restart", "peak_mib_at_1m"], last.served_in.into())?;
    }
    let table = table(&rows);
    println!("\n{table}");
    write(&root().join("benches/growth.md"), &format!("{HEAD}{table}\n{TAIL}"))?;
    write(&root().join("benches/growth.svg"), &picture(&rows))
}

const HEAD: &str = "# Growth\n\nWritten by `cargo xtask bench --whole N`. An open election of two regions and one question with yes, no and blank; every voter casts one ballot, all are verified with proof and signature. Release build, wall-clock seconds, most resident memory.\n\n";
const TAIL: &str =
    "![The table as a plot: seconds and mebibytes against ballots, both axes logarithmic](growth.svg)\n";

fn one(ballots: u64) -> Result<Row, String> {
    let folder = root().join(format!("target/whole/{ballots}"));
    let voters = ballots.to_string();
    // The setup's entries come on top.
    made(&folder, &[&voters, &voters, "--beside"])?;
    let log = folder.join("log");
    let mut verify = program("plebiscite-verify");
    // Voting goes on in this log: there is no result yet, which is exit code 5.
    verify.arg("record").arg(&log);
    let audit = measure("verifier: the whole record", &mut verify, 5)?;
    let data = empty_data(&folder)?;
    let mut import = program("plebiscite-server");
    import.arg("--data").arg(&data).arg("import").arg(&log);
    let import = measure("server: import, judged and synced", &mut import, 0)?;
    let server = Server::start(&data, None)?;
    let (restart, served_in) = (server.seconds, server.mebibytes());
    println!("server: serves after {restart:.1} s, {served_in} MiB");
    server.kill();
    let (_, bytes) = size(&log)?;
    Ok(Row { ballots, bytes, audit, import, restart, served_in })
}

fn table(rows: &[Row]) -> String {
    let mut text = "| ballots | bytes of the log | audit, s | MiB | import, s | MiB | restart, s | MiB |\n|---|---|---|---|---|---|---|---|\n".to_owned();
    for Row { ballots, bytes, audit, import, restart, served_in } in rows {
        text.push_str(&format!(
            "| {ballots} | {bytes} | {:.2} | {} | {:.2} | {} | {restart:.2} | {served_in} |\n",
            audit.seconds, audit.mebibytes, import.seconds, import.mebibytes
        ));
    }
    text
}

fn picture(rows: &[Row]) -> String {
    let line = |name, of: &dyn Fn(&Row) -> f64| Line {
        name,
        points: rows.iter().map(|row| (row.ballots as f64, of(row))).collect(),
    };
    plot(
        "ballots",
        &[
            line("audit, seconds", &|row| row.audit.seconds),
            line("import, seconds", &|row| row.import.seconds),
            line("restart, seconds", &|row| row.restart),
            line("audit, MiB", &|row| row.audit.mebibytes as f64),
            line("server, MiB", &|row| row.served_in as f64),
            line("log, MB", &|row| row.bytes as f64 / 1e6),
        ],
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
