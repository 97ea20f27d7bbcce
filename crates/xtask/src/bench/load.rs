//! Casting for a minute: distinct ballots made before, over HTTP on loopback, all checks on, the store synced before every
//! receipt; the generator runs on the same machine.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::command::root;
use crate::figures::Figures;

use super::programs::{Server, empty_data, example, made, program};

/// Seconds of casting.
const SECONDS: u64 = 60;
/// Ballots: more than can be cast in that time.
const BALLOTS: u64 = 900_000;
/// Connections, each with one ballot on its way.
const CONNECTIONS: u64 = 256;
/// All that come from one address: only what guards against that is set aside.
const SETTINGS: &str = "[limits]\nconnections_per_address = 1024\ncasts_per_second_per_address = 100000\ncasts_per_second = 100000\n";

/// Casts, kills the server, starts it again and looks whether everything that was acknowledged stands.
///
/// # Errors
/// A sentence, where a program fails or an acknowledged ballot is gone.
pub fn run(figures: &mut Figures) -> Result<(), String> {
    let folder = root().join(format!("target/load/{BALLOTS}"));
    let ballots = BALLOTS.to_string();
    made(&folder, &[&ballots, &ballots, "--apart"])?;
    let data = empty_data(&folder)?;
    let mut import = program("plebiscite-server");
    import.arg("--data").arg(&data).arg("import").arg(folder.join("log"));
    crate::command::run("importing", import.stdout(Stdio::null()))?;
    let server = Server::start(&data, Some(SETTINGS))?;
    let before = server.cpu_seconds();
    let report = cast(&server, &folder.join("ballots"))?;
    let spent = server.cpu_seconds().zip(before).map(|(after, before)| after - before);
    let memory = server.mebibytes();
    server.kill();
    let again = Server::start(&data, Some(SETTINGS))?;
    let size = again.size().unwrap_or(0);
    again.kill();
    let figure = |name: &str| report.get(name).and_then(Value::as_f64);
    let named = |name: &str| figure(name).ok_or_else(|| format!("the generator says no {name}"));
    if (size as f64) <= named("last_index")? {
        return Err(format!("an acknowledged ballot is gone: {size} entries stand after the restart"));
    }
    for name in ["receipts_per_s", "p50_ms", "p99_ms"] {
        figures.set(&["load", name], named(name)?.into())?;
    }
    println!(
        "\ncasting: {:.0} receipts in {:.1} s, {:.0} a second, median {:.0} ms, 99th percentile {:.0} ms, longest {:.0} ms; told to come again: {:.0}; server {memory} MiB",
        named("receipts")?,
        named("seconds")?,
        named("receipts_per_s")?,
        named("p50_ms")?,
        named("p99_ms")?,
        named("most_ms")?,
        named("told_to_wait")?
    );
    if let Some((server, own)) = spent.zip(figure("cpu_seconds")) {
        let share = 100.0 * own / (own + server);
        figures.set(&["load", "generator_share_percent"], share.into())?;
        println!("processor time: server {server:.0} s, generator {own:.0} s ({share:.0} % of both)");
    }
    println!(
        "after a kill and a restart {size} entries stand; the last acknowledged index is {:.0}",
        named("last_index")?
    );
    Ok(())
}

fn cast(server: &Server, ballots: &Path) -> Result<Value, String> {
    let failed = |error: &dyn std::fmt::Display| format!("the generator: {error}");
    let bytes = std::fs::metadata(ballots).map_err(|error| failed(&error))?.len();
    let mut load = example("load");
    load.args([&server.address, &server.prefix]).arg(ballots);
    load.args([bytes / BALLOTS, CONNECTIONS, SECONDS].map(|number| number.to_string()));
    let output = load.stderr(Stdio::inherit()).output().map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(&error))
}
