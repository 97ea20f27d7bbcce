//! `cargo xtask bench --log N`: a log of N entries through the real programs: import, export, verification, a mirror's first
//! copy and its start, each with its seconds and its most resident memory.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{self, root};

/// How often the memory of a program is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// One program's figures.
pub struct Measured {
    what: &'static str,
    /// From start to end.
    pub seconds: f64,
    /// Most resident memory.
    pub mebibytes: u64,
}

/// Makes the log, unless one of this length was left there, and measures.
///
/// # Errors
/// A sentence, where a program fails.
pub fn run(entries: u64) -> Result<(), String> {
    let folder = root().join(format!("target/long/{entries}"));
    let made = folder.join("log/checkpoint");
    let programs = ["plebiscite-server", "plebiscite-verify", "plebiscite-mirror"];
    let built = command::build(&programs, &["long"], true)?;
    if !made.exists() {
        let mut make = Command::new(built.join("examples/long"));
        command::run("making the log", make.arg(&folder).arg(entries.to_string()))?;
    }
    for left in ["data", "exported", "copy"] {
        let path = folder.join(left);
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    let data = folder.join("data");
    std::fs::create_dir_all(&data).map_err(|error| error.to_string())?;
    std::fs::copy(folder.join("board.key"), data.join("board.key")).map_err(|error| error.to_string())?;
    let program = |name: &str| Command::new(built.join(name));
    let at = |name: &str| folder.join(name);
    let mut figures = Vec::new();
    let mut import = program("plebiscite-server");
    import.arg("--data").arg(&data).arg("import").arg(at("log"));
    figures.push(measure("server: import, judged and synced", &mut import, 0)?);
    let prefix = only_entry(&data.join("elections"))?;
    let mut export = program("plebiscite-server");
    export.arg("--data").arg(&data).args(["export", &prefix]).arg(at("exported"));
    figures.push(measure("server: export, judged again", &mut export, 0)?);
    let mut verify = program("plebiscite-verify");
    // Voting goes on in this log: there is no result yet, which is exit code 5.
    verify.arg("record").arg(at("exported"));
    figures.push(measure("verifier: the whole record", &mut verify, 5)?);
    let mut pull = program("plebiscite-mirror");
    pull.args(["pull", "--quiet"]).arg(at("exported")).arg(at("copy"));
    figures.push(measure("mirror: first copy, judged", &mut pull, 0)?);
    let mut again = program("plebiscite-mirror");
    again.args(["pull", "--quiet"]).arg(at("exported")).arg(at("copy"));
    figures.push(measure("mirror: start on its copy, nothing new", &mut again, 0)?);
    let (files, bytes) = size(&at("exported"))?;
    let (copied, copied_bytes) = size(&at("copy"))?;
    println!("\n| {entries} entries | seconds | most memory |\n|---|---|---|");
    for Measured { what, seconds, mebibytes } in figures {
        println!("| {what} | {seconds:.1} | {mebibytes} MiB |");
    }
    println!(
        "\nexported: {files} files, {bytes} bytes; the mirror's copy: {copied} files, {copied_bytes} bytes"
    );
    Ok(())
}

/// The only file or folder in a folder.
pub fn only_entry(folder: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let first = std::fs::read_dir(folder).map_err(failed)?.next();
    let first = first.ok_or_else(|| format!("{} is empty", folder.display()))?.map_err(failed)?;
    Ok(first.file_name().to_string_lossy().into_owned())
}

/// Runs a program to its end, which must have this exit code.
pub fn measure(what: &'static str, command: &mut Command, code: i32) -> Result<Measured, String> {
    let failed = |error: std::io::Error| format!("{what}: {error}");
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().map_err(failed)?;
    let mut most = 0;
    let status = loop {
        most = most_resident(&child).unwrap_or(0).max(most);
        match child.try_wait().map_err(failed)? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    if status.code() != Some(code) {
        return Err(format!("{what} failed ({status})"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what}: {seconds:.1} s, {} MiB", most / 1024);
    Ok(Measured { what, seconds, mebibytes: most / 1024 })
}

/// The most resident memory of a process so far, in KiB, where the system says it.
pub fn most_resident(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Files below a folder, and their bytes.
pub fn size(folder: &Path) -> Result<(u64, u64), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let (mut files, mut bytes) = (0, 0);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            let (more, longer) = size(&path)?;
            (files, bytes) = (files + more, bytes + longer);
        } else {
            files += 1;
            bytes += path.metadata().map_err(failed)?.len();
        }
    }
    Ok((files, bytes))
}
