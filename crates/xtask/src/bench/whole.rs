//! Whole logs from a thousand ballots to a million: audit, import and restart by the real programs; audits of the Swiss vote of
//! 1970 at its size, and of votes with more and more regions and options; tables and plots.

use std::path::Path;

use crate::command::root;
use crate::figures::Figures;
use crate::long::{Measured, measure, size};

use super::plot::{Line, plot};
use super::programs::{Server, empty_data, held, made, program};

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
    let audited = |ballots: u64, audit: &Measured, figures: &mut Figures| {
        figures.set(&["audit", "ballots"], ballots.into())?;
        figures.set(&["audit", "seconds"], audit.seconds.into())?;
        figures.set(&["audit", "peak_mib"], audit.mebibytes.into())
    };
    audited(last.ballots, &last.audit, figures)?;
    if last.ballots == 1_000_000 {
        figures.set(&["restart", "seconds_at_1m"], last.restart.into())?;
        figures.set(&["restart", "peak_mib_at_1m"], last.served_in.into())?;
    }
    let mut report = format!("{HEAD}{}\n{TAIL}", table(&rows));
    write(&root().join("benches/growth.svg"), &picture(&rows))?;
    for (what, numbers, ballots, words) in SPREAD {
        let rows: Vec<Spread> =
            numbers.iter().map(|number| spread(what, *number, ballots)).collect::<Result<_, _>>()?;
        report.push_str(&spread_report(what, words, ballots, &rows));
        write(&root().join(format!("benches/growth-{what}.svg")), &spread_picture(what, &rows))?;
    }
    if largest >= LARGEST_KNOWN {
        let folder = root().join("target/whole/history");
        held(&folder, &["history"])?;
        let audit = audit(&folder.join("log"), 0)?;
        let (_, bytes) = size(&folder.join("log"))?;
        audited(HISTORY, &audit, figures)?;
        report.push_str(&format!(
            "\n## The Swiss vote of 7 June 1970, at its size\n\n25 cantons, 1,641,777 rows of the roll by two registrars, {HISTORY} ballots, held to its certified result, which is history's: audited in {:.1} s with {} MiB; {bytes} bytes.\n",
            audit.seconds, audit.mebibytes
        ));
    }
    println!("\n{report}");
    write(&root().join("benches/growth.md"), &report)
}

/// Ballots of the Swiss vote, all of whom took part.
const HISTORY: u64 = 1_226_658;
/// From this size on the Swiss vote is audited too: making it takes minutes.
const LARGEST_KNOWN: u64 = 1_000_000;

/// What else grows: its name, how far, with how many ballots, and what kind of vote that is.
const SPREAD: [(&str, &[u64], u64, &str); 2] = [
    (
        "regions",
        &[1, 4, 16, 64, 256, 1_024, 2_048],
        20_000,
        "One question with yes, no and blank, every region opened by itself",
    ),
    ("options", &[2, 5, 10, 20, 50, 100, 200], 10_000, "One of so many options or blank, in one region"),
];

/// What was measured of a vote with so many regions or options.
struct Spread {
    number: u64,
    bytes: u64,
    audit: Measured,
}

const HEAD: &str = "# Growth\n\nWritten by `cargo xtask bench --whole N`. Release build, wall-clock seconds, most resident memory.\n\n## Ballots\n\nAn open election of two regions and one question with yes, no and blank; every voter casts one ballot, all are verified with proof and signature.\n\n";
const TAIL: &str =
    "![The table as a plot: seconds and mebibytes against ballots, both axes logarithmic](growth.svg)\n";

fn audit(log: &Path, code: i32) -> Result<Measured, String> {
    let mut verify = program("plebiscite-verify");
    verify.arg("record").arg(log);
    measure("verifier: the whole record", &mut verify, code)
}

fn spread(what: &str, number: u64, ballots: u64) -> Result<Spread, String> {
    let folder = root().join(format!("target/whole/{what}-{number}-{ballots}"));
    held(&folder, &[what, &number.to_string(), &ballots.to_string()])?;
    let audit = audit(&folder.join("log"), 0)?;
    let (_, bytes) = size(&folder.join("log"))?;
    Ok(Spread { number, bytes, audit })
}

fn spread_report(what: &str, words: &str, ballots: u64, rows: &[Spread]) -> String {
    let mut text = format!(
        "\n## {}{}\n\n{words}; {ballots} voters of seeded choices, held to a certified result. The audit recomputes all of it, decryptions and verdict included.\n\n| {what} | bytes of the log | audit, s | MiB |\n|---|---|---|---|\n",
        what.get(..1).unwrap_or_default().to_uppercase(),
        what.get(1..).unwrap_or_default(),
    );
    for Spread { number, bytes, audit } in rows {
        text.push_str(&format!("| {number} | {bytes} | {:.2} | {} |\n", audit.seconds, audit.mebibytes));
    }
    text.push_str(&format!("\n![The table as a plot, both axes logarithmic](growth-{what}.svg)\n"));
    text
}

fn spread_picture(what: &str, rows: &[Spread]) -> String {
    let line = |name, of: &dyn Fn(&Spread) -> f64| Line {
        name,
        points: rows.iter().map(|row| (row.number as f64, of(row))).collect(),
    };
    plot(
        what,
        &[
            line("audit, seconds", &|row| row.audit.seconds),
            line("audit, MiB", &|row| row.audit.mebibytes as f64),
            line("log, MB", &|row| row.bytes as f64 / 1e6),
        ],
    )
}

fn one(ballots: u64) -> Result<Row, String> {
    let folder = root().join(format!("target/whole/{ballots}"));
    let voters = ballots.to_string();
    // The setup's entries come on top.
    made(&folder, &[&voters, &voters, "--beside"])?;
    let log = folder.join("log");
    // Voting goes on in this log: there is no result yet, which is exit code 5.
    let audit = audit(&log, 5)?;
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
